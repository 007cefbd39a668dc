# SPDX-License-Identifier: MIT
#
# The tests labelled `lint`: the format of every source file, the directions of includes, and
# clang-tidy over the product's code.
#
# clang-tidy takes many minutes for all sources. So lint.clang-tidy looks at those
# that differ from the main branch, and those that include a header that does (tests/lint/
# changed_sources says exactly which). `ctest --preset lint-all` looks at all. A clone without the
# history also gets all.

find_program(CLANG_FORMAT clang-format-14 REQUIRED)
find_program(RUN_CLANG_TIDY run-clang-tidy-14 REQUIRED)
set(lint ${PROJECT_SOURCE_DIR}/tests/lint)

add_test(NAME lint.clang-format
  COMMAND sh -c "git ls-files -z '*.h' '*.c' '*.cc' | xargs -0 ${CLANG_FORMAT} --dry-run -Werror"
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})

add_test(NAME lint.layers COMMAND ${lint}/check_layers)
add_test(NAME lint.layers-are-checked COMMAND ${lint}/check_layers_test)
add_test(NAME lint.changes-are-found COMMAND ${lint}/changed_sources_test)

# Without those of gcc's options (passes over trees and whole programs) that clang-tidy does not know.
set(tidy_database ${PROJECT_BINARY_DIR}/lint)
file(MAKE_DIRECTORY ${tidy_database})
add_test(NAME lint.compile-database
  COMMAND sh -c "sed -E 's/ -f(no-tree-[a-z-]*|lto[a-z=]*|no-fat-lto-objects)//g' \
${PROJECT_BINARY_DIR}/compile_commands.json > ${tidy_database}/compile_commands.json")
add_test(NAME lint.clang-tidy
  COMMAND ${lint}/clang_tidy ${RUN_CLANG_TIDY} ${tidy_database} changed)
add_test(NAME lint.clang-tidy-all
  COMMAND ${lint}/clang_tidy ${RUN_CLANG_TIDY} ${tidy_database} all)

set_tests_properties(lint.clang-format lint.layers lint.layers-are-checked lint.changes-are-found
  lint.compile-database lint.clang-tidy PROPERTIES LABELS lint)
set_tests_properties(lint.clang-tidy-all PROPERTIES LABELS lint-all)
set_tests_properties(lint.compile-database PROPERTIES FIXTURES_SETUP compile-database)
set_tests_properties(lint.clang-tidy lint.clang-tidy-all PROPERTIES
  FIXTURES_REQUIRED compile-database PROCESSORS 2 TIMEOUT 3000)

# What the documents say about files is true.
add_test(NAME lint.doc-paths COMMAND ${lint}/check_doc_paths ${PROJECT_SOURCE_DIR})
add_test(NAME lint.doc-paths-are-checked COMMAND ${lint}/check_doc_paths_test)
add_test(NAME lint.globals COMMAND ${lint}/check_globals ${PROJECT_SOURCE_DIR})
add_test(NAME lint.dynamic-tags COMMAND ${lint}/check_dynamic_tags ${PROJECT_SOURCE_DIR})
add_test(NAME lint.globals-are-checked COMMAND ${lint}/check_globals_test)
add_test(NAME lint.peers-are-judged COMMAND ${PROJECT_SOURCE_DIR}/tests/peers/judge_test)
set_tests_properties(lint.doc-paths lint.doc-paths-are-checked lint.globals
  lint.globals-are-checked lint.peers-are-judged lint.dynamic-tags PROPERTIES LABELS lint)
