#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, converts the air-quality forecaster to C, builds it as firmware and runs it under qemu on a
# Cortex-M4F, M7, M33 and M55, or on the boards that are named. Debian or Ubuntu. usage: run.sh [BOARD...]
set -eu
cd "$(dirname "$0")/../.."
usage() {
    echo "usage: examples/firmware/run.sh [BOARD...]"
    echo "boards: $(cd platforms/cortex-m/boards && echo *.ld | sed 's/\.ld//g')"
    echo "by default all but mps2-an385, a Cortex-M3, which computes floating point in software"
}
for board in "$@"; do
    case $board in -h | --help) usage; exit 0 ;; esac
    [ -f "platforms/cortex-m/boards/$board.ld" ] || { echo "run.sh does not know the board $board" >&2; usage >&2; exit 2; }
done
. cmake/packages.sh
[ $# -gt 0 ] || set -- mps2-an386 mps2-an500 mps2-an505 mps3-an547
# shellcheck disable=SC2086
install_packages $build_packages $firmware_packages

log=build/firmware.log
mkdir -p build
try() { "$@" >> "$log" 2>&1 || { tail -n 40 "$log" >&2; exit 1; }; }
: > "$log"

echo "building the converter (log: $log) ..."
try cmake -S . -B build/demo -G Ninja -DCMAKE_BUILD_TYPE=Release -DTIDEGATE_TESTS=OFF -DTIDEGATE_BENCH=OFF
try cmake --build build/demo --target tidegate-convert
for board in "$@"; do
    build=build/cortex-m-${board#mps?-}
    try cmake --preset cortex-m -B "$build" "-DTIDEGATE_BOARD=$board" \
        "-DTIDEGATE_CONVERT=$PWD/build/demo/converter/tidegate-convert"
    try cmake --build "$build" --target air_quality
    echo
    cat "$build/examples/firmware/air_quality.size"
    # A forecast that is not the host's, bit for bit, ends the script.
    (cd "$build/examples/firmware" && ctest --no-tests=error --output-on-failure -V -R firmware_forecast) > "$build/forecast.txt" 2>&1 ||
        { cat "$build/forecast.txt" >&2; exit 1; }
    sed -n 's/^[0-9]*: \(.*[^ ]\)$/\1/p' "$build/forecast.txt" | grep -E '^(PM2|hour|\+(01|06|12|24)|stack)'
done
echo
echo "the forecasts are the host's, bit for bit"
