#!/bin/sh
# SPDX-License-Identifier: MIT
# A step costs the same whatever the data are: callgrind counts the instructions of tg_run for each kernel table, model
# and kind of data; for one model and table all counts must be equal.
# Counted are the tables that valgrind's own CPU has, which is without AVX-512.
# usage: steady.sh PROGRAM
set -eu
program=$1
if ! command -v valgrind > /dev/null; then
    echo "skipped: valgrind is not installed"
    exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

list=$(valgrind --tool=none --quiet "$program")
names() { echo "$list" | awk -v kind="$1" '$1 == kind { print $2 }'; }

count() {  # kernels model data
    valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect=tg_run "$program" "$@" > /dev/null \
        2> "$folder/log" || { cat "$folder/log" >&2; exit 1; }
    awk '/Collected/ { print $4 }' "$folder/log"
}

failed=0
for kernels in $(names kernels); do
    for model in $(names model); do
        first=""
        for data in $(names data); do
            instructions=$(count "$kernels" "$model" "$data")
            [ -n "$first" ] || { first=$instructions; echo "$kernels $model: $((instructions / 8)) instructions a step"; }
            if [ "$instructions" != "$first" ] || [ "$instructions" -lt 1000 ]; then
                echo "  differs: $data takes $((instructions / 8))"
                failed=1
            fi
        done
    done
done
exit "$failed"
