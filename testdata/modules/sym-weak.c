// SPDX-License-Identifier: MIT
//
// References that may stay undefined.
#include "freestanding.h"

__attribute__((weak)) int MissingFunction(void);
extern __attribute__((weak)) int g_missing;
__attribute__((weak)) int PresentFunction(void);
extern __attribute__((weak)) int g_present;

int (*volatile g_missing_pointer)(void) = MissingFunction;
int* volatile g_missing_object_pointer = &g_missing;

void Facts(void) {
  Check("missing function is null", MissingFunction == 0);
  Check("missing object is null", &g_missing == 0);
  Check("pointer to missing function is null", g_missing_pointer == 0);
  Check("pointer to missing object is null", g_missing_object_pointer == 0);
  FactNumber("present function", PresentFunction != 0 ? PresentFunction() : -1);
  FactNumber("present object", &g_present != 0 ? g_present : -1);
}
