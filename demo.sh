#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, converts the air-quality forecaster, streams five years of hourly data through it
# and shows how good its forecasts of 2014 were. Debian or Ubuntu; the first build takes six minutes of
# the processor, three on two cores.
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh
# shellcheck disable=SC2086
install_packages $build_packages

example=examples/air-quality
build=build/demo
log=$build/build.log

# Input, the build's output, goes to the log. Of ninja's "[40/250] ..." the numbers are shown: on a terminal in one line
# that changes, else in a line for each tenth.
show_progress() {
    tenths=-1
    while IFS= read -r line; do
        printf '%s\n' "$line" >> "$log"
        case $line in "["*[0-9]/[0-9]*"] "*) ;; *) continue ;; esac
        counts=${line#"["}
        counts=${counts%%"]"*}
        if [ -t 1 ]; then
            printf '\rbuilding: %s of %s' "${counts%/*}" "${counts#*/}"
        elif [ $((${counts%/*} * 10 / ${counts#*/})) -gt "$tenths" ]; then
            tenths=$((${counts%/*} * 10 / ${counts#*/}))
            echo "building: ${counts%/*} of ${counts#*/}"
        fi
    done
    if [ -t 1 ]; then echo; fi
}

mkdir -p "$build"
echo "building (log: $log) ..."
rm -f "$build/built" "$log"
{ cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTIDEGATE_UNITY=ON -DTIDEGATE_TESTS=OFF -DTIDEGATE_BENCH=OFF &&
    NINJA_STATUS="[%f/%t] " cmake --build "$build" && touch "$build/built"; } 2>&1 | show_progress
[ -e "$build/built" ] || { tail -n 40 "$log" >&2; echo "the build failed; all of it is in $log" >&2; exit 1; }

echo
echo "\$ tidegate-convert $example/air-quality.onnx -o $build/air-quality.tide --state h_out=h --state c_out=c --forecast $example/air-quality.json"
"$build/converter/tidegate-convert" "$example/air-quality.onnx" -o "$build/air-quality.tide" \
    --state h_out=h --state c_out=c --forecast "$example/air-quality.json"

echo
echo "\$ tidegate forecast air-quality.tide beijing_pm25_2010_2014_hourly.csv --backtest 2014-01-01..2015-01-01"
"$build/platforms/linux/tidegate" forecast "$build/air-quality.tide" "$example/beijing_pm25_2010_2014_hourly.csv" \
    --backtest 2014-01-01..2015-01-01 --plot "$build/week.svg" --out "$build/forecast.csv"
echo
echo "a week with its band: $build/week.svg; every forecast: $build/forecast.csv; the model: $build/air-quality.tide"
