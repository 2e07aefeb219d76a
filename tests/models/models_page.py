#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Verifies every model that lies here or is named, anew, and writes docs/models.md: opset, operators and result of each.
usage: tests/models/models_page.py [--build FOLDER] [FOLDER...]
A FOLDER holds collections of models as ONNX's backend tests have them: COLLECTION/NAME/model.onnx, and the recorded runs
in test_data_set_K and stream beside it. tests/exporters is always taken."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPORTERS = ROOT / "tests" / "exporters"

# What a user has to say, too, and why.
OPTIONS = {
    "silero-vad-v4": (["--fix-input", "sr=16000"], "`--fix-input sr=16000`: an If takes one of two nets by the sampling rate"),
    "mgx-gru-bi-layout": (["--atol", "4e-3"], "tolerance 4e-3: Relu as a gate lets states grow to 6e4 and cancel; the recorded answers "
                                              "are up to 2.9e-3 off the value in double"),
}

INTRODUCTION = """# Models

{total} models, each converted and compared with its recorded answers, the framework's or runtime's that made them: {passed} pass, {refused} refused.
An element passes if it is within 1e-5 of the answer, absolute or relative, unless a remark says otherwise. `tests/models/models_page.py` verifies all
anew and writes this page (collections of other people's models, here `operators` and `real`, are named to it by folder); `build/release/tests/test_models` does the same as a test.

"Error" is the largest absolute one of all runs, in the unit of the output. "All sizes" is one file for a range of each open dimension, where the model
has any, over the recorded sizes (without linked states, which need a batch that is a number). "Streams" is `--stream` over the time axis ([sessions](sessions.md)). Operators are those of the file, before anything folds away.
"""


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def tolerance_of(info):
    tolerance = info.get("tolerance")
    if isinstance(tolerance, dict):
        return [word for key in ("rtol", "atol") if key in tolerance for word in (f"--{key}", str(tolerance[key]))]
    if isinstance(tolerance, list):
        return ["--atol", str(tolerance[0]), "--rtol", str(tolerance[1])]
    return [] if tolerance is None else ["--atol", str(tolerance), "--rtol", str(tolerance)]


def verified(convert, folder, data, options):
    """(verdict, largest absolute error, runs)"""
    status, text = run([convert, "verify", folder / "model.onnx", *data, *options])
    errors = [float(e) for e in re.findall(r"largest absolute error ([^,\s]+)", text)]
    runs = sum(int(r) for r in re.findall(r": (\d+) runs?\b", text))
    if status == 2:
        return "refused", None, 0
    return ("passes" if status == 0 else "FAILS"), max(errors, default=0.0), runs


def row_of(convert, folder, streams):
    name = folder.name
    info_file = folder / "info.json"
    info = json.loads(info_file.read_text()) if info_file.exists() else {}
    options, remark = OPTIONS.get(name, ([], ""))
    options = options + tolerance_of(info)
    if info.get("tolerance") is not None:
        remark = f"tolerance {info['tolerance']}"
    _, text = run([convert, "check", "--json", folder / "model.onnx"])
    check = json.loads(text)
    verdict, error, runs = verified(convert, folder, [folder], options)
    ranges = [f"--dim={symbol}={low}..{high}" for symbol, (low, high) in info.get("ranges", {}).items()]
    ranges += [f"--dim={symbol}={other}" for symbol, other in info.get("same", {}).items()]
    sets = sorted(folder.glob("test_data_set_*"))  # a stream's linked states need a batch that is a number
    all_sizes = verified(convert, folder, sets, options + ranges)[0] if ranges else ""
    operators = ", ".join(f"{op} {n}" if n > 1 else op for op, n in check.get("operators", {}).items())
    stream = streams.get(f"{folder.parent.name}/{name}", "")
    shown = "" if error is None else f"{error:.1e}"
    if "repo" in info:
        about = f"{info.get('task', '')}, {info['repo']}"
    else:
        about = info.get("about", "")
    cells = [name, about.replace("|", "\\|"), check.get("opset", ""), operators, runs or "", shown, verdict, all_sizes, stream, remark]
    return verdict, "| " + " | ".join(str(c) for c in cells) + " |\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("folders", type=pathlib.Path, nargs="*", metavar="FOLDER")
    arguments = parser.parse_args()
    convert = arguments.build / "converter" / "tidegate-convert"
    streams = {}
    for line in (EXPORTERS / "streams.txt").read_text().splitlines():
        name, _, verdict = line.split(None, 2)
        streams[name] = "yes" if verdict.startswith("streams") else "no"
    verdicts, tables = [], ""
    for root in [*arguments.folders, EXPORTERS]:
        for collection in sorted(p for p in root.iterdir() if p.is_dir()):
            folders = sorted(p.parent for p in collection.glob("*/model.onnx"))
            if not folders:
                continue
            print(f"{collection.name}: {len(folders)} models", file=sys.stderr)
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                rows = list(pool.map(lambda f: row_of(convert, f, streams), folders))
            verdicts += [verdict for verdict, _ in rows]
            tables += f"\n## {collection.name}\n| model | what it is | opset | operators | runs | error | result | all sizes | streams | remark |\n"
            tables += "|---|---|---|---|---|---|---|---|---|---|\n" + "".join(row for _, row in rows)
    page = INTRODUCTION.format(total=len(verdicts), passed=verdicts.count("passes"), refused=verdicts.count("refused"))
    (ROOT / "docs" / "models.md").write_text(page + tables)
    print(f"{len(verdicts)} models, {verdicts.count('passes')} pass, {verdicts.count('refused')} refused")
    return 1 if "FAILS" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
