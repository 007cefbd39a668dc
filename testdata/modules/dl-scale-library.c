// SPDX-License-Identifier: MIT
//
// A plug-in, of which the test makes many copies.
#include <stdlib.h>
#include <string.h>

extern int constructed;
extern void Register(const char* name);

static __thread int touched = 5;
static const char* names[] = {"first", "second"};

__attribute__((constructor)) static void Come(void) {
  ++constructed;
  Register(names[constructed % 2]);
}

const void* Own(void) { return names; }
int Touch(void) { return ++touched + atoi("1") + (int)strlen(names[0]); }
