// SPDX-License-Identifier: MIT
//
// sym-version.c without versions of its own. It refers to another library's versions, so it has a
// table of versions, like every library that uses a C library.
const char* Elsewhere(void);
const char* (*const volatile g_elsewhere)(void) = Elsewhere;

const char* Answer(void) { return "unversioned"; }
const char* Withdrawn(void) { return "withdrawn, unversioned"; }
const char* Unnamed(void) { return "no version"; }
int g_object = 43;
const char* OwnAnswer(void) { return Answer(); }
int* AddressOfObject(void) { return &g_object; }
