// SPDX-License-Identifier: MIT
//
// A hundred functions: enough for a hash table with chains and a Bloom filter that is half full.
#pragma once

#define TEN(DO, n) \
  DO(n##0) DO(n##1) DO(n##2) DO(n##3) DO(n##4) DO(n##5) DO(n##6) DO(n##7) DO(n##8) DO(n##9)
#define HUNDRED(DO) \
  TEN(DO, 10)       \
  TEN(DO, 11)       \
  TEN(DO, 12) TEN(DO, 13) TEN(DO, 14) TEN(DO, 15) TEN(DO, 16) TEN(DO, 17) TEN(DO, 18) TEN(DO, 19)
