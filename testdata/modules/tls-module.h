// SPDX-License-Identifier: MIT
//
// Thread-local variables of each sort, and what a thread finds in them: initial values, zeros,
// alignment, a relocated pointer. Printing them changes them, so that a thread that wrongly shared
// them would print something else.
#pragma once

#include "freestanding.h"

// `scope` is extern-visible or static; the compiler's options choose the access model.
#define TLS_MODULE(scope)                                                 \
  static int g_target = 44;                                               \
  scope __thread char TLS_NAME(odd)[3] = {1, 2, 3};                       \
  scope __thread int TLS_NAME(data) = 42;                                 \
  scope __thread int* TLS_NAME(pointer) = &g_target;                      \
  scope __thread __attribute__((aligned(64))) char TLS_NAME(aligned)[70]; \
  scope __thread int TLS_NAME(zero);                                      \
                                                                          \
  void TLS_NAME(Show)(const char* model) {                                \
    Line(model);                                                          \
    FactNumber("  odd", TLS_NAME(odd)[2]);                                \
    FactNumber("  data", TLS_NAME(data));                                 \
    FactNumber("  pointer's target", *TLS_NAME(pointer));                 \
    FactNumber("  zero", TLS_NAME(zero) + TLS_NAME(aligned)[69]);         \
    FactNumber("  modulo 64", (long)((Word)TLS_NAME(aligned) % 64));      \
    TLS_NAME(odd)[2] = 7;                                                 \
    TLS_NAME(data) += 100;                                                \
    TLS_NAME(zero) = 1;                                                   \
    TLS_NAME(aligned)[69] = 1;                                            \
  }
