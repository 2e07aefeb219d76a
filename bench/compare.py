# SPDX-License-Identifier: MIT
"""compare.py OLD NEW: merges the JSON lines of several runs of two versions of bench_table into one table.

min: the least best of all runs; median: the median of the runs' medians; ratio: new / old (below 1: the new is faster).
"""
import json
import statistics
import sys


def read(path):
    """{name: (min, median)} in the order of the file."""
    runs = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            figures = json.loads(line)
            runs.setdefault(figures["name"], []).append(figures)
    return {
        name: (min(f["best_ns"] for f in of_name), statistics.median(f["median_ns"] for f in of_name))
        for name, of_name in runs.items()
    }


def main():
    old, new = read(sys.argv[1]), read(sys.argv[2])
    both = [name for name in old if name in new]
    if not both:
        sys.exit("no line is in both: does the filter match anything?")
    width = max(map(len, both))
    print(f"{'ns':{width}}  {'old min':>10} {'new min':>10} {'ratio':>6}  {'old median':>10} {'new median':>10} {'ratio':>6}")
    for name in both:
        (old_min, old_median), (new_min, new_median) = old[name], new[name]
        print(f"{name:{width}}  {old_min:10.1f} {new_min:10.1f} {new_min / old_min:6.3f}  "
              f"{old_median:10.1f} {new_median:10.1f} {new_median / old_median:6.3f}")
    for name in sorted(set(old) ^ set(new)):
        print(f"only in the {'old' if name in old else 'new'}: {name}")


main()
