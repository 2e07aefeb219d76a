#!/bin/sh
# SPDX-License-Identifier: MIT
# The tidegate command on emulated CPUs: each chooses the kernels that it can run, refuses the others, maps the model, and
# gives the flagship's outputs and forecasts with the bytes that this machine's own command gives.
# usage: emulated.sh HOST_BUILD COMMAND "QEMU..." CPU=KERNELS...    (KERNELS: those that the CPU must choose)
set -eu
host=$1
command=$2
qemu=$3
shift 3
examples="$(cd "$(dirname "$0")/../.." && pwd)/examples/air-quality"
program=${qemu%% *}
for needed in "$host/converter/tidegate-convert" "$host/platforms/linux/tidegate" "$command"; do
    [ -x "$needed" ] || { echo "skipped: $needed is not built"; exit 77; }
done
command -v "$program" > /dev/null || { echo "skipped: no $program (package qemu-user)"; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "$*"; exit 1; }

"$host/converter/tidegate-convert" "$examples/air-quality.onnx" -o "$folder/model.tide" --state h_out=h \
    --state c_out=c --forecast "$examples/air-quality.json" > /dev/null
head -n 400 "$examples/beijing_pm25_2010_2014_hourly.csv" > "$folder/data.csv"
python3 - "$folder/x.npy" <<'PYTHON'
import math, struct, sys
values = [math.sin(i * 0.37) * (1 + i % 7) for i in range(50 * 16)]
header = "{'descr': '<f4', 'fortran_order': False, 'shape': (50, 1, 1, 16), }"
header += " " * (117 - len(header)) + "\n"
open(sys.argv[1], "wb").write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
                              + struct.pack("<%df" % len(values), *values))
PYTHON

results() {  # FOLDER COMMAND...: all that is to be equal
    to=$1
    shift
    mkdir "$to"
    "$@" run "$folder/model.tide" --in "$folder/x.npy" --steps --out-dir "$to/out" --state "$to/state"
    "$@" info --json "$folder/model.tide" > "$to/info.json"
    "$@" forecast "$folder/model.tide" "$folder/data.csv" --out "$to/forecast.csv" > /dev/null
}
results "$folder/host" "$host/platforms/linux/tidegate"

for pair in "$@"; do
    cpu=${pair%%=*}
    expected=${pair#*=}
    on_cpu="$qemu -cpu $cpu $command"
    $on_cpu info --kernels > "$folder/kernels"
    chosen=$(awk '$2 == "chosen" { print $1 }' "$folder/kernels")
    [ "$chosen" = "$expected" ] || fail "$cpu chooses '$chosen', not $expected: $(cat "$folder/kernels")"
    # shellcheck disable=SC2086
    results "$folder/$cpu" $on_cpu
    diff -r "$folder/host" "$folder/$cpu" || fail "$cpu: other results than here"
    for other in $(awk '/not on this CPU/ { print $1 }' "$folder/kernels"); do
        if $on_cpu bench "$folder/model.tide" --kernels "$other" 2> "$folder/refused"; then fail "$cpu runs $other"; fi
        grep -q "this CPU cannot run them" "$folder/refused" || fail "$cpu: $(cat "$folder/refused")"
    done
    echo "$cpu: $chosen; outputs, states and forecasts as here"
done
# shellcheck disable=SC2086
$qemu -strace "$command" info "$folder/model.tide" 2>&1 > /dev/null | grep -q 'mmap.*PROT_READ,MAP_PRIVATE' ||
    fail "the model was not mapped"
