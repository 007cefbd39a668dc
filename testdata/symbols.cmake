# SPDX-License-Identifier: MIT
#
# To which definition a reference is bound.

# A library with a Name of its own.
function(name_library which capital as)
  cmake_parse_arguments(PARSE_ARGV 3 N "" "ATTRIBUTE" "OPTIONS")
  signet_test_library(${as} SOURCES sym-name.c OPTIONS "-DNAME=\"${which}'s\""
    -DUSE=Use${capital} -DUSE_OBJECT=Use${capital}Object
    "-DATTRIBUTE=${N_ATTRIBUTE}" ${N_OPTIONS})
endfunction()
name_library(first First libsym-first.so)
name_library(second Second libsym-second.so)
name_library(first First libsym-first-weak.so ATTRIBUTE "__attribute__((weak))")
name_library(first First libsym-first-protected.so
  ATTRIBUTE "__attribute__((visibility(\"protected\")))")
name_library(first First libsym-first-hidden.so
  ATTRIBUTE "__attribute__((visibility(\"hidden\")))")
name_library(first First libsym-first-symbolic.so OPTIONS -Wl,-Bsymbolic)
name_library(first First libsym-first-symbolic-functions.so OPTIONS -Wl,-Bsymbolic-functions)
# The same with every binding left to the dynamic linker: DT_AUDIT becomes DT_SYMBOLIC.
name_library(first First libsym-first-audit.so
  OPTIONS -Wl,--audit=nothing -Wl,-soname,libsym-first-dynamic-symbolic.so)
elf_edit(libsym-first-dynamic-symbolic.so libsym-first-audit.so tag 0x6ffffefc 16)

set(second libsym-second.so)
signet_test_program(sym-order SOURCES sym-name-of-program.c LINK libsym-first.so ${second})
signet_test_program(sym-order-reversed SOURCES sym-name-of-program.c
  LINK ${second} libsym-first.so)
signet_test_program(sym-order-exec SOURCES sym-name-of-program.c NO_PIE
  LINK libsym-first.so ${second})
signet_test_program(sym-interposed SOURCES sym-name-of-program.c LINK libsym-first.so ${second}
  OPTIONS -DDEFINE)
foreach(kind weak hidden)
  signet_test_program(sym-${kind}-first SOURCES sym-name-of-program.c
    LINK libsym-first-${kind}.so ${second})
endforeach()
foreach(kind protected symbolic symbolic-functions dynamic-symbolic)
  signet_test_program(sym-${kind} SOURCES sym-name-of-program.c
    LINK libsym-first-${kind}.so ${second} OPTIONS -DDEFINE)
endforeach()

facts(sym-undefined-weak SOURCES sym-weak.c)
signet_test_library(libsym-weak-present.so SOURCES sym-weak-present.c)

foreach(which First Second)
  signet_test_library(libsym-unique-${which}.so SOURCES sym-unique.S
    OPTIONS -DUSE=UniqueOf${which})
endforeach()
signet_test_program(sym-unique SOURCES sym-unique.c
  LINK libsym-unique-First.so libsym-unique-Second.so)

foreach(linker bfd gold lld mold)
  foreach(style sysv gnu)
    signet_test_library(libsym-hundred-${linker}-${style}.so SOURCES sym-hundred.c
      LINKER ${linker} OPTIONS -Wl,--hash-style=${style})
    facts(sym-many-${linker}-${style} SOURCES sym-many.c LINKER ${linker}
      LINK libsym-hundred-${linker}-${style}.so OPTIONS -Wl,--hash-style=${style})
  endforeach()
endforeach()

# Versions.
set(script ${SIGNET_MODULE_SOURCES}/sym-version.map)
foreach(linker bfd lld)
  signet_test_library(${linker}/libsym-version.so SOURCES sym-version.c LINKER ${linker}
    OPTIONS -Wl,--version-script=${script} DEPENDS ${script})
  signet_test_program(sym-version-${linker} SOURCES sym-version-use.c LINKER ${linker}
    LINK ${linker}/libsym-version.so RUNPATH $ORIGIN/${linker} OPTIONS -DOLD)
endforeach()
set(script ${SIGNET_MODULE_SOURCES}/sym-version-other.map)
signet_test_library(libsym-version-other.so SOURCES sym-version-other.c DEPENDS ${script}
  OPTIONS -Wl,--version-script=${script})
signet_test_library(unversioned/libsym-version.so SOURCES sym-unversioned.c
  LINK libsym-version-other.so RUNPATH $ORIGIN/..)
signet_test_library(libsym-version-none.so SOURCES sym-version-one.c
  OPTIONS "-DVERSION=\"no version\"")
signet_test_program(sym-version-new SOURCES sym-version-use.c LINK bfd/libsym-version.so
  RUNPATH $ORIGIN/bfd)
signet_test_program(sym-version-to-unversioned SOURCES sym-version-use.c
  LINK bfd/libsym-version.so RUNPATH $ORIGIN/unversioned)
signet_test_program(sym-unversioned-to-version SOURCES sym-version-use.c
  LINK unversioned/libsym-version.so RUNPATH $ORIGIN/bfd OPTIONS -DWITHDRAWN)
foreach(kind "" -exec)
  set(pie)
  if(kind)
    set(pie NO_PIE)
  endif()
  signet_test_program(sym-version-copy${kind} SOURCES sym-version-copy.c ${pie}
    LINK bfd/libsym-version.so RUNPATH $ORIGIN/bfd)
endforeach()
foreach(version X Y)
  set(script ${SIGNET_MODULE_SOURCES}/sym-version-${version}.map)
  signet_test_library(libsym-version-${version}.so SOURCES sym-version-one.c DEPENDS ${script}
    OPTIONS "-DVERSION=\"${version}\"" -Wl,--version-script=${script})
endforeach()
# Programs are linked against Y's version. X comes before it when it is preloaded.
signet_test_program(sym-version-match SOURCES sym-answer.c LINK libsym-version-Y.so)

signet_test_library(libsym-absolute.so SOURCES sym-absolute.S)
signet_test_program(sym-absolute SOURCES sym-absolute.c LINK libsym-absolute.so)

# Addresses of functions, and indirect functions.
signet_test_library(libsym-pointer-owner.so SOURCES sym-pointer-owner.c)
signet_test_library(libsym-pointer-other.so SOURCES sym-pointer-other.c
  LINK libsym-pointer-owner.so)
signet_test_library(libsym-ifunc-choice.so SOURCES sym-ifunc-choice.c)
signet_test_library(libsym-ifunc.so SOURCES sym-ifunc-library.c LINK libsym-ifunc-choice.so)
foreach(linker bfd gold lld mold)
  foreach(kind "" -exec)
    set(pie)
    if(kind)
      set(pie NO_PIE)
    endif()
    signet_test_program(sym-pointer-${linker}${kind} SOURCES sym-pointer.c LINKER ${linker} ${pie}
      LINK libsym-pointer-owner.so libsym-pointer-other.so)
    signet_test_program(sym-ifunc-${linker}${kind} SOURCES sym-ifunc.c LINKER ${linker} ${pie}
      LINK libsym-ifunc.so)
  endforeach()
endforeach()
