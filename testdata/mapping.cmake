# SPDX-License-Identifier: MIT
#
# How segments are mapped: those that linkers make, and those that only linker scripts make.

# A program and its library, which print the same facts and are linked in the same way.
function(layout suffix)
  cmake_parse_arguments(PARSE_ARGV 1 L "NO_PIE" "LINKER" "OPTIONS")
  set(pie)
  if(L_NO_PIE)
    set(pie NO_PIE)
  endif()
  signet_test_library(libmap-layout-${suffix}.so SOURCES map-layout-library.c
    LINKER ${L_LINKER} OPTIONS ${L_OPTIONS})
  signet_test_program(map-layout-${suffix} SOURCES map-layout.c ${pie}
    LINK libmap-layout-${suffix}.so LINKER ${L_LINKER} OPTIONS ${L_OPTIONS})
endfunction()

foreach(linker bfd gold lld mold)
  layout(${linker} LINKER ${linker})
  layout(${linker}-exec LINKER ${linker} NO_PIE)
  layout(${linker}-huge-pages LINKER ${linker} OPTIONS -Wl,-z,max-page-size=2097152)
endforeach()
layout(bfd-noseparate LINKER bfd OPTIONS -Wl,-z,noseparate-code)
layout(bfd-noseparate-exec LINKER bfd NO_PIE OPTIONS -Wl,-z,noseparate-code)
layout(bfd-norelro LINKER bfd OPTIONS -Wl,-z,norelro)
layout(bfd-now LINKER bfd OPTIONS -Wl,-z,now)
layout(bfd-small-bss LINKER bfd OPTIONS -DSMALL_BSS)
layout(lld-separate LINKER lld OPTIONS -Wl,-z,separate-code)
layout(lld-separate-loadable LINKER lld OPTIONS -Wl,-z,separate-loadable-segments)
layout(lld-no-rosegment LINKER lld OPTIONS -Wl,--no-rosegment)
layout(gold-rosegment LINKER gold OPTIONS -Wl,--rosegment)
layout(mold-noseparate LINKER mold OPTIONS -Wl,-z,noseparate-code)
signet_test_program(map-layout-static SOURCES map-layout.c map-layout-library.c STATIC NO_PIE)
# The lowest p_vaddr is not 0: the load bias is not the address of the file header.
layout(bfd-biased LINKER bfd OPTIONS -Wl,-Ttext-segment=0x7000000)
layout(lld-biased LINKER lld OPTIONS -Wl,--image-base=0x7000000)

foreach(linker bfd lld)
  foreach(kind "" -exec)
    set(pie)
    if(kind)
      set(pie NO_PIE)
    endif()
    signet_test_library(libmap-align-${linker}${kind}.so SOURCES map-align-library.c
      LINKER ${linker} OPTIONS -Wl,-z,max-page-size=2097152)
    signet_test_program(map-align-${linker}${kind} SOURCES map-align.c ${pie}
      LINK libmap-align-${linker}${kind}.so LINKER ${linker}
      OPTIONS -Wl,-z,max-page-size=2097152)
  endforeach()
endforeach()

facts(map-segments SOURCES map-segments.c DEPENDS ${SIGNET_MODULE_SOURCES}/map-segments.ld
  OPTIONS -Wl,-z,norelro -Wl,-T,${SIGNET_MODULE_SOURCES}/map-segments.ld)
facts(map-wx SOURCES map-wx.c map-wx.S OPTIONS -Wl,--no-warn-rwx-segments)
facts(map-wx-lld SOURCES map-wx.c map-wx.S LINKER lld)

set(fillers)
foreach(i RANGE 1 4)
  signet_test_library(libmap-filler-${i}.so SOURCES map-filler.c OPTIONS -DFILLER=g_filler_${i})
  list(APPEND fillers libmap-filler-${i}.so)
endforeach()
signet_test_library(libmap-holes.so SOURCES map-holes.c
  OPTIONS -Wl,-z,max-page-size=2097152 -Wl,-z,separate-code)
signet_test_program(map-holes SOURCES call.c LINK libmap-holes.so ${fillers})

foreach(linker bfd lld)
  signet_test_library(libmap-textrel-${linker}.so SOURCES map-textrel.S LINKER ${linker}
    OPTIONS -Wl,-z,notext)
  signet_test_program(map-textrel-${linker} SOURCES map-textrel.c LINKER ${linker}
    LINK libmap-textrel-${linker}.so OPTIONS -Wl,--export-dynamic)
  signet_test_program(map-textrel-program-${linker} SOURCES map-textrel.c map-textrel.S
    LINKER ${linker} OPTIONS -Wl,-z,notext -Wl,--export-dynamic)
endforeach()

signet_test_program(map-zeroes SOURCES map-zeroes.c)

signet_test_library(libmap-stack.so SOURCES map-stack-library.c OPTIONS -Wl,-z,noexecstack)
signet_test_library(libmap-stack-wanted.so SOURCES map-stack-library.c OPTIONS -Wl,-z,execstack)
signet_test_program(map-stack SOURCES map-stack.c LINK libmap-stack.so)
signet_test_program(map-stack-program SOURCES map-stack.c LINK libmap-stack.so
  OPTIONS -Wl,-z,execstack)
signet_test_program(map-stack-library SOURCES map-stack.c LINK libmap-stack-wanted.so)
