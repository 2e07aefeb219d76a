# SPDX-License-Identifier: MIT
# Programs that run on Linux and on a bare board alike: no heap, no doctest (support/line.h, support/embed.h).

# tidegate_portable(NAME SOURCES SOURCE... [EMBEDS FILE...] [STACK BYTES]): EMBEDS are what TIDEGATE_EMBED reads.
function(tidegate_portable name)
  cmake_parse_arguments(PARSE_ARGV 1 portable "" "STACK" "SOURCES;EMBEDS")
  list(TRANSFORM portable_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/tests/")
  if(CMAKE_SYSTEM_NAME STREQUAL "Generic")
    tidegate_firmware(${name} ${portable_SOURCES} STACK ${portable_STACK})
  else()
    add_executable(${name} ${portable_SOURCES})
    target_link_libraries(${name} PRIVATE tidegate)
  endif()
  target_link_libraries(${name} PRIVATE tidegate_flags)
  target_compile_features(${name} PRIVATE cxx_std_17)
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests" "${PROJECT_SOURCE_DIR}/runtime")
  set_source_files_properties(${portable_SOURCES} PROPERTIES OBJECT_DEPENDS "${portable_EMBEDS}")
endfunction()

# The same bits on every core.
set(vectors "${PROJECT_SOURCE_DIR}/tests/bits/vectors.bin")
tidegate_portable(same_bits SOURCES bits/portable/same_bits.cpp bits/runs.cpp EMBEDS "${vectors}" STACK 8192)
target_compile_definitions(same_bits PRIVATE TIDEGATE_VECTORS="${vectors}")
if(NOT CMAKE_SYSTEM_NAME STREQUAL "Generic")
  add_test(NAME same_bits COMMAND same_bits)
elseif(CMAKE_CROSSCOMPILING_EMULATOR)
  tidegate_board_ram(ram)
  if(NOT ram STREQUAL "" AND ram LESS 86016)  # its arena, variables and stack
    message(STATUS "same_bits is left out: it takes 84 KB of RAM, the board has ${ram} bytes")
    set_target_properties(same_bits PROPERTIES EXCLUDE_FROM_ALL ON)
  else()
    add_test(NAME same_bits COMMAND same_bits)
  endif()
endif()

# Work whose instructions count/count.sh counts; the models are written by count_models on the host.
set(TIDEGATE_COUNT_MODELS "" CACHE PATH "Folder of count_models: build the program that count/count.sh runs")
if(TIDEGATE_COUNT_MODELS)
  file(GLOB models "${TIDEGATE_COUNT_MODELS}/*.tide")
  tidegate_portable(count_work SOURCES count/count.cpp EMBEDS ${models} STACK 8192)
  target_compile_definitions(count_work PRIVATE TIDEGATE_COUNT_MODELS="${TIDEGATE_COUNT_MODELS}")
  if(NOT CMAKE_SYSTEM_NAME STREQUAL "Generic")
    target_link_options(count_work PRIVATE -static -no-pie)  # addresses and symbols as in the file, memcpy's too
  endif()
endif()
