// SPDX-License-Identifier: MIT
//
// Finds each of a hundred functions, by name and number, and does not find what is not there.
#include "freestanding.h"
#include "sym-hundred.h"

#define DECLARE(n) int Function##n(void);
HUNDRED(DECLARE)
__attribute__((weak)) int Function200(void);
__attribute__((weak)) int Function201(void);

typedef int (*Function)(void);
#define ENTRY(n) Function##n,
static const volatile Function kFunctions[] = {HUNDRED(ENTRY)};
static const volatile Function kMissing[] = {Function200, Function201};

void Facts(void) {
  int right = 0;
  for (int i = 0; i < 100; ++i) right += kFunctions[i]() == 100 + i;
  FactNumber("right", right);
  Check("missing are null", kMissing[0] == 0 && kMissing[1] == 0);
}
