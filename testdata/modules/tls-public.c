// SPDX-License-Identifier: MIT
//
// Thread-local variables that other modules could define too.
#include "tls-module.h"

#define PASTE(a, b) a##b
#define EXPAND(a, b) PASTE(a, b)
#define TLS_NAME(name) EXPAND(MODEL, name)
TLS_MODULE()
