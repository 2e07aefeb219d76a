// SPDX-License-Identifier: MIT
// The oracle is std::fma, which is correctly rounded.
#include "kernels/fma.h"

#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::uint32_t kTriples = 2'000'000 / kThinning;

bool exact(float a, float b, float c) {
    const float want = std::fma(a, b, c);
    const float by_double = kernels::fma_by_double(a, b, c), by_integers = kernels::fma_by_integers(a, b, c);
    if (same_bits(by_double, want) && same_bits(by_integers, want) && same_bits(kernels::fma(a, b, c), want)) {
        return true;
    }
    MESSAGE("fma(", a, ", ", b, ", ", c, ") = ", want, ", by double ", by_double, ", by integers ", by_integers);
    return false;
}

}  // namespace

TEST_CASE("fma without hardware is right where the sum in double rounds twice") {
    const float a = 24929.0F, b = 673 * 0x1p-24F, c = 0x1p-80F;
    CHECK(static_cast<float>(static_cast<double>(a) * b + c) != std::fma(a, b, c));  // the naive way fails here
    CHECK(exact(a, b, c));
    CHECK(exact(a, b, -c));
    CHECK(exact(-a, b, c));
    CHECK(exact(-a, b, -c));
}

TEST_CASE("fma without hardware is right for any bits") {
    Random random(1);
    bool ok = true;
    for (std::uint32_t i = 0; i < kTriples && ok; ++i) {
        ok = exact(from_bits(random.word()), from_bits(random.word()), from_bits(random.word()));
    }
    CHECK(ok);
}

TEST_CASE("fma without hardware is right where the sum cancels, is tiny or overflows") {
    Random random(2);
    bool ok = true;
    for (std::uint32_t i = 0; i < kTriples && ok; ++i) {
        // |a b| and |c| of like size, the product's exponent over the whole range of float's, subnormal results
        // included
        const int exponent = static_cast<int>(random.word() % 290) - 155;
        const int split = static_cast<int>(random.word() % 100) - 50;
        const float a = std::ldexp(random.uniform(-2, 2), split);
        const float b = std::ldexp(random.uniform(-2, 2), exponent - split);
        const float near = -a * b;
        const float c = i % 2 == 0
                            ? std::ldexp(random.uniform(-2, 2), exponent + static_cast<int>(random.word() % 61) - 30)
                            : from_bits(bits(near) + random.word() % 5 - 2);
        ok = exact(a, b, c);
    }
    CHECK(ok);
}

TEST_CASE("fma without hardware is right for short mantissas, which make ties") {
    Random random(3);
    bool ok = true;
    for (std::uint32_t i = 0; i < kTriples && ok; ++i) {
        const auto few_bits = [&] { return static_cast<float>(static_cast<int>(random.word() % 65536) - 32768); };
        const float c = std::ldexp(few_bits(), static_cast<int>(random.word() % 120) - 100);
        const int scale = static_cast<int>(random.word() % 2) * -149;  // ties of subnormals, too
        ok = exact(std::ldexp(few_bits(), scale), few_bits(), c) && exact(few_bits(), std::ldexp(few_bits(), -24), c);
    }
    CHECK(ok);
}

TEST_CASE("fma without hardware is right for all triples of special floats") {
    bool ok = true;
    for (float a : special_floats()) {
        for (float b : special_floats()) {
            for (float c : special_floats()) ok = ok && exact(a, b, c);
        }
    }
    CHECK(ok);
}
