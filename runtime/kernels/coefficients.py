#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes coefficients.h: minimax polynomials (Remez) with float32 coefficients. Needs numpy.

    python3 runtime/kernels/coefficients.py > runtime/kernels/coefficients.h
"""
import math

import numpy as np


def remez(f, weight, degree, lo, hi, fixed):
    """sum of fixed[k] x^k, then free coefficients up to x^degree, that minimise max |weight (sum - f)| on [lo, hi]."""
    free = range(len(fixed), degree + 1)
    count = len(free)
    chebyshev = lambda n: (lo + hi) / 2 - (hi - lo) / 2 * np.cos(np.pi * (np.arange(n) + 0.5) / n)
    nodes, grid = chebyshev(count + 1), chebyshev(20001)
    known = lambda x: sum(c * x**k for k, c in enumerate(fixed))
    for _ in range(50):
        signs = (-1.0) ** np.arange(count + 1) / weight(nodes)
        matrix = np.column_stack([nodes**k for k in free] + [signs])
        c = np.linalg.solve(matrix, f(nodes) - known(nodes))[:count]
        error = weight(grid) * (known(grid) + sum(ck * grid**k for k, ck in zip(free, c)) - f(grid))
        runs = np.split(np.arange(len(grid)), np.flatnonzero(np.diff(np.sign(error))) + 1)
        peaks = [run[np.argmax(abs(error[run]))] for run in runs]
        while len(peaks) > count + 1:
            peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
        if len(peaks) < count + 1 or np.array_equal(nodes, grid[peaks]):
            break
        nodes = grid[peaks]
    return list(c), abs(error).max()


def fit(f, weight, degree, lo, hi, first=()):
    """Coefficients from the lowest up: each is rounded to float32 before the others are fitted again."""
    rounded = list(first)
    while len(rounded) <= degree:
        rounded.append(float(np.float32(remez(f, weight, degree, lo, hi, rounded)[0][0])))
    x = np.linspace(lo, hi, 20001)
    error = abs(weight(x) * (sum(c * x**k for k, c in enumerate(rounded)) - f(x))).max()
    return rounded, error


def each(f):
    return np.vectorize(f, otypes=[float])


def series(terms):
    """A sum of terms(x, k) over k, for functions whose closed form cancels near 0."""
    return each(lambda x: math.fsum(terms(x, k) for k in range(60)))


def show(name, text, c):
    print(f"/// {text}")
    values = ", ".join(v + "F" if v.startswith("-") else v + "F" for v in (float(x).hex().replace("0x1.", "0x1.") for x in c))
    print(f"inline constexpr float {name}[{len(c)}] = {{{values}}};")


def main():
    ln2, pi = math.log(2), math.pi
    exp2 = series(lambda x, k: ln2 ** (k + 1) * x**k / math.factorial(k + 1))
    log = series(lambda x, k: (-1) ** k * x**k / (k + 3))
    log = each(lambda x: 1 / 3 if x == 0 else
               (math.log1p(x) - x + x * x / 2) / x**3 if abs(x) > 0.1 else
               math.fsum((-x) ** k / (k + 3) for k in range(60)))
    sine = series(lambda x, k: (-1) ** k * (2 * pi) ** (2 * k + 1) * x**k / math.factorial(2 * k + 1))
    cosine = series(lambda x, k: (-1) ** k * (2 * pi) ** (2 * k) * x**k / math.factorial(2 * k))
    one = np.ones_like

    print("// SPDX-License-Identifier: MIT")
    print("// Made by coefficients.py; lowest power first. Errors are those of the rounded coefficients in exact arithmetic.")
    print("#pragma once\n\nnamespace tidegate::kernels {\n")
    c, e = fit(exp2, lambda x: 1 / exp2(x), 5, -0.5, 0.5)
    show("kExp2", f"(2^f - 1) / f on [-1/2, 1/2], relative error {e:.1e}.", c)
    lo, hi = math.sqrt(0.5) - 1, math.sqrt(2) - 1
    c, e = fit(log, lambda x: abs(x) ** 3 / np.maximum(abs(np.log1p(x)), 1e-9), 8, lo, hi)
    show("kLog", f"(log(1 + f) - f + f^2 / 2) / f^3 on [sqrt(1/2) - 1, sqrt(2) - 1], error of log {e:.1e} relative.", c)
    c, e = fit(sine, lambda x: 1 / sine(x), 4, 0, 1 / 64)
    show("kSine", f"sin(2 pi r) / r in powers of r^2, |r| <= 1/8, relative error {e:.1e}.", c)
    c, e = fit(cosine, one, 4, 0, 1 / 64, first=[1.0])
    show("kCosine", f"cos(2 pi r) in powers of r^2, |r| <= 1/8, error {e:.1e}.", c)
    print("\n}  // namespace tidegate::kernels")


if __name__ == "__main__":
    main()
