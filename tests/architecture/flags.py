#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every file of the runtime is compiled without contraction and without a flag that lets floats be other than IEEE.
usage: flags.py SOURCE_DIR BUILD_DIR"""
import json
import pathlib
import shlex
import sys

FORBIDDEN = {
    "-Ofast", "-ffast-math", "-funsafe-math-optimizations", "-fassociative-math", "-freciprocal-math",
    "-ffinite-math-only", "-fno-signed-zeros", "-mrecip", "-fp-model=fast",
    "-ffreestanding",  # memcpy of four bytes becomes a call
}


def faults(source, build):
    seen = 0
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        if source / "runtime" not in file.parents:
            continue
        seen += 1
        flags = shlex.split(entry["command"])
        contraction = [flag for flag in flags if flag.startswith("-ffp-contract=")]
        if contraction[-1:] != ["-ffp-contract=off"]:
            yield f"{file.relative_to(source)}: -ffp-contract=off is missing"
        for flag in FORBIDDEN.intersection(flags):
            yield f"{file.relative_to(source)}: {flag} is forbidden"
    if seen < 10:
        yield f"only {seen} files of the runtime in {build}/compile_commands.json"


if __name__ == "__main__":
    found = list(faults(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()))
    print("\n".join(found))
    sys.exit(1 if found else 0)
