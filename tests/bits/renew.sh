#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes vectors.bin and portable/known.h anew, after the arithmetic of a kernel or the runs changed, puts the hashes of
# docs/numbers.md right, and runs same_bits with every kernel table of this CPU. The known digests are the scalar
# kernels'. Then: tests/bits/all_targets.sh. usage: tests/bits/renew.sh
set -eu
cd "$(dirname "$0")/../.."
[ $# -eq 0 ] || { sed -n 's/^# //p' "$0" | sed 1d; exit 2; }
cmake --preset release > /dev/null
cmake --build --preset release --target renew
build/release/tests/renew tests/bits/vectors.bin tests/bits/portable/known.h
cmake --build --preset release --target same_bits
says=$(build/release/tests/same_bits) || { echo "$says"; exit 1; }
echo "$says"
row=$(grep '^| x86-64, baseline | scalar |' docs/numbers.md)
for field in hash subnormals; do
    new=$(echo "$says" | sed -n "s/^kernels=scalar .*$field=\([0-9a-f]*\).*/\1/p")
    column=5; [ $field = hash ] || column=6
    old=$(echo "$row" | cut -d'|' -f$column | tr -d ' ')
    sed -i "s/$old/$new/g" docs/numbers.md
done
