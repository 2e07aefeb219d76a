# SPDX-License-Identifier: MIT
"""Who may include whom: fails on an arrow that points up (docs/architecture.md has the list)."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
# room: the rooms whose headers it may include (its own always). "tidegate" is runtime/include.
RUNTIME = {
    "format": set(),
    "kernels": {"format"},
    "ops": {"kernels", "format"},
    "core": {"ops", "kernels", "format", "tidegate"},
    "forecast": {"core", "ops", "kernels", "format", "tidegate"},
    "include": {"tidegate"},
}
CONVERTER = {
    "graph": set(),
    "read": {"graph", "convert.h"},
    "reference": {"graph"},
    "simplify": {"graph", "reference", "convert.h"},
    "stream": {"graph", "reference", "simplify"},
    "lower": {"graph", "reference", "convert.h", "format"},
    "emit": {"lower", "graph", "convert.h", "format", "tidegate"},
    "verify": {"graph", "reference", "read", "lower", "convert.h", "tidegate", "format"},
    "accuracy": {"graph", "read", "lower", "emit", "verify", "convert.h", "tidegate", "data", "terminal", "format"},
    ".": {"accuracy", "graph", "read", "simplify", "stream", "lower", "emit", "reference", "verify", "convert.h", "tidegate", "terminal"},
}
SHARED = {"data": {"tidegate"}, "terminal": set()}
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def first_part(target):
    return target.split("/")[0]


def complaints(base, room, allowed, known):
    files = (base / room).glob("*.*") if room == "." else (base / room).rglob("*.*")
    for file in files:
        if file.suffix not in {".h", ".hpp", ".cpp", ".inl", ".c"}:
            continue
        text = file.read_text()
        for _, target in INCLUDE.findall(text):
            part = first_part(target)
            if part in known and part != room and part not in allowed:
                yield f"{file.relative_to(ROOT)} includes {target}: {room} may include {sorted(allowed) or 'nothing'}"
            if part == "xsimd" and not (file.suffix == ".inl" or file.parent.name == "isa"):
                yield f"{file.relative_to(ROOT)} includes {target}: xsimd belongs to .inl files and isa/"
            if part == "onnx" and room != "read":
                yield f"{file.relative_to(ROOT)} includes {target}: the ONNX schema belongs to read/"
            if part in {"tests", "bench", "platforms", "support"}:
                yield f"{file.relative_to(ROOT)} includes {target}: nobody includes tests, bench or platforms"


def main():
    rooms = set(RUNTIME) | set(CONVERTER) | set(SHARED) | {"tidegate", "convert.h"}
    found = []
    for room, allowed in RUNTIME.items():
        found += complaints(ROOT / "runtime", room, allowed, rooms)
    for room, allowed in CONVERTER.items():
        found += complaints(ROOT / "converter", room, allowed, rooms)
    for room, allowed in SHARED.items():
        found += complaints(ROOT, room, allowed, rooms)
    platform_rooms = rooms - {"tidegate", "format", "data", "terminal"}  # format: `tidegate info` shows what the public API hides
    for file in (ROOT / "platforms").rglob("*.[hc]*"):
        for _, target in INCLUDE.findall(file.read_text()):
            if first_part(target) in platform_rooms:
                found.append(f"{file.relative_to(ROOT)} includes {target}: platforms see the public headers, the schema, data/ and terminal/ only")
    print("\n".join(found) or "every include points down")
    return 1 if found else 0


sys.exit(main())
