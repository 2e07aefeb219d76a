# SPDX-License-Identifier: MIT
# What the Linux toolchains share: a cross GCC by its triple, and qemu to run what was built. Included by
# aarch64-linux.cmake and armv7-linux.cmake, which set TIDEGATE_TRIPLE, TIDEGATE_QEMU and TIDEGATE_QEMU_CPU.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${TIDEGATE_TRIPLE}-gcc)
set(CMAKE_CXX_COMPILER ${TIDEGATE_TRIPLE}-g++)

# Where Debian and Ubuntu put the target's libraries. Another distribution's compiler knows its sysroot itself.
if(EXISTS /usr/${TIDEGATE_TRIPLE})
  set(CMAKE_FIND_ROOT_PATH /usr/${TIDEGATE_TRIPLE})
endif()
list(APPEND CMAKE_FIND_ROOT_PATH ${CMAKE_PREFIX_PATH})  # what was installed for the target, such as tidegate itself
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# ctest runs the target's programs by itself, as that CPU: an instruction that it lacks ends the program.
find_program(TIDEGATE_QEMU_PROGRAM ${TIDEGATE_QEMU})
mark_as_advanced(TIDEGATE_QEMU_PROGRAM)
if(TIDEGATE_QEMU_PROGRAM)
  set(CMAKE_CROSSCOMPILING_EMULATOR
      "${TIDEGATE_QEMU_PROGRAM};-L;/usr/${TIDEGATE_TRIPLE};-cpu;${TIDEGATE_QEMU_CPU}")
endif()
