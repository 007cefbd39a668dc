# SPDX-License-Identifier: MIT
#
# The sound modules that the tests labelled `fail` damage. No damaged file is checked in.
function(victim_options result map)
  set(${result} -Wl,--hash-style=both,-z,pack-relative-relocs,-z,relro,-z,lazy
      -Wl,--version-script=${PROJECT_SOURCE_DIR}/testdata/malformed/${map} PARENT_SCOPE)
endfunction()

victim_options(options base.map)
signet_test_library(fail/libbase.so SOURCES ../malformed/base.c OPTIONS ${options})
signet_test_library(fail/no-symbol/libbase.so SOURCES ../malformed/base.c
  OPTIONS ${options} -DWITHOUT_SYMBOL)
victim_options(options base-2.map)
signet_test_library(fail/no-version/libbase.so SOURCES ../malformed/base.c OPTIONS ${options})

victim_options(options victim.map)
list(APPEND options -Wl,-init=Init,-fini=Fini)
signet_test_library(fail/libvictim.so SOURCES ../malformed/victim.c LINK fail/libbase.so
  OPTIONS ${options})
signet_test_program(fail/victim SOURCES ../malformed/victim.c LINK fail/libbase.so
  OPTIONS ${options} -DPROGRAM -Wl,--export-dynamic)
signet_test_program(fail/user SOURCES ../malformed/user.c LINK fail/libvictim.so
  OPTIONS -Wl,-rpath-link,${SIGNET_MODULES}/fail)
signet_test_program(fail/null-interp SOURCES ../malformed/null-interp.c STATIC)
