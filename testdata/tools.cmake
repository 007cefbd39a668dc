# SPDX-License-Identifier: MIT
#
# What valgrind, tracers and profilers watch.
find_path(SIGNET_SDT sys/sdt.h DOC "SystemTap's probes, for a test module")
if(SIGNET_SDT)
  signet_test_library(libtools-library.so SOURCES tools-library.c LIBC OPTIONS -g -O0)
  signet_test_program(tools-program SOURCES tools-program.c LIBC LINK libtools-library.so
    OPTIONS -g -O0)
  signet_test_program(tools-profiled SOURCES tools-program.c LIBC LINK libtools-library.so
    OPTIONS -g -O0 -pg)
else()
  foreach(name tools-program tools-profiled)
    signet_test_missing(${name} "there is no <sys/sdt.h>")
  endforeach()
endif()
