# SPDX-License-Identifier: MIT
"""Tables of what count_plugin.cpp counted. usage: tables.py FOLDER CPU...; FOLDER has CPU.work (what the program said),
CPU.blocks (what the plugin wrote) and CPU.elf (the program)."""
import collections
import math
import pathlib
import re
import shutil
import subprocess
import sys

PRODUCT, PRODUCT_F16, PRODUCT_I8, INTEGERS = "product_64_64", "product_64_64_f16", "product_64_64_i8", "integers_64"
STEPS = ("flagship", "lstm_8_64", "lstm_8_64_i8", "lstm_64_64", "lstm_64_64_i8", "gru_8_64", "gru_8_64_i8")
MULTIPLY_ADDS = {"flagship": 4 * 32 * (16 + 32) + 72 * 32, "lstm_8_64": 4 * 64 * (8 + 64), "lstm_64_64": 4 * 64 * (64 + 64),
                 "gru_8_64": 3 * 64 * (8 + 64)}
TITLES = {"flagship": "flagship", "lstm_8_64": "LSTM 8->64", "lstm_64_64": "LSTM 64->64", "gru_8_64": "GRU 8->64"}
PRODUCT_MULTIPLY_ADDS = 64 * 64
# The best hand-written loops that were known when the project began, instructions for a product of integers or in fp32.
GOALS = {PRODUCT: {"cortex-a53": 2655, "cortex-a7": 4225, "cortex-m4": 9407, "cortex-m55": 3438},
         PRODUCT_I8: {"cortex-a53": 3418, "neoverse-n1": 544, "cortex-a7": 3504, "cortex-m4": 6261, "cortex-m55": 1069}}
BATCHES, SERIES = ((8, 64), (64, 64), (128, 128)), (1, 2, 4, 8)
# of LLVM; others are Cortex-M
TRIPLES = {"cortex-a53": "aarch64", "neoverse-n1": "aarch64", "max": "aarch64", "cortex-a7": "armv7"}
ALL_FEATURES = "max"  # qemu's CPU that has every feature: here only for products of several series
LLVM_NAMES = {ALL_FEATURES: "neoverse-n2"}

PAGE = 1024  # the smallest of QEMU's for ARM

Block = collections.namedtuple("Block", "address bytes instructions")


class Counts:
    """What one CPU executed for each work, in one run of it: {block: executions}."""

    def __init__(self, folder, cpu):
        self.cpu, self.elf, self.kernels, self.work = cpu, folder / f"{cpu}.elf", "", {}
        self.llvm, self.batch_tables = LLVM_NAMES.get(cpu, cpu), []
        sections = collections.defaultdict(collections.Counter)
        for line in (folder / f"{cpu}.blocks").read_text().splitlines():
            section, address, size, instructions, executions, _ = line.split(maxsplit=5)
            sections[int(section)][Block(int(address, 16), int(size), int(instructions))] += int(executions)
        for line in (folder / f"{cpu}.work").read_text().splitlines():
            name, section, runs, kernels = line.split()
            once, twice = sections[int(section)], sections[int(section) + 1]
            if name in STEPS:
                self.kernels = kernels
            elif re.search(r"_\d+_\d+_\d+$", name):  # of several series, with each table
                name += f"_{kernels}"
                self.batch_tables += [] if kernels in self.batch_tables else [kernels]
            self.work[name] = {block: (twice[block] - once[block]) / int(runs) for block in twice | once}

    def total(self, work):
        return sum(block.instructions * executions for block, executions in self.work[work].items())

    def joined(self, work):
        """Its blocks, those in one piece that QEMU cuts: long ones, and at the end of a page. There the first half may have
        executed less often: the first pass through a loop belongs to the block before it."""
        blocks = dict(self.work[work])
        for second in sorted(blocks, key=lambda block: block.address):
            difference = 1 / 3 if second.address % PAGE == 0 else 0.1
            for first in [block for block in blocks if block.address + block.bytes == second.address]:
                if abs(blocks[first] - blocks[second]) <= difference * max(blocks[first], blocks[second]):
                    whole = Block(first.address, first.bytes + second.bytes, first.instructions + second.instructions)
                    blocks[whole] = blocks.pop(first)
                    del blocks[second]
                    break
        return blocks

    def inner_loop(self, work):
        """The block that executes most, and how often it and its copies for other rows are passed."""
        blocks = self.joined(work)
        loop = max(blocks, key=lambda block: block.instructions * blocks[block])
        passes = blocks[loop]
        copies = [n for block, n in blocks.items() if block.instructions == loop.instructions and abs(n - passes) <= 0.1 * passes]
        return loop, sum(copies)


def llvm(tool):
    """The newest version of one of LLVM's tools, or None."""
    return next((name for name in [f"{tool}-{n}" for n in range(30, 13, -1)] + [tool] if shutil.which(name)), None)


def disassemble(counts, loop, triple):
    """Its instructions, jumps back aimed at a label before them."""
    text = subprocess.run([llvm("llvm-objdump"), "-d", "--no-show-raw-insn", f"--triple={triple}", f"--mcpu={counts.llvm}",
                           f"--start-address={loop.address:#x}", f"--stop-address={loop.address + loop.bytes:#x}",
                           str(counts.elf)], capture_output=True, text=True, check=True).stdout
    lines = [re.split(r"\s*(?:@|;|//)", line)[0] for line in re.findall(r"^\s*[0-9a-f]+:\s+(.*)$", text, re.M)]
    return [re.sub(r"(0x|#-?)[0-9a-fx]+ <[^>]*>", "loop", line) for line in lines]


def static_cycles(counts, loop):
    """llvm-mca's cycles of one pass, or None without LLVM or its model of the CPU."""
    if llvm("llvm-mca") is None or llvm("llvm-objdump") is None:
        return None
    triple = TRIPLES.get(counts.cpu, "thumbv8.1m.main")
    # It has no cycles for the end of a hardware loop; LLVM 19 crashes on Helium beside loads that step their address.
    lines = [line for line in disassemble(counts, loop, triple) if not line.startswith("le\t")]
    for known in (lines, [re.sub(r"\], #\d+$", "]", line) for line in lines]):
        passes = 1000
        run = subprocess.run([llvm("llvm-mca"), f"-mtriple={triple}", f"-mcpu={counts.llvm}", f"-iterations={passes}"],
                             input="loop:\n" + "\n".join(known), capture_output=True, text=True, check=False)
        cycles = re.search(r"Total Cycles:\s+(\d+)", run.stdout)
        if cycles:
            return int(cycles.group(1)) / passes
    return None


def step_table(cpus):
    titles = [TITLES[w.removesuffix("_i8")] + (" int8" if w.endswith("_i8") else "") for w in STEPS]
    print("| CPU | kernels |", " | ".join(titles), "|")
    print("|---|---|" + "---:|" * len(STEPS))
    for c in cpus:
        print(f"| {c.cpu} | {c.kernels} |", " | ".join(f"{round(c.total(w)):,}" for w in STEPS), "|")
    print("| multiply-adds | |", " | ".join(f"{MULTIPLY_ADDS[w.removesuffix('_i8')]:,}" for w in STEPS), "|")


def product_table(cpus):
    def goal(c, work):
        return f"{GOALS[work][c.cpu]:,}" if c.cpu in GOALS[work] else ""
    print("| CPU | fp32 | goal | fp16 | int8 | goal | and x to integers | fp32, per multiply-add | int8 |")
    print("|---|" + "---:|" * 8)
    for c in cpus:
        f32, f16, i8, integers = (c.total(w) for w in (PRODUCT, PRODUCT_F16, PRODUCT_I8, INTEGERS))
        print(f"| {c.cpu} | {f32:,.0f} | {goal(c, PRODUCT)} | {f16:,.0f} | {i8 - integers:,.0f} | {goal(c, PRODUCT_I8)} |",
              f"{integers:,.0f} | {f32 / PRODUCT_MULTIPLY_ADDS:.2f} | {(i8 - integers) / PRODUCT_MULTIPLY_ADDS:.2f} |")


def loop_cells(c, work, all_multiply_adds, digits):
    loop, passes = c.inner_loop(work)
    # A power of two: the first pass through a loop belongs to the block before it.
    multiply_adds = 2 ** round(math.log2(all_multiply_adds / passes))
    cycles = static_cycles(c, loop)
    static = "no model | " if cycles is None else f"{cycles:.1f} | {cycles / multiply_adds:.{digits}f}"
    return f"{loop.instructions} | {multiply_adds} | {static} |"


def loop_table(cpus):
    print("| CPU | | instructions of the loop | multiply-adds | static cycles | cycles per multiply-add |")
    print("|---|---|---:|---:|---:|---:|")
    for c in cpus:
        for form, work in (("fp32", PRODUCT), ("fp16", PRODUCT_F16), ("int8", PRODUCT_I8)):
            print(f"| {c.cpu} | {form} |", loop_cells(c, work, PRODUCT_MULTIPLY_ADDS, 2))
    if llvm("llvm-mca") is None:
        print("\nNo static cycles: llvm-mca is not installed.")


def batch_table(cpus):
    """int8 products of several series: each kernel table once, as the last CPU runs it."""
    tables = {kernels: c for c in cpus for kernels in c.batch_tables}
    titles = " | ".join(f"{cols}->{rows}" for cols, rows in BATCHES)
    print(f"| kernels | series | {titles} | 128->128, per multiply-add | instructions of the loop | multiply-adds |",
          "static cycles | cycles per multiply-add |")
    print("|---|" + "---:|" * (len(BATCHES) + 6))
    for kernels, c in tables.items():
        for series in SERIES:
            def instructions(cols, rows):
                name = f"{cols}_{rows}_{series}_{kernels}"
                return c.total(f"batch_{name}") - c.total(f"integers_{name}")
            counted = " | ".join(f"{instructions(*shape):,.0f}" for shape in BATCHES)
            cols, rows = BATCHES[-1]
            print(f"| {kernels} | {series} | {counted} | {instructions(cols, rows) / (cols * rows * series):.3f} |",
                  loop_cells(c, f"batch_{cols}_{rows}_{series}_{kernels}", cols * rows * series, 3))


def main():
    folder = pathlib.Path(sys.argv[1])
    cpus = [Counts(folder, cpu) for cpu in sys.argv[2:]]
    of_one_series = [c for c in cpus if c.cpu != ALL_FEATURES]
    for table in (step_table, product_table, loop_table):
        table(of_one_series)
        print()
    batch_table(cpus)
    print()
    over = [c.cpu for c in cpus if c.total(PRODUCT) > GOALS[PRODUCT].get(c.cpu, math.inf)]
    if over:
        sys.exit(f"more instructions than the goal: {', '.join(over)}")


if __name__ == "__main__":
    main()
