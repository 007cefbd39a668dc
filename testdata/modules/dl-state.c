// SPDX-License-Identifier: MIT
//
// A library with a state.
static int g_count;
static char g_text[16];
const char* Count(void) {
  g_text[0] = (char)('0' + ++g_count);
  return g_text;
}
