# SPDX-License-Identifier: MIT
#
# Modules that try to do under Signet what they could not do under ld.so.

# Code in a small segment that is writable, and in one that ends in zeroes: both could be read into
# memory instead of being mapped.
signet_test_library(libattack-writable-code.so SOURCES attack-code.S
  OPTIONS -DWRITABLE -Wl,--no-warn-rwx-segments)
signet_test_library(libattack-code-with-bss.so SOURCES attack-code.S attack-code-bss.S LINKER lld)
signet_test_library(libattack-code.so SOURCES attack-code.S)
signet_test_library(libattack-textrel.so SOURCES attack-code.S attack-textrel.S OPTIONS -Wl,-z,notext)
foreach(library writable-code code-with-bss code textrel)
  signet_test_program(attack-allocator SOURCES attack-allocator.c LIBC
  OPTIONS -fno-builtin -Wl,--export-dynamic)
signet_test_program(attack-calls-${library} SOURCES attack-calls.c LIBC LINK libattack-${library}.so)
endforeach()
signet_test_program(attack-opens SOURCES attack-opens.c LIBC)
signet_test_program(attack-program SOURCES attack-calls.c attack-code.S LIBC
  OPTIONS -DWRITABLE -Wl,--no-warn-rwx-segments)

# Modules that libc opens by itself.
signet_test_program(attack-late SOURCES attack-late.c LIBC OPTIONS -pthread)
signet_test_library(attack-odd.so SOURCES attack-odd.c LIBC)
signet_test_library(attack-odd-with-bss.so SOURCES attack-odd.c attack-code-bss.S LIBC LINKER lld
  OPTIONS -Wl,-z,noseparate-code)
signet_test_program(attack-late-odd SOURCES attack-late-odd.c LIBC)
signet_test_program(attack-late-changed SOURCES attack-late-changed.c LIBC)
signet_test_program(attack-after SOURCES attack-after.c LIBC
  OPTIONS -pthread -I${PROJECT_SOURCE_DIR}/include
  DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)
signet_test_program(attack-late-memory SOURCES attack-late-memory.c LIBC)

# The API under every option.
signet_test_program(attack-api SOURCES attack-api.c LIBC
  OPTIONS -I${PROJECT_SOURCE_DIR}/include DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)
signet_test_program(attack-api-syscall SOURCES attack-api.c LIBC
  OPTIONS -DSYSCALL -I${PROJECT_SOURCE_DIR}/include
  DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)

# The break, moved by prctl.
signet_test_program(attack-break SOURCES attack-break.c LIBC
  OPTIONS -I${PROJECT_SOURCE_DIR}/include DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/signet.h)

# Constructors that must come too late, of libraries that look as if they were parts of libc, and of a
# library that these need.
signet_test_library(libattack-early-plain.so SOURCES attack-early.c LIBC
  OPTIONS "-DNAME=\"plain\"" -DFUNCTION=Second)
set(script ${SIGNET_MODULE_SOURCES}/attack-early.map)
set(refers -DREFERS)
set(defines -DDEFINES -Wl,--version-script=${script})
set(interpreter ${defines} -Wl,--dynamic-linker=/lib64/ld-linux-x86-64.so.2)
set(unwinder)
set(first_unwinder -Wl,-z,initfirst)
foreach(part refers defines interpreter unwinder first_unwinder)
  set(library attack-early-${part}/libpart.so)
  if(part MATCHES unwinder)
    set(library attack-early-${part}/libgcc_s.so.1)
  endif()
  signet_test_library(${library} SOURCES attack-early.c LIBC LINK libattack-early-plain.so
    RUNPATH "$ORIGIN/.." DEPENDS ${script}
    OPTIONS "-DNAME=\"${part}\"" -DFUNCTION=First ${${part}})
  signet_test_program(attack-early-${part}/program SOURCES attack-early-main.c LIBC
    LINK ${library} libattack-early-plain.so RUNPATH "$ORIGIN:$ORIGIN/..")
endforeach()
signet_test_program(attack-early-preloaded SOURCES attack-early-main.c LIBC)
# A library that wants to be first, and is needed by what looks like the unwinder.
signet_test_library(libattack-early-first.so SOURCES attack-early.c LIBC
  OPTIONS "-DNAME=\"plain\"" -DFUNCTION=Second -Wl,-z,initfirst)
signet_test_library(attack-early-needs_first/libgcc_s.so.1 SOURCES attack-early.c LIBC
  LINK libattack-early-first.so RUNPATH "$ORIGIN/.." DEPENDS ${script}
  OPTIONS "-DNAME=\"needs_first\"" -DFUNCTION=First)
signet_test_program(attack-early-needs_first/program SOURCES attack-early-main.c LIBC
  LINK attack-early-needs_first/libgcc_s.so.1 libattack-early-first.so RUNPATH "$ORIGIN:$ORIGIN/..")
# What looks like libc and wants to be first.
signet_test_library(attack-early-first_interpreter/libpart.so SOURCES attack-early.c LIBC
  LINK libattack-early-plain.so RUNPATH "$ORIGIN/.." DEPENDS ${script}
  OPTIONS "-DNAME=\"first_interpreter\"" -DFUNCTION=First ${interpreter} -Wl,-z,initfirst)
signet_test_program(attack-early-first_interpreter/program SOURCES attack-early-main.c LIBC
  LINK attack-early-first_interpreter/libpart.so libattack-early-plain.so RUNPATH "$ORIGIN:$ORIGIN/..")

# What an IFUNC resolver, which runs before the seal, does to its module.
foreach(attack RANGE 1 12)
  set(more)
  set(options -Wl,-z,separate-code)
  if(attack EQUAL 6)
    set(more attack-textrel.S attack-code.S)
    list(APPEND options -Wl,-z,notext -Wl,--no-warnings)
  elseif(attack GREATER_EQUAL 10)
    set(more attack-code-bss.S LINKER lld)
    set(options -Wl,-z,noseparate-code)  # in the file, other bytes lie behind those of the text
  endif()
  signet_test_library(libattack-resolver-${attack}.so SOURCES attack-resolver.c ${more}
    OPTIONS -DATTACK=${attack} -Wl,-z,relro ${options})
  signet_test_program(attack-resolver-${attack} SOURCES attack-resolver-main.c LIBC
    LINK libattack-resolver-${attack}.so OPTIONS -DLINKED -Wl,--no-as-needed)
endforeach()
signet_test_program(attack-resolver-opens SOURCES attack-resolver-main.c LIBC)

# A thread that makes the text of a library writable while it is opened.
signet_test_program(attack-window SOURCES attack-window.c LIBC OPTIONS -pthread)
# Resolvers of IFUNCs that forge the report of `signet verify`.
function(forges name forgery)
  signet_test_program(attack-forge-${name} SOURCES attack-forge.cc LIBC
    OPTIONS -std=c++20 -I${PROJECT_SOURCE_DIR}/include "-DFORGERY=${forgery}"
    DEPENDS ${PROJECT_SOURCE_DIR}/include/protocol/attack_record.h
      ${PROJECT_SOURCE_DIR}/include/signet/ledger.h)
endfunction()
forges(descriptors "WriteToDescriptors()")
forges(sealed "Publish(SIGNET_BACKEND_KERNEL, SIGNET_REASON_SEALED, false)")
forges(guarded "Publish(SIGNET_BACKEND_GUARD, SIGNET_REASON_NOT_ASKED, false)")
forges(left-out "Publish(SIGNET_BACKEND_NONE, SIGNET_REASON_NOT_SELECTED, false)")
forges(static "Publish(SIGNET_BACKEND_NONE, SIGNET_REASON_SELF_RELOCATED, false)")
forges(nothing "Publish(SIGNET_BACKEND_NONE, SIGNET_REASON_SEALED, true)")
forges(spoilt "Spoil()")
forges(another "BecomeAnother()")
forges(open-code "OpenCode()")

# What `signet dump` has to read.
signet_test_program(attack-notes SOURCES attack-notes.c LIBC)
signet_test_program(attack-long-names SOURCES attack-long-names.c LIBC
  OPTIONS -I${PROJECT_SOURCE_DIR}/include DEPENDS ${PROJECT_SOURCE_DIR}/include/signet/ledger.h)
# Huge pages in front of a sealed library.
signet_test_program(attack-huge SOURCES attack-huge.c LIBC)

# Every name of the functions that change mappings, in glibc and in musl.
signet_test_library(libattack-names.so SOURCES attack-names.c
  DEPENDS ${SIGNET_MODULE_SOURCES}/attack-names.h)
signet_test_program(attack-aliases SOURCES attack-aliases.c LIBC LINK libattack-names.so
  DEPENDS ${SIGNET_MODULE_SOURCES}/attack-names.h)
signet_test_program(attack-aliases-musl SOURCES attack-aliases.c LIBC LINK libattack-names.so
  COMPILER ${SIGNET_MUSL_GCC} DEPENDS ${SIGNET_MODULE_SOURCES}/attack-names.h)

# Doors that some backends leave open.
signet_test_program(attack-doors SOURCES attack-doors.c LIBC)
# Starts others under the kernel's check of what may be executed.
signet_test_program(attack-securebits SOURCES attack-securebits.c LIBC)

# What a set-user-ID program takes from its caller. Without libc, with glibc and with musl.
signet_test_program(attack-environment SOURCES attack-environment.c LINK libhello-greeting.so
  RUNPATH ${SIGNET_MODULES})
signet_test_program(attack-environment-glibc SOURCES attack-environment.c LIBC OPTIONS -DWITH_LIBC)
signet_test_program(attack-environment-musl SOURCES attack-environment.c LIBC OPTIONS -DWITH_LIBC
  COMPILER ${SIGNET_MUSL_GCC})
signet_test_program(attack-descriptors SOURCES attack-descriptors.c LINK libhello-greeting.so
  RUNPATH ${SIGNET_MODULES})
# Directories that are the caller's: of the file, and the current one.
signet_test_library(attack/one/libwhere.so SOURCES deps-where.c OPTIONS "-DWHERE=\"one\"")
set(one LINK attack/one/libwhere.so)
signet_test_program(attack/origin SOURCES deps-call.c ${one} RUNPATH $ORIGIN/one)
signet_test_program(attack/relative-runpath SOURCES deps-call.c ${one} RUNPATH one)
signet_test_program(attack/relative-rpath SOURCES deps-call.c ${one} RPATH one)
signet_test_program(attack/empty-runpath SOURCES deps-call.c ${one} RUNPATH :/nowhere)
signet_test_library(attack/needed/libwhere.so SOURCES deps-where.c SONAME one/libwhere.so
  OPTIONS "-DWHERE=\"one\"")
signet_test_program(attack/relative-needed SOURCES deps-call.c LINK attack/needed/libwhere.so NO_PATH)

# Memory of the loader.
signet_test_program(attack-mapping SOURCES attack-mapping.c LIBC)

# A resolver that spoils tables while they are in use.
facts(attack-tables SOURCES attack-tables.c)
