# SPDX-License-Identifier: MIT
#
# What debuggers look at: a program, a library, and a plugin that the program opens.
signet_test_library(libgdb-library.so SOURCES gdb-library.c LIBC OPTIONS -g -O0)
signet_test_library(libgdb-plugin.so SOURCES gdb-plugin.c LIBC OPTIONS -g -O0)
signet_test_program(gdb-program SOURCES gdb-program.c LIBC LINK libgdb-library.so
  OPTIONS -g -O0)
