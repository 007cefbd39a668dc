// SPDX-License-Identifier: MIT
//
// What sym-unversioned.c refers to by version.
const char* Elsewhere(void) { return "another library's"; }
