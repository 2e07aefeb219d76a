# SPDX-License-Identifier: MIT
# cmake -DPROGRAM=bench_table -P check_table.cmake: a quick run succeeds and has a figure for each line asked for.
execute_process(COMMAND "${PROGRAM}" --quick --json --filter "^[a-z_]+/T=[0-9]+/8->16|^lstm/T=1/B=64/8->16|^cold/lstm/8->16|^api|flagship|load"
                OUTPUT_VARIABLE output ERROR_VARIABLE progress RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "bench_table ended with ${result}\n${progress}")
endif()
set(names flagship/air-quality/tg_run flagship/air-quality/forecaster flagship/air-quality-gru/tg_run
          "load/lstm/8->256" "load/deep/32->32")
list(APPEND names "lstm/T=1/B=64/8->16" "cold/lstm/8->16")
foreach(cell lstm gru gru_linear)
  list(APPEND names "${cell}/T=1/8->16" "${cell}/T=96/8->16" "api/${cell}/8->16/tg_run" "api/${cell}/8->16/kernel")
endforeach()
foreach(name ${names})
  if(NOT output MATCHES "\"name\":\"${name}/[a-z0-9_+]+\",\"best_ns\":[0-9.]+,\"median_ns\":[0-9.]+")
    message(FATAL_ERROR "bench_table printed no figure for ${name}:\n${output}")
  endif()
endforeach()
execute_process(COMMAND "${PROGRAM}" --quick --filter "^lstm/T=1/8->16$" OUTPUT_VARIABLE table ERROR_QUIET
                RESULT_VARIABLE result)
if(NOT result EQUAL 0 OR NOT table MATCHES "GMAC/s.*8->16 +[0-9.]+ +[0-9.]+")
  message(FATAL_ERROR "bench_table printed no table (${result}):\n${table}")
endif()
message("${table}")
