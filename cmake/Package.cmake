# SPDX-License-Identifier: MIT
#
# How others find the headers: pkg-config's signet.pc, and CMake's package Signet.
include(CMakePackageConfigHelpers)

# For signet.pc: below ${prefix}, unless the directory was given as an absolute path.
cmake_path(APPEND pc_includedir "\${prefix}" ${CMAKE_INSTALL_INCLUDEDIR})
cmake_path(APPEND pc_libdir "\${prefix}" ${CMAKE_INSTALL_LIBDIR})

# signet.pc is written at installation, because `cmake --install --prefix` can change the prefix.
install(CODE "
  set(PROJECT_VERSION ${PROJECT_VERSION})
  set(SIGNET_PC_INCLUDEDIR [[${pc_includedir}]])
  set(SIGNET_PC_LIBDIR [[${pc_libdir}]])
  configure_file(\"${PROJECT_SOURCE_DIR}/cmake/signet.pc.in\"
    \"${PROJECT_BINARY_DIR}/signet.pc\" @ONLY)")
install(FILES ${PROJECT_BINARY_DIR}/signet.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# CMake searches share/cmake on every system, but lib64/cmake only where lib64 is usual.
set(package_directory ${CMAKE_INSTALL_DATADIR}/cmake/Signet)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/SignetConfigVersion.cmake
  VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
set(include_directory ${CMAKE_INSTALL_INCLUDEDIR})
set(loader ${SIGNET_INSTALL_LIBDIR}/ld-signet.so)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/SignetConfig.cmake.in
  ${PROJECT_BINARY_DIR}/SignetConfig.cmake INSTALL_DESTINATION ${package_directory}
  PATH_VARS include_directory loader NO_CHECK_REQUIRED_COMPONENTS_MACRO)
install(FILES ${PROJECT_BINARY_DIR}/SignetConfig.cmake
  ${PROJECT_BINARY_DIR}/SignetConfigVersion.cmake DESTINATION ${package_directory})
