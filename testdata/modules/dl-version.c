// SPDX-License-Identifier: MIT
//
// A function with two versions, one with an old version only, and one without a version.
const char* AnswerV1(void) { return "V1"; }
const char* AnswerV2(void) { return "V2"; }
const char* WithdrawnV1(void) { return "withdrawn V1"; }
__asm__(".symver AnswerV1, Answer@V1");
__asm__(".symver AnswerV2, Answer@@V2");
__asm__(".symver WithdrawnV1, Withdrawn@V1");
const char* OnlyV2(void) { return "only V2"; }
