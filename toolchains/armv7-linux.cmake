# SPDX-License-Identifier: MIT
# Linux on 32-bit ARM with hardware floating point, any ARMv7-A (Debian's armhf). For this project or your own:
#   cmake -B build --toolchain toolchains/armv7-linux.cmake
# The library chooses its NEON kernels when it runs, where the CPU has NEON with VFPv4 (Cortex-A5, A7, A15 and later).
# Only for such CPUs? Add -DCMAKE_CXX_FLAGS=-mfpu=neon-vfpv4.
# Debian, Ubuntu: g++-arm-linux-gnueabihf, and qemu-user to run what was built.
set(TIDEGATE_QEMU_CPU cortex-a7 CACHE STRING "The CPU that qemu plays: cortex-a7, cortex-a15, cortex-a8, cortex-a9")
set(TIDEGATE_TRIPLE arm-linux-gnueabihf)
set(TIDEGATE_QEMU qemu-arm)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
# psabi: notes about the ABI of GCC 7 and before.
set(CMAKE_C_FLAGS_INIT "-march=armv7-a+fp -mfloat-abi=hard -mtune=cortex-a7")
set(CMAKE_CXX_FLAGS_INIT "-march=armv7-a+fp -mfloat-abi=hard -mtune=cortex-a7 -Wno-psabi")
include("${CMAKE_CURRENT_LIST_DIR}/linux.cmake")
