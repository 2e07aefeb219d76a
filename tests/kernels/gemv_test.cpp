// SPDX-License-Identifier: MIT
#include "format/panels.h"
#include "kernels/panels.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

TEST_CASE("gemv sums each row as one chain of fused multiply-adds in column order") {
    Random random(20);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows = 1; rows <= 150; rows += rows < 68 ? 1 : 13) {
            const std::uint32_t cols = 1 + rows * 7 % 23;
            CAPTURE(set->name);
            CAPTURE(rows);
            const Matrix w = random_matrix(random, 1, rows, cols);
            const Floats x = random.uniforms(cols, -1, 1), start = random.uniforms(rows, -1, 1);
            Output y(rows);
            set->gemv(w.columns(0, cols), x.data(), start.data(), y.data(), rows);
            Floats chain(rows);
            double worst = 0;
            for (std::uint32_t r = 0; r < rows; ++r) {
                float sum = start[r];
                double exact = start[r];
                for (std::uint32_t k = 0; k < cols; ++k) {
                    sum = std::fma(w.at(0, r, k), x[k], sum);
                    exact += double{w.at(0, r, k)} * x[k];
                }
                chain[r] = sum;
                worst = std::max(worst, std::abs(sum - exact));
            }
            CHECK_SAME_BITS(y.values(), chain);
            CHECK(worst <= (cols + 1) * cols * 0x1p-24);  // each of cols roundings: half a unit of a sum up to cols + 1
            CHECK(y.guards_unharmed());
        }
    }
}

TEST_CASE("gemv in two parts of the columns, in place, has the bits of gemv over all of them") {
    Random random(21);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows : {1U, 15U, 16U, 17U, 48U, 63U, 64U, 65U, 80U, 127U, 130U}) {
            for (std::uint32_t first : {0U, 1U, 5U, 12U}) {
                const Matrix w = random_matrix(random, 1, rows, 12);
                const Floats x = random.uniforms(12, -1, 1), start = random.uniforms(rows, -1, 1);
                Output whole(rows), parts(start);
                set->gemv(w.columns(0, 12), x.data(), start.data(), whole.data(), rows);
                set->gemv(w.columns(0, first), x.data(), parts.data(), parts.data(), rows);
                set->gemv(w.columns(first, 12 - first), x.data() + first, parts.data(), parts.data(), rows);
                CHECK_SAME_BITS(parts.values(), whole.values());
                CHECK(parts.guards_unharmed());
            }
        }
    }
}

TEST_CASE(
    "every instruction set multiplies matrices like the scalar kernel, infinities, NaNs and subnormals included") {
    Random random(22);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows = 1; rows <= 67; ++rows) {
            const std::uint32_t cols = 1 + rows % 20;
            Matrix w = random_matrix(random, 1, rows, cols);
            for (int i = 0; i < 4; ++i) w.at(0, random.word() % rows, random.word() % cols) = random.hard(1)[0];
            const Floats x = random.hard(cols), start = random.hard(rows);
            Output want(rows), got(rows);
            kernels::scalar_kernels.gemv(w.columns(0, cols), x.data(), start.data(), want.data(), rows);
            set->gemv(w.columns(0, cols), x.data(), start.data(), got.data(), rows);
            CHECK_SAME_BITS(got.values(), want.values());
        }
    }
}
