// SPDX-License-Identifier: MIT
typedef const char* (*Function)(void);

const char* Name(void) { return "owner's"; }
Function NameOfOwner(void) { return Name; }
