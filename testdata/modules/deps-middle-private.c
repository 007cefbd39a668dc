// SPDX-License-Identifier: MIT
//
// The same as a part of the libc runtime, because it shares a private function with libc. Signet
// leaves it to libc's interpreter, with all that it needs.
const char* Where(void);
void __ctype_init(void);

const char* Middle(void) {
  __ctype_init();
  return Where();
}
