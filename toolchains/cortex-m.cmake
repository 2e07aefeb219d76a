# SPDX-License-Identifier: MIT
# Bare metal on a Cortex-M: newlib's headers, no operating system. For this project or your own:
#   cmake -B build --toolchain toolchains/cortex-m.cmake -DTIDEGATE_BOARD=mps2-an386
# For a board that is not below give -DTIDEGATE_CPU_FLAGS="-mcpu=... -mfloat-abi=... -mfpu=...": docs/boards.md.
# Debian, Ubuntu: gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-dev, and qemu-system-arm to run
# firmware that ends by semihosting.
set(TIDEGATE_BOARD mps2-an386 CACHE STRING
    "mps2-an385 (Cortex-M3), mps2-an386 (M4F), mps2-an500 (M7), mps2-an505 (M33), mps3-an547 (M55)")
set(TIDEGATE_CPU_FLAGS "" CACHE STRING "Flags of the CPU, for a board of your own")
set(TIDEGATE_QEMU_MACHINE "" CACHE STRING "qemu's name of a board of your own, to run tests there")
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_CXX_COMPILER arm-none-eabi-g++)
# CMake reads this file again for each of its own small tests, which cannot be linked without a board's memory map.
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES TIDEGATE_BOARD TIDEGATE_CPU_FLAGS)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

set(cpu_flags "${TIDEGATE_CPU_FLAGS}")
if(cpu_flags STREQUAL "")
  if(TIDEGATE_BOARD STREQUAL "mps2-an385")
    set(cpu_flags "-mcpu=cortex-m3 -mfloat-abi=soft")
  elseif(TIDEGATE_BOARD STREQUAL "mps2-an386")
    set(cpu_flags "-mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16")
  elseif(TIDEGATE_BOARD STREQUAL "mps2-an500")
    set(cpu_flags "-mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-sp-d16")
  elseif(TIDEGATE_BOARD STREQUAL "mps2-an505")
    set(cpu_flags "-mcpu=cortex-m33 -mfloat-abi=hard -mfpu=fpv5-sp-d16")
  elseif(TIDEGATE_BOARD STREQUAL "mps3-an547")
    set(cpu_flags "-mcpu=cortex-m55 -mfloat-abi=hard -mfpu=auto")
  else()
    message(FATAL_ERROR "toolchains/cortex-m.cmake does not know the board '${TIDEGATE_BOARD}'. Known: mps2-an385, "
                        "mps2-an386, mps2-an500, mps2-an505, mps3-an547. For another one set TIDEGATE_CPU_FLAGS.")
  endif()
endif()
set(CMAKE_C_FLAGS_INIT "-mthumb ${cpu_flags}")
set(CMAKE_CXX_FLAGS_INIT "-mthumb ${cpu_flags}")
set(CMAKE_ASM_FLAGS_INIT "-mthumb ${cpu_flags}")

# ctest runs firmware by itself.
set(machine "${TIDEGATE_QEMU_MACHINE}")
if(machine STREQUAL "" AND TIDEGATE_CPU_FLAGS STREQUAL "")
  set(machine "${TIDEGATE_BOARD}")
endif()
find_program(TIDEGATE_QEMU_PROGRAM qemu-system-arm)
mark_as_advanced(TIDEGATE_QEMU_PROGRAM)
if(TIDEGATE_QEMU_PROGRAM AND machine)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${TIDEGATE_QEMU_PROGRAM};-M;${machine};-display;none;-monitor;none;-serial;none;\
-semihosting-config;enable=on,target=native;-kernel")
endif()
