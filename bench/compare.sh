#!/bin/sh
# SPDX-License-Identifier: MIT
# bench/compare.sh OLD_BUILD NEW_BUILD [FILTER] [ROUNDS]
# Runs bench_table of two build folders by turns (old new, new old, ...) and prints for each line of it the least and
# the median of both, and new / old. FILTER: a regular expression as for bench_table --filter. ROUNDS: 5 if not given.
set -eu
if [ $# -lt 2 ] || [ $# -gt 4 ]; then
    sed -n '3,5s/^# //p' "$0" >&2
    exit 2
fi
old=$1/bench/bench_table
new=$2/bench/bench_table
filter=${3:-}
rounds=${4:-5}
for program in "$old" "$new"; do
    [ -x "$program" ] || { echo "$0: $program is missing; build the target bench_table" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() {  # measure PROGRAM FILE: adds its lines to the file
    "$1" --json --no-peer --filter "$filter" 2> "$work/log" >> "$2" || { cat "$work/log" >&2; exit 1; }
}

round=1
while [ "$round" -le "$rounds" ]; do
    echo "round $round of $rounds" >&2
    if [ $((round % 2)) -eq 1 ]; then
        measure "$old" "$work/old"
        measure "$new" "$work/new"
    else
        measure "$new" "$work/new"
        measure "$old" "$work/old"
    fi
    round=$((round + 1))
done
python3 "$(dirname "$0")/compare.py" "$work/old" "$work/new"
