# SPDX-License-Identifier: MIT
"""clang-tidy over runtime/, converter/ and terminal/: fails on its first finding.

    lint.py BUILD   # a configured build folder with compile_commands.json of clang and the generated headers

Eight files of a converter room are checked as one, as they are compiled (TIDEGATE_UNITY): what they include is then
parsed, and searched by the checks, once. They are written one behind the other, not included, since the analyzer looks
into nothing but the main file. The analyzer follows each function through 50,000 nodes, not 225,000: that halves its time.
"""
import bisect
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOGETHER = 8
BUDGET = ["-Xclang", "-analyzer-config", "-Xclang", "max-nodes=50000"]


def arguments_of(command):
    arguments = shlex.split(command["command"])[1:]
    return arguments[:arguments.index("-o")]


def units(commands):
    """Lists of files of one folder and one target that are checked together, with the compiler's command."""
    rooms = {}
    for file, command in commands.items():
        alone = file.parts[0] == "runtime"
        rooms.setdefault(file if alone else (file.parent, *arguments_of(command)), []).append(file)
    for files in rooms.values():
        for first in range(0, len(files), TOGETHER):
            yield files[first:first + TOGETHER], commands[files[first]]


def check(number, files, command, folder):
    unit = folder / f"unit_{number}.cpp"
    texts = [(ROOT / file).read_text() for file in files]
    unit.write_text("".join(texts))
    starts = [0, *itertools.accumulate(text.count("\n") for text in texts)]

    def place(match):
        line = int(match[1])
        index = bisect.bisect_left(starts, line) - 1
        return f"{files[index]}:{line - starts[index]}:"

    run = subprocess.run(["clang-tidy", "--quiet", f"--config-file={ROOT / '.clang-tidy'}", str(unit), "--",
                          *arguments_of(command), *BUDGET], cwd=command["directory"], capture_output=True, text=True)
    found = re.sub(re.escape(str(unit)) + r":(\d+):", place, run.stdout)
    return "" if run.returncode == 0 else found or run.stderr


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    folder = build / "lint_units"
    folder.mkdir(exist_ok=True)
    ours = set(subprocess.run(["git", "ls-files", "runtime/*.cpp", "converter/*.cpp", "terminal/*.cpp"], cwd=ROOT,
                              check=True, capture_output=True, text=True).stdout.split())
    commands = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        file = os.path.relpath(command["file"], ROOT)
        if file in ours:  # not those of other instruction sets
            commands.setdefault(pathlib.Path(file), command)
    todo = list(units(commands))
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda job: check(job[0], *job[1], folder), enumerate(todo))
        for (files, _), found in zip(todo, results):
            if found:
                failed = True
                print(found, end="", flush=True)
    print(f"{len(commands)} files in {len(todo)} units: {'see above' if failed else 'nothing found'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
