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
TRIPLES = {"cortex-a53": "aarch64", "neoverse-n1": "aarch64", "cortex-a7": "armv7"}  # of LLVM; others are Cortex-M

Block = collections.namedtuple("Block", "address bytes instructions")


class Counts:
    """What one CPU executed for each work, in one run of it: {block: executions}."""

    def __init__(self, folder, cpu):
        self.cpu, self.elf, self.kernels, self.work = cpu, folder / f"{cpu}.elf", "", {}
        sections = collections.defaultdict(collections.Counter)
        for line in (folder / f"{cpu}.blocks").read_text().splitlines():
            section, address, size, instructions, executions, _ = line.split(maxsplit=5)
            sections[int(section)][Block(int(address, 16), int(size), int(instructions))] += int(executions)
        for line in (folder / f"{cpu}.work").read_text().splitlines():
            name, section, runs, self.kernels = line.split()
            once, twice = sections[int(section)], sections[int(section) + 1]
            self.work[name] = {block: (twice[block] - once[block]) / int(runs) for block in twice | once}

    def total(self, work):
        return sum(block.instructions * executions for block, executions in self.work[work].items())

    def inner_loop(self, work):
        """The block that executes most, with its other half where a page ends inside, and how often it and its copies
        are passed."""
        blocks = self.work[work]
        loop = max(blocks, key=lambda block: block.instructions * blocks[block])
        passes = blocks[loop]
        for block, executions in blocks.items():
            if abs(executions - passes) <= 0.1 * passes:
                size, instructions = loop.bytes + block.bytes, loop.instructions + block.instructions
                if block.address == loop.address + loop.bytes:
                    loop = Block(loop.address, size, instructions)
                elif block.address + block.bytes == loop.address:
                    loop = Block(block.address, size, instructions)
        # Copies of the loop for other rows.
        copies = [n for block, n in blocks.items() if block.instructions == loop.instructions and abs(n - passes) <= 0.1 * passes]
        return loop, max(passes, sum(copies))


def llvm(tool):
    """The newest version of one of LLVM's tools, or None."""
    return next((name for name in [f"{tool}-{n}" for n in range(30, 13, -1)] + [tool] if shutil.which(name)), None)


def disassemble(counts, loop, triple):
    """Its instructions, jumps back aimed at a label before them."""
    text = subprocess.run([llvm("llvm-objdump"), "-d", "--no-show-raw-insn", f"--triple={triple}", f"--mcpu={counts.cpu}",
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
        run = subprocess.run([llvm("llvm-mca"), f"-mtriple={triple}", f"-mcpu={counts.cpu}", f"-iterations={passes}"],
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


def loop_table(cpus):
    print("| CPU | | instructions of the loop | multiply-adds | static cycles | cycles per multiply-add |")
    print("|---|---|---:|---:|---:|---:|")
    for c in cpus:
        for form, work in (("fp32", PRODUCT), ("fp16", PRODUCT_F16), ("int8", PRODUCT_I8)):
            loop, passes = c.inner_loop(work)
            # A power of two: the first pass through a loop belongs to the block before it.
            multiply_adds = 2 ** round(math.log2(PRODUCT_MULTIPLY_ADDS / passes))
            cycles = static_cycles(c, loop)
            static = "no model | " if cycles is None else f"{cycles:.1f} | {cycles / multiply_adds:.2f}"
            print(f"| {c.cpu} | {form} | {loop.instructions} | {multiply_adds} | {static} |")
    if llvm("llvm-mca") is None:
        print("\nNo static cycles: llvm-mca is not installed.")


def main():
    folder = pathlib.Path(sys.argv[1])
    cpus = [Counts(folder, cpu) for cpu in sys.argv[2:]]
    for table in (step_table, product_table, loop_table):
        table(cpus)
        print()
    over = [c.cpu for c in cpus if c.total(PRODUCT) > GOALS[PRODUCT].get(c.cpu, math.inf)]
    if over:
        sys.exit(f"more instructions than the goal: {', '.join(over)}")


if __name__ == "__main__":
    main()
