# SPDX-License-Identifier: MIT
#
# These files take the place of OpenBSD's makefiles of the same names. Everything is built beside its
# source. `build` makes a directory's library or program, and `list` prints a program's line for ../run.

CC ?= cc
compat := ${.PARSEDIR:tA}/compat.h
FLAGS = -w -g -include ${compat} ${CFLAGS}
# The tests' file may include this one.
.if !defined(included)
included = yes
.-include "${.CURDIR}/../Makefile.inc"
.endif
