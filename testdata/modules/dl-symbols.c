// SPDX-License-Identifier: MIT
//
// Symbols of every type.
int g_data = 42;
__thread int t_zero;
__thread int t_value = 7;

static const char* Resolved(void) { return "resolved"; }
static void* Resolve(void) { return (void*)Resolved; }
const char* Indirect(void) __attribute__((ifunc("Resolve")));

extern const char* Nowhere(void) __attribute__((weak));
const char* CallNowhere(void) { return Nowhere == 0 ? "none" : Nowhere(); }

__attribute__((visibility("protected"))) const char* Protected(void) { return "protected"; }
__attribute__((visibility("hidden"))) const char* Hidden(void) { return "hidden"; }
const char* CallHidden(void) { return Hidden(); }

// What the library itself sees of its thread-local object.
int* AddressOfValue(void) { return &t_value; }
