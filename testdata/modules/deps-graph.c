// SPDX-License-Identifier: MIT
//
// Prints whose function is found first: a's or b's, b's or c's, …
#include "freestanding.h"

const char* AB(void);
const char* BC(void);
const char* CD(void);
const char* AD(void);

void Facts(void) {
  Fact("a or b", AB());
  Fact("b or c", BC());
  Fact("c or d", CD());
  Fact("a or d", AD());
}
