# SPDX-License-Identifier: MIT
signet_test_library(libhello-greeting.so SOURCES hello-greeting.c)
signet_test_program(hello SOURCES hello.c LINK libhello-greeting.so)
signet_test_program(hello-exec SOURCES hello.c LINK libhello-greeting.so NO_PIE)
signet_test_program(hello-libc SOURCES hello-libc.c LIBC)
