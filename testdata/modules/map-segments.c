// SPDX-License-Identifier: MIT
//
// Segments that only a linker script makes (map-segments.ld): several writable segments, one of
// them without bytes in the file, and read-only segments between and after them. Built as a library
// for call.c.
#include "maps.h"

__attribute__((section(".first"))) volatile int g_first = 1;
__attribute__((section(".second"))) volatile int g_second = 2;
__attribute__((section(".third"))) volatile int g_third = 3;
__attribute__((section(".constant"))) const volatile int g_constant = 4;
__attribute__((section(".zero,\"aw\",@nobits#"))) volatile int g_zero[3 * 1024];
volatile int* const g_pointer = &g_third;

static void Segment(const char* name, const volatile int* value) {
  Put(name);
  Put(": ");
  PutNumber(*value);
  Put(" ");
  Line(PermissionsAt((const void*)value));
}

void Facts(void) {
  Segment("first", &g_first);
  Segment("second", &g_second);
  Segment("constant", &g_constant);
  Segment("zero, its begin", &g_zero[0]);
  Segment("zero, its end", &g_zero[3 * 1024 - 1]);
  Segment("third, by pointer", g_pointer);
  g_first = g_second = g_third = g_zero[0] = g_zero[3 * 1024 - 1] = 7;
  FactNumber("sum when written",
             g_first + g_second + *g_pointer + g_zero[0] + g_zero[3 * 1024 - 1]);
}
