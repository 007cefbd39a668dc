// SPDX-License-Identifier: MIT
//
// A library with versions: a function with an old V1 and a V2 for new programs; an object with V2;
// a function without a version; a function with V1 only, against which new programs cannot be
// linked.
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
