// SPDX-License-Identifier: MIT
//
// libc has a thread-local pointer to a variable that the program may define, too.
#include <resolv.h>
#include <stdio.h>

#undef _res
struct __res_state _res;

int main(void) {
  puts(__res_state() == &_res ? "the program's" : "not the program's");
  return 0;
}
