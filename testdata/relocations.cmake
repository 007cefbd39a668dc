# SPDX-License-Identifier: MIT
#
# Each type of relocation. Those of thread-local storage are in tls.cmake, indirect functions in
# symbols.cmake, text relocations to 64-bit addresses in mapping.cmake.

signet_test_library(libreloc-foreign.so SOURCES reloc-foreign.c)
facts(reloc-data SOURCES reloc-data.c reloc-data.S LINK libreloc-foreign.so
  RUNPATH $ORIGIN:$ORIGIN/..)
facts(reloc-data-lazy SOURCES reloc-data.c reloc-data.S LINK libreloc-foreign.so
  OPTIONS -Wl,-z,lazy)
# Types that no linker writes here: NONE instead of SIZE32, RELATIVE64 instead of RELATIVE.
elf_edit(none/libreloc-data.so libreloc-data.so reloc 32 0)
elf_edit(relative64/libreloc-data.so libreloc-data.so reloc 8 38)

signet_test_library(libreloc-low.so SOURCES reloc-low.S OPTIONS -Wl,-z,noreloc-overflow)
signet_test_program(reloc-low SOURCES reloc-low.c NO_PIE LINK libreloc-low.so)

# PC64, which glibc does not know.
facts(reloc-pc64 SOURCES reloc-pc64.c LINK libreloc-foreign.so)

# Code with a 32-bit distance in it: bfd writes SIZE32 there, but not PC32.
signet_test_library(size32/libreloc-text.so SOURCES reloc-text.c reloc-text.S
  LINK libreloc-foreign.so OPTIONS -Wl,-z,notext)
elf_edit(libreloc-text.so size32/libreloc-text.so reloc 32 2)
signet_test_program(reloc-text SOURCES call.c LINK size32/libreloc-text.so)

set(relr_bfd -Wl,-z,pack-relative-relocs)
set(relr_lld -Wl,--pack-dyn-relocs=relr)
set(relr_mold -Wl,--pack-dyn-relocs=relr)
foreach(linker bfd lld mold)
  facts(reloc-many-${linker} SOURCES reloc-many.c LINKER ${linker})
  facts(reloc-relr-${linker} SOURCES reloc-many.c LINKER ${linker} OPTIONS ${relr_${linker}})
  signet_test_program(reloc-relr-program-${linker} SOURCES reloc-many-program.c LINKER ${linker}
    OPTIONS ${relr_${linker}})
endforeach()

signet_test_library(libreloc-copy.so SOURCES reloc-copy-library.c OPTIONS -DSIZE=4)
signet_test_library(larger/libreloc-copy.so SOURCES reloc-copy-library.c OPTIONS -DSIZE=8)
signet_test_library(linked-against/libreloc-copy.so SOURCES reloc-copy-library.c OPTIONS -DSIZE=6)
foreach(linker bfd gold lld mold)
  signet_test_program(reloc-copy-${linker} SOURCES reloc-copy.c LINKER ${linker}
    LINK libreloc-copy.so)
  signet_test_program(reloc-copy-${linker}-exec SOURCES reloc-copy.c LINKER ${linker} NO_PIE
    LINK libreloc-copy.so)
endforeach()
signet_test_program(reloc-copy-of-smaller SOURCES reloc-copy.c
  LINK linked-against/libreloc-copy.so)
signet_test_program(reloc-copy-of-larger SOURCES reloc-copy.c
  LINK linked-against/libreloc-copy.so RUNPATH $ORIGIN/larger)

signet_test_library(libreloc-copy-indirect.so SOURCES reloc-copy-indirect-library.c)
signet_test_program(reloc-copy-indirect SOURCES reloc-copy-indirect.c NO_PIE
  LINK libreloc-copy-indirect.so)
