// SPDX-License-Identifier: MIT
//
// Another library's access to tls-shared-owner.c. The compiler's options choose the access model.
extern __thread int g_shared;
extern __thread int g_interposed;

int* SHARED(void) { return &g_shared; }
int* INTERPOSED(void) { return &g_interposed; }
