# SPDX-License-Identifier: MIT
# Does the program print what it should? The line about the stack is the board's own.
#   cmake -DPROGRAM=... -DEMULATOR=... -DEXPECTED=expected.txt -P check.cmake
execute_process(COMMAND ${EMULATOR} "${PROGRAM}" OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
file(READ "${EXPECTED}" expected)
string(REGEX REPLACE "stack: [^\n]*\n" "" forecast "${printed}")
message("${printed}")
if(NOT forecast STREQUAL expected)
  message(FATAL_ERROR "${EXPECTED} says otherwise:\n${expected}")
endif()
