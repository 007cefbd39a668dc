// SPDX-License-Identifier: MIT
//
// A node of a graph of libraries. Another node also defines each function that this one defines.
// Which of the two is found shows the order of the search.
#ifdef DEFINE_AB
const char* AB(void) { return NAME; }
#endif
#ifdef DEFINE_BC
const char* BC(void) { return NAME; }
#endif
#ifdef DEFINE_CD
const char* CD(void) { return NAME; }
#endif
#ifdef DEFINE_AD
const char* AD(void) { return NAME; }
#endif
