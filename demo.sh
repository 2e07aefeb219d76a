#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds, converts the air-quality forecaster, streams five years of hourly data through it
# and shows how good its forecasts of 2014 were. Debian or Ubuntu; a few minutes the first time.
set -eu
cd "$(dirname "$0")"
. cmake/packages.sh
# shellcheck disable=SC2086
install_packages $build_packages

example=examples/air-quality
build=build/demo
mkdir -p "$build"
echo "building (log: $build/build.log) ..."
{ cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTIDEGATE_TESTS=OFF -DTIDEGATE_BENCH=OFF &&
    cmake --build "$build"; } > "$build/build.log" 2>&1 || { tail -n 40 "$build/build.log" >&2; exit 1; }

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
