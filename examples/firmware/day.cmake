# SPDX-License-Identifier: MIT
# A day of the example's table as C, the values in the order of air-quality.json:
#   cmake -DCSV=beijing_pm25_2010_2014_hourly.csv -DDAY=2014,3,1 -DOUT=day.h -P day.cmake
file(STRINGS "${CSV}" rows REGEX "^[0-9]+,${DAY},")
list(LENGTH rows samples)
if(NOT samples EQUAL 24)
  message(FATAL_ERROR "${CSV} has ${samples} rows of ${DAY}")
endif()
set(categories NE NW SE cv)
set(table "")
set(begin "")
foreach(row ${rows})
  string(REPLACE "," ";" row "${row}")
  list(POP_FRONT row number year month day hour pm25 dewp temp pres cbwd iws is ir)
  if(begin STREQUAL "")
    math(EXPR begin "1262304000 + (${number} - 1) * 3600")  # row 1 is 2010-01-01 00:00
  endif()
  string(REPLACE "NA" "NAN" pm25 "${pm25}")
  list(FIND categories "${cbwd}" category)
  set(values "")
  foreach(value ${pm25} ${dewp} ${temp} ${pres} ${iws} ${ir} ${is} ${category})
    if(value MATCHES "\\.")
      string(APPEND value "f")
    endif()
    list(APPEND values "${value}")
  endforeach()
  list(JOIN values ", " values)
  string(APPEND table "    {${values}},\n")
endforeach()
math(EXPR end "${begin} + 3600 * (${samples} - 1)")
set(ENV{SOURCE_DATE_EPOCH} "${end}")  # the time that TIMESTAMP writes
string(TIMESTAMP text "%Y-%m-%d %H:%M" UTC)
file(WRITE "${OUT}" "/* Made by day.cmake from ${samples} rows of the example's table. */
#include <math.h> /* NAN: a missing value */

#define DAY_TEXT \"${text}\"
#define DAY_BEGIN INT64_C(${begin}) /* Unix time of the first sample */
#define DAY_SAMPLES ${samples}
static const float day[DAY_SAMPLES][8] = {
    /* pm2.5, DEWP, TEMP, PRES, Iws, Ir, Is, cbwd */
${table}};
")
