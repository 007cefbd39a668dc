# SPDX-License-Identifier: MIT
#
# cmake -DIMAGE=… -DREADELF=… -DOBJDUMP=… -P CheckImage.cmake
#
# Fails unless IMAGE can run without being relocated or initialised by anyone, and without a thread
# pointer. Prints its size.

# readelf complains that no section is named .dynamic, but does not fail: see loader/image.lds.
function(inspect result)
  execute_process(COMMAND ${ARGN} ${IMAGE}
    OUTPUT_VARIABLE output ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${output}" PARENT_SCOPE)
endfunction()

# Fails with SENTENCE and the first match if TEXT matches REGEX.
function(refuse text regex sentence)
  if("${text}" MATCHES "${regex}")
    string(STRIP "${CMAKE_MATCH_0}" match)
    message(FATAL_ERROR "${name}: ${sentence}: ${match}")
  endif()
endfunction()

cmake_path(GET IMAGE FILENAME name)
inspect(segments ${READELF} --wide --program-headers)
inspect(sections ${READELF} --wide --section-headers)
inspect(symbols ${READELF} --wide --symbols --dyn-syms)
inspect(code ${OBJDUMP} --disassemble --no-show-raw-insn)

refuse("${symbols}" " UND +[^ \n]+" "the loader refers to an undefined symbol")
refuse("${sections}" "[^ ]+ +RELA? [^\n]*|[^ ]+ +RELR [^\n]*" "the loader has dynamic relocations")
refuse("${segments}" " INTERP [^\n]*" "the loader asks for an interpreter")
refuse("${sections}" "\\.(preinit|init|fini)_array" "the loader has dynamic initialisers")
refuse("${segments}" "[A-Z_]+ [^\n]* RWE [^\n]*" "a segment is writable and executable")
refuse("${segments}" "LOAD( +0x[0-9a-f]+)( +0x[0-9a-f]+)( +0x[0-9a-f]+) +0x0*[1-9a-f][0-9a-f]* [^\n]* RW "
  "variables are read from the file")
refuse("${code}" "[^\n]*%fs:(0x28|40)[^0-9a-f][^\n]*" "the loader uses the stack protector's %fs:0x28")

file(SIZE ${IMAGE} file_size)
set(memory_size 0)
string(REGEX MATCHALL "LOAD( +0x[0-9a-f]+)+" loads "${segments}")
foreach(load IN LISTS loads)
  string(REGEX MATCH "[^ ]+$" size "${load}")
  math(EXPR memory_size "${memory_size} + ${size}")
endforeach()
message("${name}: ${memory_size} bytes in memory, ${file_size} in the file")
