# SPDX-License-Identifier: MIT
#
# A dlopen of which each system call fails in turn.
signet_test_library(libdl-faults-b.so SOURCES dl-faults-b.c)
signet_test_library(libdl-faults-a.so SOURCES dl-faults-a.c LIBC LINK libdl-faults-b.so)
signet_test_library(libdl-faults-warm.so SOURCES dl-faults-warm.c LIBC)
signet_test_library(libdl-faults-resolver.so SOURCES dl-faults-resolver.c LIBC)
signet_test_library(dl-faults-runtime/libgcc_s.so.1 SOURCES dl-faults-b.c dl-faults-runtime.c LIBC)
signet_test_library(libdl-faults-opens-runtime.so SOURCES dl-faults-a.c LIBC
  LINK dl-faults-runtime/libgcc_s.so.1 RUNPATH "$ORIGIN/dl-faults-runtime")
signet_test_program(dl-faults SOURCES dl-faults.c LIBC OPTIONS -w -D_GNU_SOURCE -pthread)

signet_test_program(dl-two-linkers SOURCES dl-two-linkers.c LIBC OPTIONS -rdynamic)
