# SPDX-License-Identifier: MIT
#
# Programs that use include/signet/signet.h: the examples of the documents, and tests of the
# contract.
foreach(example sealed-config pkey-arena)
  signet_test_program(example-${example} SOURCES ../../docs/examples/${example}.c LIBC
    OPTIONS -I${PROJECT_SOURCE_DIR}/include -pthread
    DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)
endforeach()
signet_test_program(api-contract SOURCES api-contract.c LIBC
  OPTIONS -I${PROJECT_SOURCE_DIR}/include DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)
signet_test_library(libapi-strong.so SOURCES api-strong.c LIBC)
signet_test_program(api-strong SOURCES api-strong-call.c LINK libapi-strong.so LIBC)
signet_test_program(api-cxx SOURCES api-cxx.cc LIBC
  OPTIONS -I${PROJECT_SOURCE_DIR}/include DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)
signet_test_program(api-freestanding SOURCES api-freestanding.c
  OPTIONS -I${PROJECT_SOURCE_DIR}/include DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)
