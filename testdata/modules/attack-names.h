// SPDX-License-Identifier: MIT
//
// Names of functions of libc, and what a library was linked with by them.
#pragma once

struct AttackName {
  char name[20];
  const char* address;
};

// The last one has no name.
extern const struct AttackName g_attack_names[];
