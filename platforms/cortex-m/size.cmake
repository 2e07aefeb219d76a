# SPDX-License-Identifier: MIT
# What a firmware takes of its board, printed and written to ELF.size: cmake -DNM=... -DELF=... -DNAME=... -P size.cmake
# Models are the arrays that `tidegate-convert --emit-c` wrote: their symbols end in _tide.
execute_process(COMMAND "${NM}" -S "${ELF}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)

function(address symbol variable)
  if(NOT symbols MATCHES "([0-9a-f]+) . ${symbol}\n")
    message(FATAL_ERROR "${ELF} has no symbol ${symbol}: was it linked with firmware.ld?")
  endif()
  math(EXPR value "0x${CMAKE_MATCH_1}")
  set(${variable} ${value} PARENT_SCOPE)
endfunction()
foreach(place flash_begin flash_end stack_bottom stack_top data_begin data_end bss_begin bss_end)
  address(tidegate_${place} ${place})
endforeach()

set(models 0)
string(REGEX MATCHALL "[0-9a-f]+ [0-9a-f]+ [A-Za-z] [A-Za-z0-9_]+_tide\n" arrays "${symbols}")
foreach(array ${arrays})
  string(REGEX REPLACE "^[0-9a-f]+ ([0-9a-f]+) .*" "\\1" bytes "${array}")
  math(EXPR models "${models} + 0x${bytes}")
endforeach()
math(EXPR code "${flash_end} - ${flash_begin} - ${models}")
math(EXPR variables "${data_end} - ${data_begin} + ${bss_end} - ${bss_begin}")
math(EXPR stack "${stack_top} - ${stack_bottom}")
set(size "${NAME}: flash ${code} bytes and ${models} of models; RAM ${variables} bytes and ${stack} of stack")
file(WRITE "${ELF}.size" "${size}\n")
message(STATUS "${size}")
