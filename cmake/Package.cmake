# SPDX-License-Identifier: MIT
#
# How others find the headers: pkg-config's signet.pc, and CMake's package Signet.
include(CMakePackageConfigHelpers)

# At installation: --prefix is not known before.
install(CODE "
  set(PROJECT_VERSION ${PROJECT_VERSION})
  configure_file(\"${PROJECT_SOURCE_DIR}/cmake/signet.pc.in\"
    \"${PROJECT_BINARY_DIR}/signet.pc\" @ONLY)")
install(FILES ${PROJECT_BINARY_DIR}/signet.pc DESTINATION lib/pkgconfig)

write_basic_package_version_file(${PROJECT_BINARY_DIR}/SignetConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
configure_file(${PROJECT_SOURCE_DIR}/cmake/SignetConfig.cmake.in
  ${PROJECT_BINARY_DIR}/SignetConfig.cmake COPYONLY)
install(FILES ${PROJECT_BINARY_DIR}/SignetConfig.cmake
  ${PROJECT_BINARY_DIR}/SignetConfigVersion.cmake DESTINATION lib/cmake/Signet)
