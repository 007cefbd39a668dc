// SPDX-License-Identifier: MIT
//
// The libdl of an old glibc, as a program sees it: it has dlopen and its family. Here, whoever
// calls them ends.
void* dlopen(void) { __builtin_trap(); }
void* dlsym(void) { __builtin_trap(); }
char* dlerror(void) { __builtin_trap(); }
int dlclose(void) { __builtin_trap(); }
