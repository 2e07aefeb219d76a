// SPDX-License-Identifier: MIT
// What docs/numbers.md says of subnormals: every set keeps them as IEEE arithmetic does, but for ARMv7's NEON, which
// takes them for zeros and makes zeros of them.
#include <string>

#include "kernels/panels.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

bool is_flushing(const Kernels& set) { return std::string(set.name) == "neon-vfpv4"; }

float multiply(const Kernels& set, float a, float b) {
    float y = 0;
    set.binary[2](&a, 1, &b, 1, &y, 1);
    return y;
}

}  // namespace

TEST_CASE("a subnormal product is kept, or flushed to a zero of its sign by ARMv7's NEON") {
    for (const Kernels* set : sets_here()) {
        CAPTURE(set->name);
        const bool zero = is_flushing(*set);
        CHECK(same_bits(multiply(*set, 0x1p-75F, 0x1p-70F), zero ? 0.0F : 0x1p-145F));
        CHECK(same_bits(multiply(*set, 0x1p-75F, -0x1p-70F), zero ? -0.0F : -0x1p-145F));
        CHECK(same_bits(multiply(*set, 0x1.8p-140F, 0x1p+20F), zero ? 0.0F : 0x1.8p-120F));
        CHECK(same_bits(multiply(*set, 0x1p-100F, 0x1p-100F), 0.0F));
    }
}

TEST_CASE("a product just below 2^-126 is rounded to 2^-126, not flushed before it is rounded") {
    // Modes that flush cannot agree: here x86 would keep 2^-126 and ARM would flush it.
    for (const Kernels* set : sets_here()) {
        CAPTURE(set->name);
        CHECK(same_bits(multiply(*set, (1 + 0x1p-13F) * 0x1p-63F, (1 - 0x1p-13F) * 0x1p-63F),
                        is_flushing(*set) ? 0.0F : 0x1p-126F));
    }
}

TEST_CASE("a chain that passes through a subnormal sum goes on with it, or with zero on ARMv7's NEON") {
    Random random(33);
    for (const Kernels* set : sets_here()) {
        CAPTURE(set->name);
        for (const std::uint32_t rows : {1U, 16U, 37U, 64U}) {
            Matrix w = random_matrix(random, 1, rows, 3);
            for (std::uint32_t r = 0; r < rows; ++r) {
                w.at(0, r, 0) = 0x1p-70F;
                w.at(0, r, 1) = -0x1p-100F;
                w.at(0, r, 2) = 0x1p-74F;
            }
            const Floats x = {0x1p-65F, 0x1p-36F, 0x1p-64F}, start(rows, 0.0F);
            Floats y(rows);
            const Panels panels(w, Form::f32);
            multiply(*set, Form::f32, panels.columns(0), x.data(), start.data(), y.data(), rows);
            CHECK_SAME_BITS(y, Floats(rows, is_flushing(*set) ? 0.0F : 0x1p-135F - 0x1p-136F + 0x1p-138F));
        }
    }
}

TEST_CASE("comparing, choosing and cleaning a subnormal needs no arithmetic: every set does it alike") {
    const Floats x = {0x1p-149F, -0x1p-149F, 0x1.8p-127F, -0x1.8p-127F, 0x1p-126F, -0x1p-101F, 0x1p-100F, -0x1p-100F};
    for (const Kernels* set : sets_here()) {
        CAPTURE(set->name);
        Floats y = x;
        set->flush_tiny(y.data(), y.size());
        CHECK_SAME_BITS(y, Floats({0, 0, 0, 0, 0, 0, 0x1p-100F, -0x1p-100F}));
        y = x;
        set->canonical_nan(y.data(), y.size());
        CHECK_SAME_BITS(y, x);
    }
}
