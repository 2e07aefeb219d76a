# SPDX-License-Identifier: MIT
# Flags of every target of the project, as one interface library each.

# The same bits everywhere: no contraction, no fast-math (DESIGN: docs/numbers.md).
add_library(tidegate_flags INTERFACE)
target_compile_options(tidegate_flags INTERFACE -ffp-contract=off -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)  # GCC 12 cries wolf over "literal" + std::string (its bug 105651)
# Wherever FlatBuffers aligns to 64 its debug assertions must know.
target_compile_definitions(tidegate_flags INTERFACE FLATBUFFERS_MAX_ALIGNMENT=64)
if(TIDEGATE_WERROR)
  target_compile_options(tidegate_flags INTERFACE -Werror)
endif()
if(TIDEGATE_SANITIZE)
  target_compile_options(tidegate_flags INTERFACE -fsanitize=${TIDEGATE_SANITIZERS} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(tidegate_flags INTERFACE -fsanitize=${TIDEGATE_SANITIZERS})
endif()

# What runs on the board: no heap, no exceptions, no RTTI.
add_library(tidegate_runtime_flags INTERFACE)
target_link_libraries(tidegate_runtime_flags INTERFACE tidegate_flags)
target_compile_options(tidegate_runtime_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti -fno-threadsafe-statics> -fno-math-errno
  -ffunction-sections -fdata-sections -fvisibility=hidden
  $<$<CONFIG:Release>:-fno-asynchronous-unwind-tables$<SEMICOLON>-fno-unwind-tables>)  # nothing is thrown through it
target_compile_features(tidegate_runtime_flags INTERFACE cxx_std_17)

# Helium (MVE) flushes subnormals, so the compiler must not make it of scalar code.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(arm|cortex-m)")
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_QUIET ON)  # that a CPU has none is no failure
  check_cxx_source_compiles("#if !(__ARM_FEATURE_MVE & 2)\n#error no floating point in MVE\n#endif\nint x;"
                            TIDEGATE_MVE)
  unset(CMAKE_REQUIRED_QUIET)
  if(TIDEGATE_MVE)
    target_compile_options(tidegate_runtime_flags INTERFACE -fno-tree-vectorize)
  endif()
endif()

# Files that share their headers are compiled together (TIDEGATE_UNITY).
function(tidegate_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${TIDEGATE_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()
