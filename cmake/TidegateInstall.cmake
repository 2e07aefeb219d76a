# SPDX-License-Identifier: MIT
# `cmake --install`: the library, its headers, find_package(tidegate) and pkg-config.
include(CMakePackageConfigHelpers)

install(TARGETS tidegate EXPORT tidegateTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY runtime/include/tidegate DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES LICENSE THIRD-PARTY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tidegate)
install(EXPORT tidegateTargets NAMESPACE tidegate:: DESTINATION ${package_dir})
configure_package_config_file(cmake/tidegateConfig.cmake.in "${PROJECT_BINARY_DIR}/tidegateConfig.cmake"
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/tidegateConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/tidegateConfig.cmake" "${PROJECT_BINARY_DIR}/tidegateConfigVersion.cmake"
  DESTINATION ${package_dir})
# Relative, so that the files may be installed, or moved, to any prefix.
file(RELATIVE_PATH pc_to_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/tidegate.pc.in "${PROJECT_BINARY_DIR}/tidegate.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/tidegate.pc" DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
