# SPDX-License-Identifier: MIT
# Linux on 64-bit ARM, any ARMv8-A. For this project or your own:
#   cmake -B build --toolchain toolchains/aarch64-linux.cmake
# Debian, Ubuntu: g++-aarch64-linux-gnu, and qemu-user to run what was built.
set(TIDEGATE_QEMU_CPU cortex-a53 CACHE STRING "The CPU that qemu plays: cortex-a53, cortex-a72, neoverse-n1, max")
set(TIDEGATE_TRIPLE aarch64-linux-gnu)
set(TIDEGATE_QEMU qemu-aarch64)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
# Scheduled for a core that runs in order; the others put the instructions in order themselves.
set(CMAKE_C_FLAGS_INIT "-march=armv8-a -mtune=cortex-a53")
set(CMAKE_CXX_FLAGS_INIT "-march=armv8-a -mtune=cortex-a53")
include("${CMAKE_CURRENT_LIST_DIR}/linux.cmake")
