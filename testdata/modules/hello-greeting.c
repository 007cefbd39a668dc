// SPDX-License-Identifier: MIT
//
// The library of hello.c.
static const char kGreeting[] = "hello from a library";
static const char* const g_greeting = kGreeting;  // a relocation in RELRO

const char* Greeting(void) { return g_greeting; }
