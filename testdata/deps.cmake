# SPDX-License-Identifier: MIT
#
# How libraries are found, and which names mean the same module.

# libwhere.so in directory deps/DIRECTORY, which answers WORD.
function(where directory word)
  signet_test_library(deps/${directory}/libwhere.so SOURCES deps-where.c
    NO_PATH OPTIONS "-DWHERE=\"${word}\"" ${ARGN})
endfunction()
where(one one)
where(two two)
where(three three)
set(where LINK deps/one/libwhere.so)

signet_test_program(deps/no-path SOURCES deps-call.c ${where} NO_PATH)
signet_test_program(deps/rpath SOURCES deps-call.c ${where} RPATH $ORIGIN/one)
signet_test_program(deps/runpath SOURCES deps-call.c ${where} RUNPATH $ORIGIN/one)
signet_test_program(deps/runpath-list SOURCES deps-call.c ${where}
  RUNPATH /no/such/directory:$ORIGIN/nothing:$ORIGIN/two:$ORIGIN/one)
signet_test_program(deps/origin-braces SOURCES deps-call.c ${where} RUNPATH $\{ORIGIN\}/one)
signet_test_program(deps/runpath-absolute SOURCES deps-call.c ${where}
  RUNPATH ${SIGNET_MODULES}/deps/one)

signet_test_library(deps/libpreload-next.so SOURCES deps-preload-next.c LIBC)
signet_test_program(deps/environment SOURCES deps-environment.c LIBC)

# No linker writes both: DT_AUDIT's string becomes DT_RUNPATH's.
signet_test_program(deps/rpath-and-audit SOURCES deps-call.c ${where}
  RPATH $ORIGIN/one OPTIONS -Wl,--audit=$ORIGIN/two)
elf_edit(deps/rpath-and-runpath deps/rpath-and-audit tag 0x6ffffefc 29)

# What a library in the middle searches for.
signet_test_library(deps/libmiddle.so SOURCES deps-middle.c ${where} NO_PATH)
signet_test_library(deps/libmiddle-rpath.so SOURCES deps-middle.c ${where} RPATH $ORIGIN/two)
signet_test_library(deps/libmiddle-runpath.so SOURCES deps-middle.c ${where} RUNPATH $ORIGIN/two)
signet_test_library(deps/libmiddle-nowhere.so SOURCES deps-middle.c ${where}
  RUNPATH $ORIGIN/nothing)
foreach(kind "" -rpath -runpath -nowhere)
  signet_test_program(deps/rpath-to-middle${kind} SOURCES deps-call-middle.c
    LINK deps/libmiddle${kind}.so RPATH $ORIGIN:$ORIGIN/one)
endforeach()
signet_test_library(deps/libmiddle-private.so SOURCES deps-middle-private.c LIBC ${where}
  RUNPATH $ORIGIN/one)
signet_test_program(deps/runpath-to-middle-private SOURCES deps-call-middle.c
  LINK deps/libmiddle-private.so RUNPATH $ORIGIN)
signet_test_program(deps/runpath-to-middle SOURCES deps-call-middle.c
  LINK deps/libmiddle.so RUNPATH $ORIGIN:$ORIGIN/one)

# $LIB and $PLATFORM: what they stand for is in the answer.
foreach(lib lib lib64 lib/x86_64-linux-gnu)
  where(lib-of/${lib} ${lib})
endforeach()
foreach(platform x86_64 haswell xeon_phi)
  where(platform-of/${platform} ${platform})
endforeach()
signet_test_program(deps/lib SOURCES deps-call.c ${where} RUNPATH $ORIGIN/lib-of/$LIB)
signet_test_program(deps/platform SOURCES deps-call.c ${where}
  RUNPATH $ORIGIN/platform-of/$PLATFORM)

# $ORIGIN of a library that is found through a symbolic link: where the link is.
where(links/one "beside the link")
signet_test_library(deps/liborigin.so SOURCES deps-middle.c ${where} RUNPATH $ORIGIN/one)
signet_test_step(deps/links/liborigin.so DEPENDS deps/liborigin.so
  COMMAND ${CMAKE_COMMAND} -E create_symlink ../liborigin.so
          ${SIGNET_MODULES}/deps/links/liborigin.so)
signet_test_program(deps/origin-of-link SOURCES deps-call-middle.c LINK deps/liborigin.so
  RUNPATH $ORIGIN/links)

# glibc-hwcaps: every level, and the first only.
where(hwcaps "no subdirectory")
foreach(level 2 3 4)
  where(hwcaps/glibc-hwcaps/x86-64-v${level} x86-64-v${level})
endforeach()
where(hwcaps-v2/glibc-hwcaps/x86-64-v2 x86-64-v2)
where(hwcaps-v2 "no subdirectory")
where(hwcaps-other/glibc-hwcaps/power10 power10)
where(hwcaps-other "no subdirectory")
signet_test_program(deps/hwcaps-runpath SOURCES deps-call.c ${where} RUNPATH $ORIGIN/hwcaps)

# Files of that name that are for another machine or of another class are passed over.
elf_edit(deps/other-machine/libwhere.so deps/one/libwhere.so machine 62 183)
elf_edit(deps/other-class/libwhere.so deps/one/libwhere.so class 2 1)

# DT_NEEDED with a slash in it: not searched for.
signet_test_library(deps/slash/libabsolute.so SOURCES deps-where.c NO_SONAME
  OPTIONS "-DWHERE=\"absolute path\"")
signet_test_program(deps/slash-absolute SOURCES deps-call.c LINK deps/slash/libabsolute.so NO_PATH)
signet_test_library(deps/slash/librelative.so SOURCES deps-where.c SONAME slash/librelative.so
  OPTIONS "-DWHERE=\"relative path\"")
signet_test_program(deps/slash-relative SOURCES deps-call.c LINK deps/slash/librelative.so NO_PATH)
signet_test_library(deps/slash/liborigin.so SOURCES deps-where.c SONAME $ORIGIN/slash/liborigin.so
  OPTIONS "-DWHERE=\"path from the origin\"")
signet_test_program(deps/slash-origin SOURCES deps-call.c LINK deps/slash/liborigin.so NO_PATH)

# One module: one file under several names, one soname from another file.
signet_test_library(deps/libsame.so SOURCES deps-count.c NO_SONAME OPTIONS "-DNAME=\"same\"")
signet_test_step(deps/libsame-symlink.so DEPENDS deps/libsame.so
  COMMAND ${CMAKE_COMMAND} -E create_symlink libsame.so ${SIGNET_MODULES}/deps/libsame-symlink.so)
signet_test_step(deps/libsame-hardlink.so DEPENDS deps/libsame.so
  COMMAND ${CMAKE_COMMAND} -E create_hardlink ${SIGNET_MODULES}/deps/libsame.so
          ${SIGNET_MODULES}/deps/libsame-hardlink.so)
signet_test_program(deps/same-file SOURCES deps-quiet.c
  LINK_BY_NAME deps/libsame.so deps/libsame-symlink.so deps/libsame-hardlink.so)

signet_test_library(deps/libsoname-file.so SOURCES deps-count.c NO_SONAME
  OPTIONS "-DNAME=\"a file\"")
signet_test_library(deps/libsoname.so SOURCES deps-count.c OPTIONS "-DNAME=\"file of the soname\"")
signet_test_library(deps/named/libsoname-file.so SOURCES deps-count.c SONAME libsoname.so
  OPTIONS "-DNAME=\"file with the soname\"")
signet_test_program(deps/same-soname SOURCES deps-quiet.c
  LINK_BY_NAME deps/libsoname-file.so deps/libsoname.so RUNPATH $ORIGIN/named:$ORIGIN)

# Preloaded in the program's place.
foreach(which a b)
  signet_test_library(deps/libpreload-${which}.so SOURCES deps-where.c
    OPTIONS "-DWHERE=\"preloaded ${which}\"")
endforeach()
signet_test_library(deps/libpreload-soname.so SOURCES deps-where.c SONAME libwhere.so
  OPTIONS "-DWHERE=\"preloaded under its soname\"")

# Graphs: a needs c, b needs d. Breadth first: a b c d. A library that needs none of them asks.
signet_test_library(deps/libd.so SOURCES deps-node.c
  OPTIONS "-DNAME=\"d\"" -DDEFINE_CD -DDEFINE_AD)
signet_test_library(deps/libc-node.so SOURCES deps-node.c
  OPTIONS "-DNAME=\"c\"" -DDEFINE_BC -DDEFINE_CD)
signet_test_library(deps/libb.so SOURCES deps-node.c LINK deps/libd.so
  OPTIONS "-DNAME=\"b\"" -DDEFINE_AB -DDEFINE_BC)
signet_test_library(deps/liba.so SOURCES deps-node.c LINK deps/libc-node.so
  OPTIONS "-DNAME=\"a\"" -DDEFINE_AB -DDEFINE_AD)
signet_test_library(deps/libask.so SOURCES deps-graph.c)
signet_test_program(deps/breadth-first SOURCES call.c
  LINK deps/liba.so deps/libb.so deps/libask.so)

# A diamond: left and right need the same bottom.
signet_test_library(deps/libbottom.so SOURCES deps-count.c OPTIONS "-DNAME=\"bottom\"")
foreach(side left right)
  signet_test_library(deps/lib${side}.so SOURCES deps-count.c LINK deps/libbottom.so
    OPTIONS "-DNAME=\"${side}\"")
endforeach()
signet_test_program(deps/diamond SOURCES deps-quiet.c LINK deps/libleft.so deps/libright.so)

# A cycle: each of three needs the next.
signet_test_library(deps/stub/libcycle-1.so SOURCES deps-count.c OPTIONS "-DNAME=\"stub\"")
signet_test_library(deps/libcycle-3.so SOURCES deps-count.c LINK deps/stub/libcycle-1.so
  OPTIONS "-DNAME=\"cycle 3\"")
signet_test_library(deps/libcycle-2.so SOURCES deps-count.c LINK deps/libcycle-3.so
  OPTIONS "-DNAME=\"cycle 2\"")
signet_test_library(deps/libcycle-1.so SOURCES deps-count.c LINK deps/libcycle-2.so
  OPTIONS "-DNAME=\"cycle 1\"")
signet_test_program(deps/cycle SOURCES deps-quiet.c LINK deps/libcycle-1.so)
