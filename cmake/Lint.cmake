# SPDX-License-Identifier: MIT
#
# The tests labelled `lint`: the format of every source file, the directions of includes, and
# clang-tidy over the product's code.
#
# clang-tidy takes many minutes for all sources. So lint.clang-tidy looks at those
# that differ from the main branch, and those that include a header that does (tests/lint/
# changed_sources says exactly which). `ctest --preset lint-all` looks at all. A clone without the
# history also gets all.

# Another version has other rules. Without this one, the tests are skipped. ./bootstrap reads this line.
set(lint_version 14)
set(lint ${PROJECT_SOURCE_DIR}/tests/lint)

set(clang_format clang-format-${lint_version})
add_test(NAME lint.clang-format
  COMMAND ${lint}/if_installed ${clang_format}
    sh -c "git ls-files -z '*.h' '*.c' '*.cc' | xargs -0 ${clang_format} --dry-run -Werror"
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
add_test(NAME lint.missing-tools-are-skipped COMMAND ${lint}/if_installed_test)

add_test(NAME lint.layers COMMAND ${lint}/check_layers)
add_test(NAME lint.layers-are-checked COMMAND ${lint}/check_layers_test)
add_test(NAME lint.changes-are-found COMMAND ${lint}/changed_sources_test)

# Without those of gcc's options (passes over trees and whole programs) that clang-tidy does not know.
set(tidy_database ${PROJECT_BINARY_DIR}/lint)
file(MAKE_DIRECTORY ${tidy_database})
add_test(NAME lint.compile-database
  COMMAND sh -c "sed -E 's/ -f(no-tree-[a-z-]*|lto[a-z=]*|no-fat-lto-objects)//g' \
${PROJECT_BINARY_DIR}/compile_commands.json > ${tidy_database}/compile_commands.json")
set(run_clang_tidy run-clang-tidy-${lint_version})
set(clang_tidy ${lint}/if_installed ${run_clang_tidy} ${lint}/clang_tidy ${run_clang_tidy} ${tidy_database})
add_test(NAME lint.clang-tidy COMMAND ${clang_tidy} changed)
add_test(NAME lint.clang-tidy-all COMMAND ${clang_tidy} all)

set_tests_properties(lint.clang-format lint.clang-tidy lint.clang-tidy-all PROPERTIES
  SKIP_RETURN_CODE 77)
set_tests_properties(lint.clang-format lint.missing-tools-are-skipped lint.layers
  lint.layers-are-checked lint.changes-are-found lint.compile-database lint.clang-tidy PROPERTIES
  LABELS lint)
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
