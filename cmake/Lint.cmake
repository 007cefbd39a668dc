# SPDX-License-Identifier: MIT
#
# The tests labelled `lint`: the format of every source file, and clang-tidy over the product's code
# as the compile database has it.

find_program(CLANG_FORMAT clang-format-14 REQUIRED)
find_program(RUN_CLANG_TIDY run-clang-tidy-14 REQUIRED)

add_test(NAME lint.clang-format
  COMMAND sh -c "git ls-files -z '*.h' '*.c' '*.cc' | xargs -0 ${CLANG_FORMAT} --dry-run -Werror"
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})

add_test(NAME lint.clang-tidy
  COMMAND ${RUN_CLANG_TIDY} -quiet -j 2 -p ${PROJECT_BINARY_DIR}
          -header-filter "^${PROJECT_SOURCE_DIR}/"
          "^${PROJECT_SOURCE_DIR}/(loader|sealer)/.*\\.cc$")

set_tests_properties(lint.clang-format lint.clang-tidy PROPERTIES LABELS lint)
set_tests_properties(lint.clang-tidy PROPERTIES PROCESSORS 2)
