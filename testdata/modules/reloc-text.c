// SPDX-License-Identifier: MIT
#include "maps.h"

int ReadForeign(void);

void Facts(void) {
  FactNumber("PC32 in code", ReadForeign());
  Fact("code", PermissionsAt((const void*)&ReadForeign));
}
