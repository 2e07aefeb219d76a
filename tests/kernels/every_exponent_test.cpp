// SPDX-License-Identifier: MIT
// Every function of one argument, with every instruction set, has the scalar kernel's bits: for a million bit patterns
// and for every exponent.
#include <array>

#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::size_t kUnaries = 11, kMath = 11;

/// Every 4093th bit pattern (4093 is prime): 1,049,344 of them, all exponents, both signs, subnormals and NaNs
/// included.
Floats a_million_patterns() {
    Floats x;
    for (std::uint64_t u = 0; u < 0x100000000U; u += 4093 * kThinning)
        x.push_back(from_bits(static_cast<std::uint32_t>(u)));
    return x;
}

/// For all 512 signs and exponents (subnormals have exponent 0; infinities and NaNs, quiet and signalling, 255): the
/// ends of the mantissa, the middle with both neighbours, single bits, sqrt(2), and random ones.
Floats every_exponent() {
    constexpr std::array<std::uint32_t, 14> kMantissas = {0,        1,        2,        0x1000,   0x200000,
                                                          0x3504f2, 0x3504f3, 0x3504f4, 0x3fffff, 0x400000,
                                                          0x400001, 0x555555, 0x7ffffe, 0x7fffff};
    Random random(31);
    Floats x;
    for (std::uint32_t exponent = 0; exponent < 512; ++exponent) {
        for (const std::uint32_t mantissa : kMantissas) x.push_back(from_bits(exponent << 23 | mantissa));
        for (int i = 0; i < 50; ++i) x.push_back(from_bits(exponent << 23 | (random.word() & 0x7fffff)));
    }
    return x;
}

/// Where the functions bend, and about their limits (17 and 18 of tanh, 69.6 of sigmoid, 86.6 and 88.72 of exp).
Floats ordinary_numbers() { return Random(32).uniforms(1'000'000 / kThinning, -100, 100); }

void check_like_scalar(const Floats& x, const std::string& of) {
    for (const Kernels* set : sets_here()) {
        if (set == &kernels::scalar_kernels) continue;
        const SubnormalsOf mode(*set);
        CAPTURE(set->name);
        CAPTURE(of);
        Floats want(x.size()), got(x.size());
        for (std::size_t f = 0; f <= kUnaries + kMath; ++f) {
            CAPTURE(f);
            const auto run = [&](const Kernels& k, Floats& y) {
                const kernels::UnaryKernel kernel = f < kUnaries           ? k.unary[f]
                                                    : f < kUnaries + kMath ? k.math[f - kUnaries]
                                                                           : k.expm1;
                kernel(x.data(), y.data(), x.size(), 0.7F, -0.3F);
            };
            run(kernels::scalar_kernels, want);
            run(*set, got);
            CHECK_SAME_BITS(got, want);
        }
    }
}

}  // namespace

TEST_CASE("every function has the scalar kernel's bits for a million bit patterns") {
    check_like_scalar(a_million_patterns(), "bit patterns");
}

TEST_CASE("every function has the scalar kernel's bits at every exponent, subnormals and all NaNs among them") {
    check_like_scalar(every_exponent(), "exponents");
}

TEST_CASE("every function has the scalar kernel's bits for a million numbers from -100 to 100") {
    check_like_scalar(ordinary_numbers(), "ordinary numbers");
}

TEST_CASE("exp and log have the scalar kernel's bits in softmax and log-softmax, at every exponent") {
    // Rows of 17 as they come, then pairs 0, -x: e^-x over the whole range.
    const Floats x = every_exponent();
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        CAPTURE(set->name);
        for (const bool log : {false, true}) {
            Floats want(x), got(x);
            for (std::size_t i = 0; i + 17 <= x.size(); i += 17) {
                kernels::scalar_kernels.softmax(want.data() + i, want.data() + i, 17, log);
                set->softmax(got.data() + i, got.data() + i, 17, log);
            }
            CHECK_SAME_BITS(got, want);
            for (std::size_t i = 0; i + 2 <= x.size(); i += 2) {
                const float row[2] = {0, -std::abs(x[i])};
                kernels::scalar_kernels.softmax(row, want.data() + i, 2, log);
                set->softmax(row, got.data() + i, 2, log);
            }
            CHECK_SAME_BITS(got, want);
        }
    }
}
