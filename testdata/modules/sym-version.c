// SPDX-License-Identifier: MIT
//
// A library with versions of a function: V1 of old and V2 for all who link today; an object of V2;
// a function that no version names; a function of V1 that is no longer to be linked against.
#include "freestanding.h"

const char* AnswerV1(void) { return "V1"; }
const char* AnswerV2(void) { return "V2"; }
const char* WithdrawnV1(void) { return "withdrawn V1"; }
__asm__(".symver AnswerV1, Answer@V1");
__asm__(".symver AnswerV2, Answer@@V2");
__asm__(".symver WithdrawnV1, Withdrawn@V1");

const char* Unnamed(void) { return "no version"; }

int g_object = 42;

const char* Answer(void);
const char* OwnAnswer(void) { return Answer(); }
int* AddressOfObject(void) { return &g_object; }
