// SPDX-License-Identifier: MIT
//
// Changes an instruction of map-wx.S and calls it before and after. Part of a library.
#include "maps.h"

int Changing(void);

void Facts(void) {
  Fact("segment", PermissionsAt((const void*)&Changing));
  FactNumber("before", Changing());
  ((volatile char*)&Changing)[1] = 2;
  FactNumber("after", Changing());
}
