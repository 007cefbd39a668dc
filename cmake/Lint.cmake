# SPDX-License-Identifier: MIT
#
# The tests labelled `lint`: the format of every source file, and clang-tidy over the product's code
# as the compile database has it.

find_program(CLANG_FORMAT clang-format-14 REQUIRED)
find_program(RUN_CLANG_TIDY run-clang-tidy-14 REQUIRED)

add_test(NAME lint.clang-format
  COMMAND sh -c "git ls-files -z '*.h' '*.c' '*.cc' | xargs -0 ${CLANG_FORMAT} --dry-run -Werror"
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})

# Of gcc's flags, clang-tidy does not know those about its passes over trees and whole programs.
set(tidy_database ${PROJECT_BINARY_DIR}/lint)
file(MAKE_DIRECTORY ${tidy_database})
add_test(NAME lint.compile-database
  COMMAND sh -c "sed -E 's/ -f(no-tree-[a-z-]*|lto[a-z=]*|no-fat-lto-objects)//g' \
${PROJECT_BINARY_DIR}/compile_commands.json > ${tidy_database}/compile_commands.json")
add_test(NAME lint.clang-tidy
  COMMAND ${RUN_CLANG_TIDY} -quiet -j 2 -p ${tidy_database}
          -header-filter "^${PROJECT_SOURCE_DIR}/"
          "^${PROJECT_SOURCE_DIR}/(base|sealer|loader|tool)/.*\\.cc$")

set_tests_properties(lint.clang-format lint.compile-database lint.clang-tidy PROPERTIES LABELS lint)
set_tests_properties(lint.compile-database PROPERTIES FIXTURES_SETUP compile-database)
set_tests_properties(lint.clang-tidy PROPERTIES FIXTURES_REQUIRED compile-database PROCESSORS 2)

# What the documents say about files is true.
add_test(NAME lint.doc-paths
  COMMAND ${PROJECT_SOURCE_DIR}/tests/lint/check_doc_paths ${PROJECT_SOURCE_DIR})
add_test(NAME lint.doc-paths-are-checked
  COMMAND ${PROJECT_SOURCE_DIR}/tests/lint/check_doc_paths_test)
set_tests_properties(lint.doc-paths lint.doc-paths-are-checked PROPERTIES LABELS lint)
