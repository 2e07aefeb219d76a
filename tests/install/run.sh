#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs a build into a fresh prefix and builds a program of its own against it, once with find_package and once with
# pkg-config. usage: run.sh BUILD_DIR
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

cmake --install "$build" --prefix "$prefix/usr" > /dev/null
cmake -S "$here/consumer" -B "$prefix/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$prefix/usr" > /dev/null
cmake --build "$prefix/cmake" > /dev/null
"$prefix/cmake/consumer"

export PKG_CONFIG_PATH="$(dirname "$(find "$prefix/usr" -name tidegate.pc)")"
export PKG_CONFIG_SYSROOT_DIR=
# shellcheck disable=SC2046
${CC:-cc} -std=c99 -Wall -Wextra -Werror "$here/consumer/consumer.c" -o "$prefix/consumer" \
    $(pkg-config --cflags --libs tidegate)
"$prefix/consumer"
"$prefix/usr/bin/tidegate" --version
"$prefix/usr/bin/tidegate-convert" --version
