#!/bin/sh
# SPDX-License-Identifier: MIT
# Instructions of a step, counted under qemu on each CPU: Markdown tables for docs/instructions.md. Fails if the product
# of 64x64 takes more than its goal. usage: tests/count/count.sh [CPU...], by default
#   cortex-a53 neoverse-n1 max cortex-a7 cortex-m4 cortex-m7 cortex-m55
# Needs the packages of `test.sh --all`; says static cycles of the inner loop too, where llvm-mca is installed (llvm-19).
set -eu
cd "$(dirname "$0")/../.."
all="cortex-a53 neoverse-n1 max cortex-a7 cortex-m4 cortex-m7 cortex-m55"
usage() { echo "usage: tests/count/count.sh [CPU...], by default all: $all"; }
for cpu in "$@"; do
    case $cpu in -h | --help) usage; exit 0 ;; esac
    case " $all " in *" $cpu "*) ;; *) echo "count.sh does not know the CPU $cpu" >&2; usage >&2; exit 2 ;; esac
done
models="$PWD/build/count"
plugin=build/release/tests/libcount_plugin.so
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

build() {  # build PRESET DIRECTORY TARGETS OPTION...
    preset=$1 directory=$2 targets=$3
    shift 3
    # shellcheck disable=SC2086
    { cmake --preset "$preset" -B "$directory" "$@" && cmake --build "$directory" --target $targets; } \
        > "$results/log" 2>&1 || { cat "$results/log"; exit 1; }
}

linux() {  # linux CPU PRESET QEMU
    build "$2" "build/$2" count_work "-DTIDEGATE_COUNT_MODELS=$models"
    ln -s "$PWD/build/$2/tests/count_work" "$results/$1.elf"
    "$3" -cpu "$1" -plugin "$plugin,out=$results/$1.blocks" -d plugin "$results/$1.elf" > "$results/$1.work"
}

board() {  # board CPU MACHINE
    directory="build/cortex-m-${2#mps?-}"
    build cortex-m "$directory" count_work "-DTIDEGATE_BOARD=$2" "-DTIDEGATE_COUNT_MODELS=$models"
    ln -s "$PWD/$directory/tests/firmware/count_work" "$results/$1.elf"
    qemu-system-arm -M "$2" -display none -monitor none -serial none -semihosting-config enable=on,target=native \
        -plugin "$plugin,out=$results/$1.blocks" -d plugin -kernel "$results/$1.elf" > "$results/$1.work"
}

build release build/release "count_models count_plugin"
build/release/tests/count_models "$models"
cpus=${*:-$all}
for cpu in $cpus; do
    case $cpu in
        cortex-a53 | neoverse-n1 | max) linux "$cpu" aarch64 qemu-aarch64 ;;
        cortex-a7) linux "$cpu" armv7 qemu-arm ;;
        cortex-m4) board "$cpu" mps2-an386 ;;
        cortex-m7) board "$cpu" mps2-an500 ;;
        cortex-m55) board "$cpu" mps3-an547 ;;
    esac
done
# shellcheck disable=SC2086
python3 tests/count/tables.py "$results" $cpus
