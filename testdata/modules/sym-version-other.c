// SPDX-License-Identifier: MIT
//
// Defines what sym-unversioned.c refers to by version.
const char* Elsewhere(void) { return "another library's"; }
