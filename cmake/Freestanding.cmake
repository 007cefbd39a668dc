# SPDX-License-Identifier: MIT
#
# How to compile and link code that runs before there is a libc.

# signet_freestanding(TARGET)
#
# Compiles TARGET without libc, without libstdc++ except for headers, and without the run-time support
# that a compiler assumes: static guards, the stack protector's %fs:0x28, calls of mem* in place of
# loops.
#
# Every build type has -O2, because the tested loader must be the shipped one, and because unoptimised
# library templates refer to throwing helpers that are not defined here.
# Functions and loops are not aligned: most of the loader's code runs once, from a cold cache, and padding
# would be fetched too.
# g++ would turn a switch over strings into a table of pointers, which would have to be relocated.
# Unwind tables are kept, so that an exception thrown in a callback (dl_iterate_phdr, constructors),
# thread cancellation and gdb can walk through the loader's frames.
function(signet_freestanding target)
  target_compile_options(${target} PRIVATE
    -O2 -fPIE -fcf-protection=none -U_FORTIFY_SOURCE -ffunction-sections -fdata-sections
    "$<$<COMPILE_LANGUAGE:CXX>:\
-ffreestanding;-fno-builtin;-fno-exceptions;-fno-rtti;-fno-stack-protector;\
-fno-threadsafe-statics;-fasynchronous-unwind-tables;\
-fvisibility=hidden;-fvisibility-inlines-hidden>"
    "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-tree-loop-distribute-patterns;-fno-tree-switch-conversion;\
-fno-align-functions;-fno-align-jumps;-fno-align-labels;-fno-align-loops>")
endfunction()

# signet_whole_program(TARGET…)
#
# Optimises the targets as one program, if the compiler can do so with the default linker. The start of a
# small program is so short that calls between files matter.
function(signet_whole_program)
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    set_target_properties(${ARGN} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
  endif()
endfunction()

# signet_link_loader(TARGET SCRIPT EXPORTS)
#
# Links TARGET by the linker script SCRIPT, which may include files beside it: as a static PIE that needs
# no relocation and exports what the dynamic list EXPORTS names. The finished image is checked.
function(signet_link_loader target script exports)
  get_filename_component(directory ${script} DIRECTORY)
  target_link_options(${target} PRIVATE
    -nostdlib -pie -ffunction-sections -fdata-sections
    LINKER:--no-dynamic-linker,-z,text,-z,noexecstack,-z,norelro
    LINKER:--hash-style=gnu,--build-id,--gc-sections
    LINKER:-L${directory},--script=${script},--dynamic-list=${exports})
  file(GLOB scripts CONFIGURE_DEPENDS ${directory}/*.lds)
  set_target_properties(${target} PROPERTIES LINK_DEPENDS "${scripts};${exports}")
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DIMAGE=$<TARGET_FILE:${target}> -DREADELF=${CMAKE_READELF}
            -DOBJDUMP=${CMAKE_OBJDUMP} -P ${PROJECT_SOURCE_DIR}/cmake/CheckImage.cmake)
endfunction()
