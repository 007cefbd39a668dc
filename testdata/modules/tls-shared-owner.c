// SPDX-License-Identifier: MIT
//
// A thread-local variable that all modules use, and one that the program defines too.
__thread int g_before = 1;
__thread int g_shared = 42;
__thread int g_interposed = 43;
