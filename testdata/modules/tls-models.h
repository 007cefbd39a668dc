// SPDX-License-Identifier: MIT
//
// Prints the thread-local variables of a program (local-exec) and of the libraries that it is
// linked with, one for each access model.
#pragma once

#include "tls-module.h"

#define TLS_NAME(name) Local##name
TLS_MODULE(static)

#define FOR_EACH_MODEL(DO) \
  DO(Initial) DO(InitialOwn) DO(General) DO(LocalDynamic) DO(Descriptor) DO(DescriptorOwn)
#define DECLARE(model) __attribute__((weak)) void model##Show(const char* title);
FOR_EACH_MODEL(DECLARE)

static inline void ShowAll(void) {
  LocalShow("local-exec");
#define SHOW(model) \
  if (model##Show != 0) model##Show(#model);
  FOR_EACH_MODEL(SHOW)
}
