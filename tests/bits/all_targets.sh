#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds same_bits for every target, runs it (all but x86-64 under qemu), and says for each kernel table on each CPU what
# hash it has; fails if one is not the common one. usage: tests/bits/all_targets.sh [TARGET...], by default
#   x86-64 aarch64 armv7 an385 an386 an500 an505 an547
# Needs the packages of `test.sh --all`. AVX2 and AVX-512 are run where this machine has them.
set -eu
cd "$(dirname "$0")/../.."
# The slow ones first: they run while the others are built.
all="an385 armv7 aarch64 x86-64 an386 an500 an505 an547"
usage() { echo "usage: tests/bits/all_targets.sh [TARGET...], by default all: $all"; }
for target in "$@"; do
    case $target in -h | --help) usage; exit 0 ;; esac
    case " $all " in *" $target "*) ;; *) echo "all_targets.sh does not know the target $target" >&2; usage >&2; exit 2 ;; esac
done
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

build() {  # build PRESET DIRECTORY OPTION...
    preset=$1
    shift
    { cmake --preset "$preset" -B "$@" && cmake --build "$1" --target same_bits; } > "$results/log" 2>&1 ||
        { cat "$results/log"; exit 1; }
}

run() {  # run NUMBER NAME COMMAND...: in the background; NUMBER is the place in the list
    output="$results/$1"
    name=$2
    shift 2
    { { timeout 600 "$@" || echo "FAILED"; } > "$output.out" 2>&1; sed "s/^/$(printf '%-22s' "$name") /" "$output.out" > "$output"; } &
}

linux() {  # linux NUMBER DIRECTORY QEMU ROOT CPU...: what the dispatch sees is what the CPU has
    number=$1 directory=$2 qemu=$3 root=$4
    shift 4
    for cpu in "$@"; do
        run "$number-$cpu" "$cpu" "$qemu" -L "$root" -cpu "$cpu" "$directory/tests/same_bits"
    done
}

board() {  # board NUMBER CPU MACHINE
    directory="build/cortex-m-${3#mps?-}"
    build cortex-m "$directory" "-DTIDEGATE_BOARD=$3"
    run "$1" "$2" qemu-system-arm -M "$3" -display none -monitor none -serial none \
        -semihosting-config enable=on,target=native -kernel "$directory/tests/firmware/same_bits"
}

for target in ${*:-$all}; do
    case $target in
        x86-64) build release build/release; run 1 x86-64 build/release/tests/same_bits ;;
        aarch64) build aarch64 build/aarch64
            linux 2 build/aarch64 qemu-aarch64 /usr/aarch64-linux-gnu cortex-a53 neoverse-n1 max ;;
        armv7) build armv7 build/armv7
            linux 3 build/armv7 qemu-arm /usr/arm-linux-gnueabihf cortex-a7 cortex-a8 ;;
        an385) board 4 cortex-m3 mps2-an385 ;;
        an386) board 5 cortex-m4f mps2-an386 ;;
        an500) board 6 cortex-m7 mps2-an500 ;;
        an505) board 7 cortex-m33 mps2-an505 ;;
        an547) board 8 cortex-m55 mps3-an547 ;;
    esac
done
wait
rm -f "$results/log" "$results"/*.out
cat "$results"/* > "$results/all"
cat "$results/all"
tables=$(grep -c 'hash=' "$results/all")
hashes=$(sed -n 's/.* hash=\([0-9a-f]*\).*/\1/p' "$results/all" | sort -u)
if grep -q FAILED "$results/all" || [ "$(echo "$hashes" | wc -w)" -ne 1 ]; then
    echo "the bits are not the same everywhere" >&2
    exit 1
fi
echo "the same bits with $tables kernel tables: $hashes"
