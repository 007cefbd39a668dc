# SPDX-License-Identifier: MIT
#
# What C++ programs need from a dynamic linker.

signet_test_library(libcxx-inner.so SOURCES cxx-inner.cc LIBC)
signet_test_library(libcxx-outer.so SOURCES cxx-outer.cc LIBC LINK libcxx-inner.so)
signet_test_library(libcxx-threads.so SOURCES cxx-threads-library.cc LIBC)
signet_test_library(libcxx-static-1.so SOURCES cxx-static.cc LIBC OPTIONS -DLEVEL=1)
signet_test_library(libcxx-static-2.so SOURCES cxx-static.cc LIBC LINK libcxx-static-1.so
  OPTIONS -DLEVEL=2)

function(cxx_program name)
  signet_test_program(cxx-${name} LIBC ${ARGN})
  signet_test_program(cxx-${name}-exec LIBC NO_PIE ${ARGN})
endfunction()
cxx_program(exceptions SOURCES cxx-exceptions.cc LINK libcxx-outer.so libcxx-inner.so)
cxx_program(streams SOURCES cxx-streams.cc)
cxx_program(threads SOURCES cxx-threads.cc LINK libcxx-threads.so)
cxx_program(static SOURCES cxx-static.cc LINK libcxx-static-2.so libcxx-static-1.so
  OPTIONS -DLEVEL=3)
cxx_program(cancel SOURCES cxx-cancel.cc)
signet_test_program(cxx-cancel-c SOURCES cxx-cancel-c.c LIBC)
