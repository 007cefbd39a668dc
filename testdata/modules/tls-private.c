// SPDX-License-Identifier: MIT
//
// Thread-local variables of one module only.
#include "tls-module.h"

#define PASTE(a, b) a##b
#define EXPAND(a, b) PASTE(a, b)
#define TLS_NAME(name) EXPAND(MODEL, name)
TLS_MODULE(static)
