// SPDX-License-Identifier: MIT
#include "map-align.h"

void LibraryAlignment(void) { Alignment("library"); }
