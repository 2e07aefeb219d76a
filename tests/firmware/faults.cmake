# SPDX-License-Identifier: MIT
# Does the firmware end by a fault, exit code 255?  cmake -DEMULATOR=... -DPROGRAM=... -P faults.cmake
execute_process(COMMAND ${EMULATOR} "${PROGRAM}" RESULT_VARIABLE code OUTPUT_VARIABLE printed ERROR_VARIABLE printed)
message("${printed}")
if(NOT code EQUAL 255)
  message(FATAL_ERROR "ended with ${code}, not by a fault")
endif()
