#!/bin/sh
# SPDX-License-Identifier: MIT
# What the runtime library asks of the world outside: memcpy, memset, memmove, and how to ask the CPU what it can do.
# usage: symbols.sh NM LIBRARY
set -eu
nm=$1
library=$2
# On 32-bit ARM the compiler divides and converts by functions of its own, __aeabi_*.
allowed='^(memcpy|memset|memmove|memcmp|strlen|__cpu_model|__cpu_features2|__cpu_indicator_init|getauxval|__aeabi_[a-z0-9]+|_GLOBAL_OFFSET_TABLE_)$'

symbols=$(mktemp)
trap 'rm -f "$symbols"' EXIT
"$nm" "$library" 2>/dev/null > "$symbols"
defined=$(awk 'NF == 3 && $2 ~ /^[TtDdBbRrVvWu]$/ { print $3 }' "$symbols" | sort -u)
wanted=$(awk 'NF == 2 && $1 ~ /^[Uw]$/ { print $2 }' "$symbols" | sort -u)
[ -n "$defined" ] || { echo "no symbols in $library"; exit 1; }
outside=$(printf '%s\n' "$wanted" | grep -vxF "$defined" || true)
forbidden=$(printf '%s\n' "$outside" | grep -Ev "$allowed" | grep -v '^$' || true)
if [ -n "$forbidden" ]; then
    echo "the runtime library needs what it must not:"
    printf '%s\n' "$forbidden" | c++filt
    exit 1
fi
# An xsimd template without its instruction set's name could be shared between files compiled for different CPUs.
if grep -E '[WVu] .*5xsimd' "$symbols" | grep -v '6xsimd_' | grep -q 'N5xsimd'; then
    echo "weak xsimd symbols without an instruction set's name:"
    grep -E '[WVu] .*N5xsimd' "$symbols" | c++filt
    exit 1
fi
echo "outside symbols:" $outside
