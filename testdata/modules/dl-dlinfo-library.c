// SPDX-License-Identifier: MIT
//
// A library whose thread-local storage begins with t_first.
__thread int t_first = 5;
