# SPDX-License-Identifier: MIT
#
# Libraries of the program that attacks its own seals: one with gaps between its segments, one with
# relocated text.
signet_test_library(seal/libgap.so SOURCES ../seal/gap.c
  OPTIONS -Wl,-z,max-page-size=0x200000 -Wl,-z,separate-code)
signet_test_library(seal/libtext.so SOURCES ../seal/text.S OPTIONS -Wl,-z,notext)

# Two libraries that are marked, one by PT_NOTE as older linkers leave it, one by PT_GNU_PROPERTY,
# and one library and the program that are not marked. GNU ld warns about unknown marks.
signet_test_library(seal/libmarked-note.so SOURCES ../seal/gap.c ../seal/marked.S
  LINKER lld)
signet_test_library(seal/libmarked-plain.so SOURCES ../seal/gap.c ../seal/marked.S
  SONAME libmarked.so LINKER lld)
elf_edit(seal/libmarked.so seal/libmarked-plain.so segment 4 0x6474e553)
signet_test_program(seal/marked SOURCES hello.c LINK libhello-greeting.so seal/libmarked-note.so
  LINK_BY_NAME seal/libmarked.so RUNPATH $ORIGIN:$ORIGIN/..
  LINKER lld)

signet_test_library(seal/libmutable.so SOURCES ../seal/mutable.c
  DEPENDS ${CMAKE_CURRENT_LIST_DIR}/mutable.ld
  OPTIONS -Wl,-z,norelro -Wl,-T,${CMAKE_CURRENT_LIST_DIR}/mutable.ld)
signet_test_program(seal/mutable SOURCES call.c LINK seal/libmutable.so)

# Executes scripts of mapping calls.
signet_test_program(seal/script SOURCES ../seal/script.c LIBC
  OPTIONS -I${PROJECT_SOURCE_DIR}/include DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)
