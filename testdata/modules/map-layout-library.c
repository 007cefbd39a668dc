// SPDX-License-Identifier: MIT
#include "map-layout.h"

void LibraryLayout(void) { Layout("library"); }
