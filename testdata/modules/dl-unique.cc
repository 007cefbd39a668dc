// SPDX-License-Identifier: MIT
//
// A counter in an inline function: one object in the whole process (STB_GNU_UNIQUE), even if
// plugins that do not know each other have it.
static char g_text[16];
inline int& Counter() {
  static int counter = 0;
  return counter;
}
extern "C" const char* Count() {
  g_text[0] = static_cast<char>('0' + ++Counter());
  return g_text;
}
