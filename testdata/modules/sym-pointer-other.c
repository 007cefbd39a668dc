// SPDX-License-Identifier: MIT
typedef const char* (*Function)(void);

const char* Name(void);
Function NameOfOther(void) { return Name; }
const char* CallByOther(void) { return Name(); }
