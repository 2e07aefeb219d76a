#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes coefficients.h: minimax polynomials with float32 coefficients. Needs numpy.

    python3 runtime/kernels/coefficients.py > runtime/kernels/coefficients.h
"""
import math
import textwrap

import numpy as np


def minimax(f, weight, degree, x, fixed):
    """sum of fixed[k] x^k, then free coefficients up to x^degree, that minimise max |weight (sum - f)| over x.

    Lawson's iteration: weighted least squares, where each weight grows with its error. Unlike Remez' exchange it
    does not ask for a Haar system, which the free powers are not on an interval around 0.
    """
    free = np.column_stack([x**k for k in range(len(fixed), degree + 1)]) * weight(x)[:, None]
    target = (f(x) - sum(c * x**k for k, c in enumerate(fixed))) * weight(x)
    lawson, best = np.full(len(x), 1 / len(x)), (math.inf, None)
    for _ in range(400):
        root = np.sqrt(lawson)
        scale = abs(free).max(axis=0)
        c = np.linalg.lstsq(free / scale * root[:, None], target * root, rcond=None)[0] / scale
        error = abs(free @ c - target)
        best = min(best, (error.max(), list(c)), key=lambda pair: pair[0])
        lawson *= error / error.max() + 1e-3
        lawson /= lawson.sum()
    return best[1]


def fit(f, weight, degree, lo, hi, first=()):
    """Coefficients from the lowest up: each is rounded to float32 before the others are fitted again."""
    x = (lo + hi) / 2 - (hi - lo) / 2 * np.cos(np.linspace(0, math.pi, 800))
    rounded = list(first)
    while len(rounded) <= degree:
        rounded.append(float(np.float32(minimax(f, weight, degree, x, rounded)[0])))
    error = abs(weight(x) * (sum(c * x**k for k, c in enumerate(rounded)) - f(x))).max()
    return rounded, error


def each(f):
    return np.vectorize(f, otypes=[float])


def series(terms):
    """A sum of terms(x, k) over k, for functions whose closed form cancels near 0."""
    return each(lambda x: math.fsum(terms(x, k) for k in range(60)))


def two_over_pi(words):
    """Machin's formula in whole numbers, with 64 bits to spare."""
    one = 1 << (32 * words + 64)

    def arctan_of_inverse(n):
        total, power, k = 0, one // n, 1
        while power:
            total += power // k if k % 4 == 1 else -(power // k)
            power //= n * n
            k += 2
        return total

    pi = 4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))
    bits = 2 * one * one // pi >> 64
    return [bits >> (32 * (words - 1 - i)) & 0xffffffff for i in range(words)]


def show(name, text, c):
    values = ", ".join(f"{np.format_float_positional(np.float32(x), unique=True, trim='0')}F" for x in c)
    print(f"/// {text}")
    print(textwrap.fill(f"constexpr float {name}[{len(c)}] = {{{values}}};", 120, subsequent_indent=" " * 4))


def main():
    ln2, pi = math.log(2), math.pi
    exp2 = series(lambda x, k: ln2 ** (k + 1) * x**k / math.factorial(k + 1))
    log = series(lambda x, k: (-1) ** k * x**k / (k + 3))
    log = each(lambda x: 1 / 3 if x == 0 else
               (math.log1p(x) - x + x * x / 2) / x**3 if abs(x) > 0.1 else
               math.fsum((-x) ** k / (k + 3) for k in range(60)))
    sine = series(lambda x, k: (-1) ** k * (2 * pi) ** (2 * k + 1) * x**k / math.factorial(2 * k + 1))
    cosine = series(lambda x, k: (-1) ** k * (2 * pi) ** (2 * k) * x**k / math.factorial(2 * k))
    erf = series(lambda x, k: 2 / math.sqrt(pi) * (-1) ** k * x**k / math.factorial(k) / (2 * k + 1) - (k == 0))
    erfc = each(lambda x: -math.log(math.erfc(x)) / x)
    one = np.ones_like

    print("// SPDX-License-Identifier: MIT")
    print("// Made by coefficients.py; lowest power first. Errors are those of the rounded coefficients in exact arithmetic.")
    print("// clang-format off\n#pragma once\n\nnamespace tidegate::kernels {\n")
    c, e = fit(exp2, lambda x: 1 / exp2(x), 5, -0.5, 0.5)
    show("kExp2", f"(2^f - 1) / f on [-1/2, 1/2], relative error {e:.1e}.", c)
    lo, hi = math.sqrt(0.5) - 1, math.sqrt(2) - 1
    c, e = fit(log, lambda x: abs(x) ** 3 / np.maximum(abs(np.log1p(x)), 1e-9), 8, lo, hi)
    show("kLog", f"(log(1 + f) - f + f^2 / 2) / f^3 on [sqrt(1/2) - 1, sqrt(2) - 1], error of log {e:.1e} relative.", c)
    c, e = fit(sine, lambda x: 1 / sine(x), 4, 0, 1 / 64)
    show("kSine", f"sin(2 pi r) / r in powers of r^2, |r| <= 1/8, relative error {e:.1e}.", c)
    c, e = fit(cosine, one, 4, 0, 1 / 64, first=[1.0])
    show("kCosine", f"cos(2 pi r) in powers of r^2, |r| <= 1/8, error {e:.1e}.", c)
    c, e = fit(erf, lambda x: 1 / (1 + erf(x)), 6, 0, 1)
    show("kErf", f"erf(x) / x - 1 in powers of x^2, |x| <= 1, relative error of erf {e:.1e}.", c)
    c, e = fit(erfc, lambda x: x * each(math.erfc)(x), 7, 1, 4)
    show("kErfc", f"-log(1 - erf(x)) / x on [1, 4], error of erf {e:.1e}.", c)
    words = ", ".join(f"0x{word:08x}U" for word in two_over_pi(8))
    print("/// The bits of 2 / pi behind the point.")
    print(textwrap.fill(f"constexpr unsigned kTwoOverPi[8] = {{{words}}};", 120, subsequent_indent=" " * 4))
    print("\n}  // namespace tidegate::kernels")


if __name__ == "__main__":
    main()
