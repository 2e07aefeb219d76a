#!/bin/sh
# SPDX-License-Identifier: MIT
# What demo.sh shows of a build: its progress, and of one that fails the end of its log. Nothing is built or installed
# here: cmake and dpkg-query are stand-ins. Usage: run.sh SOURCE_DIR
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/cmake" "$folder/bin"
cp "$1/demo.sh" "$folder/"
cp "$1/cmake/packages.sh" "$folder/cmake/"
printf '#!/bin/sh\necho "install ok installed"\n' > "$folder/bin/dpkg-query"
cat > "$folder/bin/cmake" << 'END'
#!/bin/sh
[ "$1" = --build ] || exit 0
step=0
while [ $step -lt 40 ]; do
    step=$((step + 1))
    echo "[$step/40] Building CXX object part_$step.o"
    [ "${FAIL_AT:-}" != $step ] || { echo "part_$step.cpp:1: error: no such thing"; exit 1; }
done
for command in converter/tidegate-convert platforms/linux/tidegate; do
    mkdir -p "$2/$(dirname $command)"
    printf '#!/bin/sh\necho "ran %s"\n' $command > "$2/$command"
    chmod +x "$2/$command"
done
END
chmod +x "$folder/bin/dpkg-query" "$folder/bin/cmake"
PATH="$folder/bin:$PATH"

need() {
    grep -q "$2" "$1" || { echo "'$2' is missing in:" >&2; cat "$1" >&2; exit 1; }
}

status=0
FAIL_AT=30 "$folder/demo.sh" > "$folder/out" 2> "$folder/err" || status=$?
[ $status = 1 ] || { echo "a build that fails ends with $status" >&2; exit 1; }
need "$folder/out" "^building: 4 of 40$"
need "$folder/err" "part_30.cpp:1: error: no such thing"
need "$folder/err" "all of it is in build/demo/build.log"
[ "$(wc -l < "$folder/build/demo/build.log")" = 31 ] || { echo "the log is not whole" >&2; exit 1; }

"$folder/demo.sh" > "$folder/out" 2> "$folder/err"
need "$folder/out" "^building: 40 of 40$"
need "$folder/out" "^ran platforms/linux/tidegate$"
[ "$(grep -c '^building: ' "$folder/out")" = 11 ] || { echo "other than a line for each tenth" >&2; exit 1; }
