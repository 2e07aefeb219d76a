# SPDX-License-Identifier: MIT
"""The fuzzer's seeds: for each operator the two smallest of ONNX's node tests, and the smallest models of the exporters.

make_corpus.py FOLDER... : copies from /usr/share/libonnx-testdata and the folders named to tests/fuzz/corpus.
"""
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).parent
NODE_TESTS = pathlib.Path("/usr/share/libonnx-testdata/data/node")
LARGEST = 2500  # bytes
PER_OPERATOR = 2
ALL = 200_000  # bytes of all seeds


def operator_of(model: bytes) -> bytes:
    """op_type of the first node: field 4 of field 1 of field 7."""
    found = re.search(rb"\x22.([A-Z][A-Za-z0-9]+)", model)
    return found.group(1) if found else b""


def main():
    corpus = HERE / "corpus"
    corpus.mkdir(exist_ok=True)
    models = sorted(NODE_TESTS.glob("*/model.onnx"))
    for folder in sys.argv[1:]:
        models += sorted(pathlib.Path(folder).rglob("model.onnx"))
    taken, total = {}, 0
    for path in sorted(models, key=lambda p: (p.stat().st_size, str(p))):
        model = path.read_bytes()
        name = operator_of(model) if NODE_TESTS in path.parents else path.parent.name.encode()
        if len(model) > LARGEST or taken.get(name, 0) >= PER_OPERATOR or total + len(model) > ALL:
            continue
        taken[name] = taken.get(name, 0) + 1
        total += len(model)
        shutil.copyfile(path, corpus / f"{path.parent.name}.onnx")
    print(f"{len(list(corpus.iterdir()))} seeds, {total} bytes")


main()
