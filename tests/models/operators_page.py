#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes docs/operators.md from what test_models left in a build folder: every operator that is read, from which opset
on, and how many of ONNX's node tests of it pass or are refused, with the reasons.
usage: tests/models/operators_page.py [BUILD_FOLDER], by default build/release"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

INTRODUCTION = """# Operators

What the converter reads: {operators} operators. "from" is the oldest opset whose form of the operator is read; newer forms are read
up to opset {newest}. An operator, an attribute or a type that is not here is refused with the node's name.

The tests are ONNX's own node tests (Debian's `libonnx-testdata`), all of them: {passed} pass, {refused} are refused, none gives a wrong answer.
`build/release/tests/test_models` runs them, `tests/models/operators_page.py` writes this page.

LSTM, GRU and RNN that are written out as other operators are [recognised](cells.md).

Reals are f32: DOUBLE, FLOAT16 and BFLOAT16 become FLOAT. Integers are INT64, INT32, INT8, UINT8 and BOOL.

| operator | from | tests passed | refused |
|---|---|---|---|
"""


def shortened(reason):
    """Without what names the test's own node, value or file."""
    reason = re.sub(r"^\d+ problems: ", "", reason.strip()).split("; node '")[0]
    reason = re.sub(r"^node '[^']*' \([^)]*\): ", "", reason)
    reason = re.sub(r"^'[^']*': ", "", reason)
    reason = re.sub(r"^(input|output) '[^']*':? ", r"\1: ", reason)
    return reason.split(";")[0].replace("|", "\\|")


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "release")
    oldest = {}
    for line in (build / "operators.txt").read_text().splitlines():
        name, since = line.rsplit(" ", 1)
        oldest[name] = min(int(since), oldest.get(name, 1000))
    tests = {}
    for line in (build / "node_tests.txt").read_text().splitlines():
        name, passed, refused = line.split("\t")
        tests[name] = (int(passed), int(refused))
    reasons = collections.defaultdict(lambda: collections.defaultdict(list))
    for line in (build / "node_tests_refused.txt").read_text().splitlines():
        if line.count("\t") < 2:
            continue  # the rest of a text of several lines
        name, test, reason = line.split("\t", 2)
        reasons[name][shortened(reason)].append(test.removeprefix("test_"))
    newest = re.search(r"kNewestOpset = (\d+)", (ROOT / "converter/read/graph_reader.h").read_text()).group(1)
    page = INTRODUCTION.format(operators=len(oldest), newest=newest, passed=sum(p for p, _ in tests.values()),
                               refused=sum(r for _, r in tests.values()))
    for name in sorted(oldest, key=str.lower):
        passed, refused = tests.get(name, (0, 0))
        page += f"| {name} | {oldest[name]} | {passed or '-'} | {refused or ''} |\n"
    others = "functions and small graphs"
    passed, refused = tests.get(others, (0, 0))
    page += f"\nTests of functions that are expanded to their nodes, and of several nodes: {passed} pass, {refused} are refused.\n"
    page += "\n## What is refused, of operators that are read\n\n| operator | tests | reason |\n|---|---|---|\n"
    for name in sorted(set(reasons) & set(oldest), key=str.lower):
        for reason, found in sorted(reasons[name].items()):
            names = ", ".join(found[:4]) + (f" and {len(found) - 4} more" if len(found) > 4 else "")
            page += f"| {name} | {names} | {reason} |\n"
    unread = sorted(set(tests) - set(oldest) - {others}, key=str.lower)
    page += "\n## Operators with node tests that are not read\n\n" + ", ".join(unread) + ".\n"
    (ROOT / "docs" / "operators.md").write_text(page)


if __name__ == "__main__":
    main()
