# SPDX-License-Identifier: MIT
#
# Libraries that are unloaded when they are closed; see dl.cmake.

signet_test_library(dl/libfresh.so SOURCES dl-fresh.c LIBC)
signet_test_library(dl/libnodelete.so SOURCES dl-fresh.c LIBC OPTIONS -Wl,-z,nodelete)
signet_test_library(dl/libnodelete-top.so SOURCES dl-library.c LIBC LINK dl/libstate.so
  OPTIONS "-DNAME=\"nodelete-top\"" -DOWN=Own -Wl,-z,nodelete -Wl,--no-as-needed)
signet_test_library(dl/libstate-thread.so SOURCES dl-fresh.c LIBC
  OPTIONS "-DSTORAGE=static __thread")
signet_test_library(dl/libstate-surplus.so SOURCES dl-fresh.c LIBC
  OPTIONS "-DSTORAGE=static __thread" -ftls-model=initial-exec)
signet_test_library(dl/libat-exit.so SOURCES dl-at-exit.c LIBC)
signet_test_library(dl/libreopener.so SOURCES dl-reopener.c LIBC)
signet_test_library(dl/libthread-object.so SOURCES dl-thread-object.cc LIBC)
signet_test_program(dl/thread-object SOURCES dl-thread-object.cc LIBC OPTIONS -DPROGRAM)
signet_test_program(dl/churn SOURCES dl-churn.cc LIBC)
