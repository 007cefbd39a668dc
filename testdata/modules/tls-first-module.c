// SPDX-License-Identifier: MIT
//
// A program that knows its TLS module id without asking: it is 1.
#include <stdio.h>

typedef struct {
  unsigned long module;
  unsigned long offset;
} TlsIndex;

void* __tls_get_addr(TlsIndex* index);

static __thread int t_other = 1;
static __thread int t_value = 42;

// The linker fills it in.
extern const unsigned long offset_of_value;
__asm__(
    ".section .rodata\n"
    ".balign 8\n"
    "offset_of_value: .quad t_value@dtpoff\n"
    ".text\n");

int main(void) {
  TlsIndex index = {1, offset_of_value};
  const int* value = __tls_get_addr(&index);
  puts(value == &t_value && *value == 42 && t_other == 1 ? "right" : "wrong");
  return 0;
}
