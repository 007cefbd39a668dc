// SPDX-License-Identifier: MIT
//
// Uses map-textrel.S and checks whether its code is read-only again.
#pragma once

#include "maps.h"

volatile int g_foreign = 42;

int* ForeignAddress(void);
int* OwnAddress(void);
int* OwnAddressFarOff(void);
int* OwnAddressAcross(void);

static inline void TextFacts(void) {
  FactNumber("foreign", *ForeignAddress());
  Check("foreign is the one of all", ForeignAddress() == &g_foreign);
  FactNumber("own", *OwnAddress());
  FactNumber("own, far off", *OwnAddressFarOff());
  FactNumber("own, on two pages", *OwnAddressAcross());
  Fact("code", PermissionsAt((const void*)&ForeignAddress));
  Fact("code, far off", PermissionsAt((const void*)&OwnAddressFarOff));
}
