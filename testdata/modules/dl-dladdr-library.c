// SPDX-License-Identifier: MIT
//
// The library that dladdr is asked about.
int g_object[4] = {1, 2, 3, 4};
static int g_own = 5;
int PublicFunction(int a) { return a * g_object[a & 3] + g_own; }
int NextFunction(int a) { return PublicFunction(a) + 1; }
static int PrivateFunction(int a) { return a + g_own; }
void* AddressOfPrivate(void) { return (void*)PrivateFunction; }
void* AddressOfOwn(void) { return &g_own; }
