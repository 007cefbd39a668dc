# SPDX-License-Identifier: MIT
#
# What a program and libc expect of each other.

foreach(kind "" -exec)
  set(pie)
  if(kind)
    set(pie NO_PIE)
  endif()
  signet_test_program(libc-malloc${kind} SOURCES libc-malloc-use.c libc-malloc.c LIBC ${pie}
    OPTIONS -fno-builtin -Wl,--export-dynamic)
  signet_test_program(libc-malloc-thread${kind} SOURCES libc-malloc-thread.c libc-malloc.c LIBC ${pie}
    OPTIONS -fno-builtin -Wl,--export-dynamic)
  signet_test_program(libc-objects${kind} SOURCES libc-objects.c LIBC ${pie})
  signet_test_program(libc-services${kind} SOURCES libc-services.c LIBC ${pie} OPTIONS -lm)
  signet_test_program(libc-big-tls${kind} SOURCES libc-big-tls.c LIBC ${pie})
endforeach()

signet_test_program(libc-auxv SOURCES libc-auxv.c LIBC)
signet_test_program(libc-names SOURCES libc-names.c LIBC OPTIONS -pthread)

signet_test_library(liblibc-malloc.so SOURCES libc-malloc.c LIBC OPTIONS -fno-builtin)
signet_test_program(libc-malloc-preloaded SOURCES libc-malloc-use.c LIBC
  OPTIONS -fno-builtin -Wl,-z,dynamic-undefined-weak)

signet_test_program(libc-malloc-thread-linked SOURCES libc-malloc-thread.c LIBC LINK liblibc-malloc.so
  OPTIONS -fno-builtin)

signet_test_library(liblibc-interpose.so SOURCES libc-interpose.c LIBC)
signet_test_program(libc-interposed SOURCES libc-interposed.c LIBC LINK liblibc-interpose.so)

signet_test_program(libc-resolver-state SOURCES libc-resolver-state.c LIBC OPTIONS -rdynamic)
