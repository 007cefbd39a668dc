/* SPDX-License-Identifier: MIT */
/* What the tests take from OpenBSD's headers. */
#define DL_LAZY RTLD_LAZY
#define __weak_alias(alias, function) __asm__(".weak " #alias "; " #alias " = " #function)
