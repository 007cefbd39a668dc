# SPDX-License-Identifier: MIT
#
# Test modules: small programs and libraries. One command of the system's compiler builds each, with the
# linker and the options that its case is about, and without the project's own flags. If a module cannot
# be built here (no such linker), the file NAME.missing has the reason, and its tests are skipped.

set(SIGNET_MODULE_SOURCES ${PROJECT_SOURCE_DIR}/testdata/modules)
set(SIGNET_MODULES ${PROJECT_BINARY_DIR}/testdata/modules)

find_program(SIGNET_GCC gcc DOC "The C compiler of the test modules")
find_program(SIGNET_GXX g++ DOC "The C++ compiler of the test modules")
find_program(SIGNET_MUSL_GCC musl-gcc DOC "The compiler of the test modules for musl")
find_program(SIGNET_GO go DOC "The Go compiler of the test modules")
foreach(linker bfd gold lld)
  find_program(SIGNET_LD_${linker} ld.${linker} DOC "A linker of the test modules")
endforeach()
find_program(SIGNET_LD_mold mold DOC "A linker of the test modules")

# signet_test_library(NAME …) and signet_test_program(NAME …)
#
# Build NAME in the modules' directory. NAME may begin with directories.
#
#   SOURCES file…   in testdata/modules; those ending in .cc are C++
#   LINK name…      other modules, recorded in DT_NEEDED by their sonames. LINK_BY_NAME records the file
#                   name, for modules without soname.
#   LIBC            with the C library and its start files. Without it the module is freestanding, and
#                   only named libraries are linked (a program's entry is in start.h).
#   STATIC          a program without dynamic linker
#   NO_PIE          a program at a fixed address
#   LINKER which    bfd (the default), gold, lld or mold
#   COMPILER path   instead of gcc or g++
#   SONAME name     default: the file's name; NO_SONAME: none
#   RUNPATH dirs    default: $ORIGIN; RPATH dirs: DT_RPATH instead; NO_PATH: neither
#   DEPENDS file…   further files that it is built from
#   OPTIONS …       for the compiler, last
function(signet_test_library name)
  signet_test_module_(${name} "-shared;-fPIC" ${ARGN})
endfunction()

function(signet_test_program name)
  signet_test_module_(${name} "" ${ARGN} NO_SONAME PROGRAM)
endfunction()

# signet_test_step(NAME COMMAND … DEPENDS …)
#
# Adds any other command that makes module NAME from modules, targets, and files with a full path.
function(signet_test_step name)
  cmake_parse_arguments(PARSE_ARGV 1 M "" "" "COMMAND;DEPENDS")
  cmake_path(GET name PARENT_PATH directory)
  file(MAKE_DIRECTORY ${SIGNET_MODULES}/${directory})
  file(REMOVE ${SIGNET_MODULES}/${name}.missing)
  set(dependencies)
  foreach(dependency IN LISTS M_DEPENDS)
    if(NOT TARGET ${dependency})
      cmake_path(ABSOLUTE_PATH dependency BASE_DIRECTORY ${SIGNET_MODULES})
    endif()
    list(APPEND dependencies ${dependency})
  endforeach()
  add_custom_command(OUTPUT ${SIGNET_MODULES}/${name} VERBATIM
    COMMAND ${M_COMMAND} DEPENDS ${dependencies} COMMENT "Test module ${name}")
  set_property(GLOBAL APPEND PROPERTY SIGNET_TEST_MODULES ${SIGNET_MODULES}/${name})
endfunction()

# Records that module NAME cannot be built, and why.
function(signet_test_missing name reason)
  cmake_path(GET name PARENT_PATH directory)
  file(MAKE_DIRECTORY ${SIGNET_MODULES}/${directory})
  file(WRITE ${SIGNET_MODULES}/${name}.missing "${reason}\n")
  set_property(GLOBAL APPEND PROPERTY SIGNET_TEST_MISSING ${name})
endfunction()

# signet_test_modules(TARGET): a target that builds every module declared so far.
function(signet_test_modules target)
  get_property(modules GLOBAL PROPERTY SIGNET_TEST_MODULES)
  add_custom_target(${target} ALL DEPENDS ${modules})
endfunction()

function(signet_test_module_ name kind)
  cmake_parse_arguments(PARSE_ARGV 2 M
    "LIBC;STATIC;NO_PIE;NO_SONAME;NO_PATH;PROGRAM"
    "LINKER;COMPILER;SONAME;RUNPATH;RPATH"
    "SOURCES;LINK;LINK_BY_NAME;DEPENDS;OPTIONS")
  if(M_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: unknown arguments ${M_UNPARSED_ARGUMENTS}")
  endif()
  cmake_path(GET name FILENAME file)
  cmake_path(GET name PARENT_PATH directory)
  set(output ${SIGNET_MODULES}/${name})
  file(REMOVE ${output}.missing)

  if(NOT M_LINKER)
    set(M_LINKER bfd)
  endif()
  list(TRANSFORM M_SOURCES PREPEND ${SIGNET_MODULE_SOURCES}/)
  if(NOT DEFINED M_COMPILER)
    set(M_COMPILER ${SIGNET_GCC})
    if(M_SOURCES MATCHES "[.]cc(;|$)")
      set(M_COMPILER ${SIGNET_GXX})
    endif()
  endif()
  if(NOT M_COMPILER)
    signet_test_missing(${name} "its compiler is not installed")
    return()
  elseif(NOT SIGNET_LD_${M_LINKER})
    signet_test_missing(${name} "the linker ${M_LINKER} is not installed")
    return()
  endif()
  get_property(missing GLOBAL PROPERTY SIGNET_TEST_MISSING)
  foreach(dependency IN LISTS M_LINK M_LINK_BY_NAME)
    if(dependency IN_LIST missing)
      file(STRINGS ${SIGNET_MODULES}/${dependency}.missing reason)
      signet_test_missing(${name} "${reason}")
      return()
    endif()
  endforeach()

  set(flags ${kind} -O1 -Wall -fuse-ld=${M_LINKER} -Wl,--build-id=none)
  if(M_PROGRAM AND M_STATIC)
    list(APPEND flags $<IF:$<BOOL:${M_NO_PIE}>,-static,-static-pie>)
  endif()
  if(M_PROGRAM AND M_NO_PIE)
    list(APPEND flags -no-pie -fno-pie)
  elseif(M_PROGRAM)
    list(APPEND flags $<IF:$<BOOL:${M_STATIC}>,,-pie> -fPIE)
  endif()
  if(NOT M_LIBC)
    list(APPEND flags -nostdlib -ffreestanding -fno-stack-protector
         -fno-asynchronous-unwind-tables)
  endif()
  if(NOT M_STATIC)
    list(APPEND flags -Wl,--no-as-needed,--allow-shlib-undefined,-rpath-link,${SIGNET_MODULES})
    if(M_RPATH)
      list(APPEND flags -Wl,--disable-new-dtags,-rpath,${M_RPATH})
    elseif(NOT M_NO_PATH)
      if(NOT M_RUNPATH)
        set(M_RUNPATH $ORIGIN)
      endif()
      list(APPEND flags -Wl,--enable-new-dtags,-rpath,${M_RUNPATH})
    endif()
  endif()
  if(NOT M_NO_SONAME)
    if(NOT M_SONAME)
      set(M_SONAME ${file})
    endif()
    list(APPEND flags -Wl,-soname,${M_SONAME})
  endif()

  set(libraries ${M_LINK})
  list(TRANSFORM libraries PREPEND ${SIGNET_MODULES}/)
  set(link_files ${libraries})
  foreach(dependency IN LISTS M_LINK_BY_NAME)
    cmake_path(GET dependency PARENT_PATH from)
    cmake_path(GET dependency FILENAME as)
    list(APPEND libraries -L${SIGNET_MODULES}/${from} -l:${as})
    list(APPEND M_DEPENDS ${SIGNET_MODULES}/${dependency})
  endforeach()
  file(GLOB headers CONFIGURE_DEPENDS ${SIGNET_MODULE_SOURCES}/*.h)
  file(MAKE_DIRECTORY ${SIGNET_MODULES}/${directory})
  add_custom_command(OUTPUT ${output} VERBATIM
    COMMAND ${M_COMPILER} ${flags} -o ${output} ${M_SOURCES} ${libraries} ${M_OPTIONS}
    DEPENDS ${M_SOURCES} ${headers} ${M_DEPENDS} ${link_files}
    COMMENT "Test module ${name}" COMMAND_EXPAND_LISTS)
  set_property(GLOBAL APPEND PROPERTY SIGNET_TEST_MODULES ${output})
endfunction()
