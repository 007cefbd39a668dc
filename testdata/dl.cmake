# SPDX-License-Identifier: MIT
#
# Libraries that programs open while they run.

# A library dl/libNAME.so; OPTIONS are definitions for dl-library.c.
function(dl_library name)
  cmake_parse_arguments(PARSE_ARGV 1 D "" "" "DEFINE;LINK")
  list(TRANSFORM D_DEFINE PREPEND -D)
  set(link)
  if(D_LINK)
    set(link LINK ${D_LINK})
  endif()
  cmake_path(GET name FILENAME file)
  signet_test_library(dl/lib${name}.so SOURCES dl-library.c LIBC ${link}
    OPTIONS "-DNAME=\"${file}\"" ${D_DEFINE})
endfunction()

# The program that does what its arguments say, and variants that search elsewhere.
function(dl_script name)
  signet_test_program(dl/${name} SOURCES dl-script.c LIBC OPTIONS -rdynamic ${ARGN})
endfunction()
dl_script(script)
dl_script(script-linked LINK dl/libvisible-a.so)
dl_script(script-rpath RPATH $ORIGIN:$ORIGIN/place-2)
dl_script(script-runpath RUNPATH $ORIGIN:$ORIGIN/place-1)
dl_script(script-constructor LINK dl/libopener-constructor.so)
dl_script(script-early LINK dl/libearly.so dl/libopener-early.so)
dl_script(script-exit LINK dl/libexit-top.so)
signet_test_program(dl/script-exec SOURCES dl-script.c LIBC NO_PIE OPTIONS -rdynamic)
signet_test_library(dl/old/libdl.so.2 SOURCES dl-old-libdl.c)
dl_script(script-old-libdl RUNPATH $ORIGIN:$ORIGIN/old LINK dl/old/libdl.so.2)

# Visibility.
dl_library(visible-a DEFINE COMMON=Common OWN=OnlyA)
dl_library(visible-b DEFINE COMMON=Common OWN=OnlyB)
dl_library(uses-a DEFINE USES=OnlyA ASK=AskA)
dl_library(uses-common DEFINE USES=Common ASK=AskCommon)
dl_library(deep DEFINE COMMON=Where USES=Where ASK=AskWhere)

signet_test_library(dl/libasks.so SOURCES dl-asks.c LIBC)
signet_test_step(dl/libasks-link.so DEPENDS dl/libasks.so
  COMMAND ${CMAKE_COMMAND} -E create_symlink libasks.so ${SIGNET_MODULES}/dl/libasks-link.so)

# Names.
signet_test_step(dl/libvisible-link.so DEPENDS dl/libvisible-a.so
  COMMAND ${CMAKE_COMMAND} -E create_symlink libvisible-a.so
          ${SIGNET_MODULES}/dl/libvisible-link.so)
signet_test_library(dl/libfile.so SOURCES dl-library.c LIBC SONAME libsoname.so
  OPTIONS "-DNAME=\"file\"" -DOWN=Own)
foreach(number 1 2)
  signet_test_library(dl/place-${number}/libplace.so SOURCES dl-library.c LIBC
    OPTIONS "-DNAME=\"place ${number}\"" -DCOMMON=Where)
endforeach()
set(opener SOURCES dl-opener.c LIBC)
set(opens "-DOPENS=\"libplace.so\"" -DASK=AskWhere)
signet_test_library(dl/libopener.so ${opener} NO_PATH OPTIONS ${opens})
signet_test_library(dl/libopener-runpath.so ${opener} RUNPATH $ORIGIN/place-1 OPTIONS ${opens})
signet_test_library(dl/libopener-rpath.so ${opener} RPATH $ORIGIN/place-2 OPTIONS ${opens})

# Dependencies: a diamond.
dl_library(bottom DEFINE LOUD COMMON=Which OWN=OnlyBottom)
dl_library(left DEFINE LOUD OWN=OnlyLeft LINK dl/libbottom.so)
dl_library(right DEFINE LOUD COMMON=Which OWN=OnlyRight LINK dl/libbottom.so)
dl_library(top DEFINE LOUD OWN=OnlyTop LINK dl/libleft.so dl/libright.so)
dl_library(exit DEFINE LOUD EXIT=3 LINK dl/libbottom.so)
dl_library(exit-top DEFINE LOUD LINK dl/libexit.so)
dl_library(alone DEFINE LOUD OWN=OnlyAlone)

# Symbols of every type; versions; unique ones.
signet_test_library(dl/libsymbols.so SOURCES dl-symbols.c LIBC)
signet_test_program(dl/tls SOURCES dl-tls.c LIBC)
set(script ${SIGNET_MODULE_SOURCES}/dl-version.map)
signet_test_library(dl/libversion.so SOURCES dl-version.c LIBC DEPENDS ${script}
  OPTIONS -Wl,--version-script=${script})
signet_test_library(dl/libversion-use-V1.so SOURCES dl-version-use.c LIBC LINK dl/libversion.so
  OPTIONS "-DVERSION=\"V1\"")
file(WRITE ${SIGNET_MODULES}/dl/stub/V3.map "V3 { global: Answer; };\n")
signet_test_library(dl/stub/libversion.so SOURCES dl-library.c LIBC
  OPTIONS "-DNAME=\"V3\"" -DOWN=Answer -Wl,--version-script=${SIGNET_MODULES}/dl/stub/V3.map)
signet_test_library(dl/libversion-use-V3.so SOURCES dl-version-use.c LIBC
  LINK dl/stub/libversion.so OPTIONS "-DVERSION=\"V3\"")
foreach(number 1 2)
  signet_test_library(dl/libunique-${number}.so SOURCES dl-unique.cc LIBC)
endforeach()

signet_test_library(dl/libunversioned.so SOURCES dl-library.c
  OPTIONS "-DNAME=\"unversioned\"" -DOWN=Answer)
signet_test_library(dl/libdefault.so SOURCES dl-default.c LIBC)

# RTLD_NEXT.
foreach(Which First Last Deep Opened)
  string(TOLOWER ${Which} which)
  set(link)
  if(which STREQUAL opened)
    set(link LINK dl/libnext-deep.so)
  endif()
  signet_test_library(dl/libnext-${which}.so SOURCES dl-next.c LIBC ${link}
    OPTIONS "-DNAME=\"${which}\"" -DASK=Ask${Which} -DASK_VERSION=AskVersion${Which})
endforeach()
signet_test_program(dl/next SOURCES dl-next.c LIBC LINK dl/libnext-first.so dl/libnext-last.so
  OPTIONS -rdynamic "-DNAME=\"program\"" -DASK=Ask -DASK_VERSION=AskVersion -DPROGRAM)

# Constructors and destructors.
signet_test_library(dl/libarguments.so SOURCES dl-arguments.c LIBC)
set(opens "-DOPENS=\"libdeep.so\"" -DASK=AskOpener)
signet_test_library(dl/libopener-constructor.so ${opener} OPTIONS ${opens} -DIN_CONSTRUCTOR)
signet_test_library(dl/libopener-destructor.so ${opener} OPTIONS ${opens} -DIN_DESTRUCTOR)
signet_test_library(dl/libself.so ${opener} OPTIONS "-DOPENS=\"libself.so\"" -DASK=AskSelf
  "-DWHERE=\"self\"" -DIN_CONSTRUCTOR)
dl_library(early DEFINE LOUD COMMON=Where)
signet_test_library(dl/libopener-early.so ${opener}
  OPTIONS "-DOPENS=\"libearly.so\"" -DASK=AskEarly -DIN_CONSTRUCTOR)
signet_test_library(dl/libcloser.so SOURCES dl-closer.c LIBC
  OPTIONS "-DOPENS=\"libvisible-a.so\"")
signet_test_library(dl/libstate.so SOURCES dl-state.c LIBC)

# What cannot be opened.
file(WRITE ${SIGNET_MODULES}/dl/libempty.so "")
string(REPEAT "This is text, and not an ELF file.\n" 20 text)
file(WRITE ${SIGNET_MODULES}/dl/libtext.so ${text})
elf_edit(dl/libother-machine.so dl/libvisible-a.so machine 62 183)
elf_edit(dl/libother-class.so dl/libvisible-a.so class 2 1)
dl_library(undefined DEFINE USES=Undefined ASK=Ask LINK dl/libvisible-b.so)
dl_library(undefined-deep DEFINE LOUD OWN=Own LINK dl/libvisible-a.so dl/libundefined.so)
signet_test_library(dl/stub/libgone.so SOURCES dl-library.c LIBC OPTIONS "-DNAME=\"gone\"")
dl_library(missing DEFINE LOUD OWN=Own LINK dl/libvisible-b.so dl/stub/libgone.so)
dl_library(missing-deep DEFINE LOUD OWN=Own LINK dl/libvisible-a.so dl/libmissing.so)

# Facts about modules.
signet_test_library(dl/libdladdr.so SOURCES dl-dladdr-library.c LIBC)
signet_test_library(dl/libdlinfo.so SOURCES dl-dlinfo-library.c LIBC
  RUNPATH $ORIGIN/place-1:$ORIGIN)
foreach(program dladdr dlinfo chain iterate find-object new-namespace)
  signet_test_program(dl/${program} SOURCES dl-${program}.c LIBC OPTIONS -rdynamic)
endforeach()
signet_test_program(dl/dladdr-exec SOURCES dl-dladdr.c LIBC NO_PIE OPTIONS -rdynamic)

# A plug-in, which is copied, and a program that opens the copies.
signet_test_library(dl/libscale.so SOURCES dl-scale-library.c LIBC)
signet_test_program(dl/scale SOURCES dl-scale.c LIBC OPTIONS -rdynamic)

# Threads, processes, and many libraries.
foreach(number RANGE 39)
  signet_test_library(dl/libmany-${number}.so SOURCES dl-many.c OPTIONS -DNUMBER=${number})
endforeach()
signet_test_library(dl/libslow.so SOURCES dl-slow.c)
foreach(program threads fork fork-slow loop error-threads)
  signet_test_program(dl/${program} SOURCES dl-${program}.c LIBC)
endforeach()

signet_test_library(dl/libreaders.so SOURCES dl-readers.c LIBC)
signet_test_program(dl/readers SOURCES dl-readers.c LIBC OPTIONS -DPROGRAM)

# C++.
signet_test_library(dl/libcxx-errors.so SOURCES dl-cxx-errors.cc LIBC)
signet_test_library(dl/libcxx-plugin.so SOURCES dl-cxx-plugin.cc LIBC LINK dl/libcxx-errors.so)
signet_test_program(dl/cxx SOURCES dl-cxx.cc LIBC LINK dl/libcxx-errors.so)

# A COPY relocation in a library, which no linker makes.
signet_test_library(dl/libcopied.so SOURCES dl-copy.c OPTIONS -DVALUE=42)
signet_test_library(dl/libcopying-address.so SOURCES dl-copy.c)
elf_edit(dl/libcopying.so dl/libcopying-address.so reloc 1 5)

# Modules that demand executable stacks, by saying so or by saying nothing.
foreach(demand wanted unsaid)
  set(says LINKER lld OPTIONS -Wl,-z,nognustack)
  if(demand STREQUAL wanted)
    set(says OPTIONS -Wl,-z,execstack)
  endif()
  signet_test_library(dl/libstack-${demand}.so SOURCES map-stack-library.c ${says})
  signet_test_program(dl/stack-${demand} SOURCES dl-stack.c LIBC ${says} -pthread)
  signet_test_program(dl/stack-links-${demand} SOURCES dl-stack.c LIBC LINK dl/libstack-${demand}.so
    OPTIONS -pthread)
endforeach()
signet_test_program(dl/stack SOURCES dl-stack.c LIBC OPTIONS -pthread)

# Two versions of a plug-in, and of the library that it needs.
foreach(version 1 2)
  set(place dl/reload-${version})
  signet_test_library(${place}/libreload-needed.so SOURCES dl-reload.c LIBC OPTIONS -DVERSION=${version})
  signet_test_library(${place}/libreload.so SOURCES dl-reload.c LIBC
    LINK ${place}/libreload-needed.so OPTIONS -DVERSION=${version} -DNEEDS)
endforeach()
signet_test_program(dl/reload SOURCES dl-reload.c LIBC)

# Filters. `real` answers for them, unless it is missing.
dl_library(filter-real DEFINE COMMON=Common)
foreach(kind -F -f)
  foreach(filtee filter-real filter-missing)
    signet_test_library(dl/libfilter${kind}-${filtee}.so SOURCES dl-library.c LIBC
      OPTIONS "-DNAME=\"filter\"" -DCOMMON=Common -DOWN=Own -Wl,${kind},lib${filtee}.so)
    signet_test_program(dl/filter${kind}-${filtee} SOURCES dl-script.c LIBC
      LINK dl/libfilter${kind}-${filtee}.so OPTIONS -rdynamic -Wl,--no-as-needed)
  endforeach()
endforeach()
# A library that filters another filter.
signet_test_library(dl/libfilter-chain.so SOURCES dl-library.c LIBC
  OPTIONS "-DNAME=\"chain\"" -DCOMMON=Common -Wl,-f,libfilter-f-filter-real.so)
signet_test_library(dl/libnoopen.so SOURCES dl-library.c LIBC
  OPTIONS "-DNAME=\"noopen\"" -DOWN=Own -Wl,-z,nodlopen)
dl_library(needs-noopen DEFINE OWN=Own LINK dl/libnoopen.so)

# A program and a library that say which CPUs they need.
signet_test_library(dl/libisa.so SOURCES dl-library.c LIBC OPTIONS "-DNAME=\"isa\"" -DOWN=Own -Wl,-z,x86-64-v2)
signet_test_program(dl/isa SOURCES dl-script.c LIBC LINK dl/libisa.so OPTIONS -rdynamic -Wl,-z,x86-64-v2)

# Stacks: what the dl family takes of them, and what is left to a thread. And errors without end.
signet_test_program(dl/depth SOURCES dl-depth.c LIBC OPTIONS -pthread)
signet_test_program(dl/room SOURCES dl-room.c LIBC OPTIONS -pthread)
signet_test_program(dl/long-errors SOURCES dl-long-errors.c LIBC)

# Programs that look for leaks.
signet_test_library(dl/libleak-checker.so SOURCES dltls-leak-checker.c LIBC)
signet_test_library(dl/libleak.so SOURCES dl-leak.c LIBC OPTIONS -pthread)
foreach(sanitizer address leak)
  signet_test_program(dl/leak-${sanitizer} SOURCES dl-leak.c LIBC
    OPTIONS -DPROGRAM -pthread -fsanitize=${sanitizer})
endforeach()
signet_test_program(dl/leak-checked SOURCES dl-leak.c LIBC LINK dl/libleak-checker.so
  OPTIONS -DPROGRAM -pthread -Wl,--no-as-needed)

# Programs that open themselves.
foreach(kind "" -exec)
  set(pie)
  if(kind)
    set(pie NO_PIE)
  endif()
  signet_test_program(dl/itself${kind} SOURCES dl-itself.c LIBC ${pie} OPTIONS -Wl,-soname,itself.so)
endforeach()
