# SPDX-License-Identifier: MIT
#
# One C++ program and its library, compiled once and linked in every way that is in use.
set(sources ${PROJECT_SOURCE_DIR}/testdata/real)
foreach(object library:-fPIC program-pie:-fPIE program-exec:-fno-pie)
  string(REGEX MATCH "^([a-z]+)([a-z-]*):(.*)$" unused ${object})
  signet_test_step(real/linked-${CMAKE_MATCH_1}${CMAKE_MATCH_2}.o
    DEPENDS ${sources}/linked-${CMAKE_MATCH_1}.cc ${sources}/linked.h
    COMMAND ${SIGNET_GXX} -O1 -c ${CMAKE_MATCH_3} ${sources}/linked-${CMAKE_MATCH_1}.cc
            -o ${SIGNET_MODULES}/real/linked-${CMAKE_MATCH_1}${CMAKE_MATCH_2}.o)
endforeach()

# linked(NAME LINKER OPTIONS…): real/linked-NAME and, at a fixed address, real/linked-NAME-exec.
function(linked name linker)
  set(objects ${SIGNET_MODULES}/real/linked)
  set(common LIBC COMPILER ${SIGNET_GXX} LINKER ${linker})
  signet_test_library(real/liblinked-${name}.so ${common} DEPENDS ${objects}-library.o
    OPTIONS ${objects}-library.o ${ARGN})
  signet_test_program(real/linked-${name} ${common} LINK real/liblinked-${name}.so
    DEPENDS ${objects}-program-pie.o OPTIONS ${objects}-program-pie.o ${ARGN})
  signet_test_program(real/linked-${name}-exec NO_PIE ${common} LINK real/liblinked-${name}.so
    DEPENDS ${objects}-program-exec.o OPTIONS ${objects}-program-exec.o ${ARGN})
endfunction()

foreach(linker bfd gold lld mold)
  linked(${linker} ${linker} -Wl,-z,relro,-z,lazy)
  linked(${linker}-now ${linker} -Wl,-z,relro,-z,now)
  linked(${linker}-norelro ${linker} -Wl,-z,norelro,-z,lazy)
  linked(${linker}-now-norelro ${linker} -Wl,-z,norelro,-z,now)
endforeach()
linked(bfd-relr bfd -Wl,-z,pack-relative-relocs)
linked(lld-relr lld -Wl,--pack-dyn-relocs=relr)
linked(mold-relr mold -Wl,-z,pack-relative-relocs)
