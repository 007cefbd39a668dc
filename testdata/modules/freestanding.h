// SPDX-License-Identifier: MIT
//
// What a test module needs without any library: system calls by an instruction, and facts as lines
// of text.
#pragma once

typedef unsigned long Word;

static inline long SystemCall(long number, long a, long b, long c) {
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "0"(number), "D"(a), "S"(b), "d"(c)
                   : "rcx", "r11", "memory");
  return result;
}

static inline long SystemCall6(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

_Noreturn static inline void Quit(int status) {
  for (;;) SystemCall(231 /* exit_group */, status, 0, 0);
}

static inline Word Length(const char* text) {
  Word length = 0;
  while (text[length] != 0) {
    ++length;
    __asm__ volatile("");  // so that this does not become a call of strlen
  }
  return length;
}

static inline int SameText(const char* a, const char* b) {
  while (*a != 0 && *a == *b) ++a, ++b;
  return *a == *b;
}

static inline void Put(const char* text) { SystemCall(1, 1, (long)text, (long)Length(text)); }

static inline void PutNumber(long number) {
  char digits[24];
  char* at = digits + sizeof digits - 1;
  Word left = number < 0 ? -(Word)number : (Word)number;
  *at = 0;
  do {
    *--at = (char)('0' + left % 10);
    left /= 10;
  } while (left != 0);
  if (number < 0) *--at = '-';
  Put(at);
}

static inline void Line(const char* text) {
  Put(text);
  Put("\n");
}

// "name: value"
static inline void Fact(const char* name, const char* value) {
  Put(name);
  Put(": ");
  Line(value);
}

static inline void FactNumber(const char* name, long value) {
  Put(name);
  Put(": ");
  PutNumber(value);
  Put("\n");
}

static inline void Check(const char* name, int truth) { Fact(name, truth ? "yes" : "no"); }
