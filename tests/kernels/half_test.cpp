// SPDX-License-Identifier: MIT
#include "kernels/panels.h"

using namespace tidegate;
using namespace tidegate::test;

TEST_CASE("every set reads each finite half as the value that it stands for, subnormals and -0 too") {
    std::vector<std::uint16_t> halves;
    for (std::uint32_t i = 0; i < 0x10000; ++i) {
        if ((i & kHalfInfinity) != kHalfInfinity) halves.push_back(static_cast<std::uint16_t>(i));
    }
    const auto rows = static_cast<std::uint32_t>(halves.size());
    REQUIRE(rows % format::kPanelRows == 0);
    Aligned<std::uint16_t> weights(rows);
    Floats want;
    for (std::uint32_t r = 0; r < rows; ++r) {
        weights.data()[r] = halves[r];
        want.push_back(value_of_half(halves[r]));
    }
    const kernels::Columns column{weights.data(), nullptr, 1, 2 * format::kPanelRows, 0, 0};
    const Floats start(rows, -0.0F);
    const float one = 1;
    for (const Kernels* set : sets_here()) {
        CAPTURE(set->name);
        Floats y(rows);
        multiply(*set, Form::f16, column, &one, start.data(), y.data(), rows);
        CHECK_SAME_BITS(y, want);
    }
}

TEST_CASE("a product with half-precision weights has the bits of the product with floats of their values") {
    Random random(50);
    for (const Kernels* set : sets_here()) {
        for (std::uint32_t rows = 1; rows <= 67; ++rows) {
            CAPTURE(set->name);
            CAPTURE(rows);
            const std::uint32_t cols = 1 + rows * 7 % 23;
            Matrix w = random_matrix(random, 1, rows, cols);
            const float powers[] = {1, 0x1p-12F, 0x1p-22F, 0x1p+12F};
            for (std::uint32_t r = 0; r < rows; ++r) {
                for (std::uint32_t k = 0; k < cols; ++k) w.at(0, r, k) *= powers[random.word() % 4];
            }
            Matrix rounded(1, rows, cols);
            for (std::uint32_t r = 0; r < rows; ++r) {
                for (std::uint32_t k = 0; k < cols; ++k)
                    rounded.at(0, r, k) = value_of_half(nearest_half(w.at(0, r, k)));
            }
            const Panels halves(w, Form::f16), floats(rounded, Form::f32);
            const Floats x = random.uniforms(cols, -3, 3), start = random.uniforms(rows, -1, 1);
            Output got(rows), want(rows);
            multiply(*set, Form::f16, halves.columns(0), x.data(), start.data(), got.data(), rows);
            multiply(*set, Form::f32, floats.columns(0), x.data(), start.data(), want.data(), rows);
            CHECK_SAME_BITS(got.values(), want.values());
            CHECK(got.guards_unharmed());
        }
    }
}
