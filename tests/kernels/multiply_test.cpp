// SPDX-License-Identifier: MIT
#include "kernels/panels.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr Form kForms[] = {Form::f32, Form::f16, Form::i8};

std::vector<Floats> vectors(Random& random, std::size_t series, std::size_t n) {
    std::vector<Floats> all;
    for (std::size_t s = 0; s < series; ++s) all.push_back(random.uniforms(n, -1, 1));
    return all;
}

}  // namespace

TEST_CASE("a product sums each row as one chain of fused multiply-adds in column order") {
    Random random(20);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows = 1; rows <= 150; rows += rows < 68 ? 1 : 13) {
            const std::uint32_t cols = 1 + rows * 7 % 23;
            CAPTURE(set->name);
            CAPTURE(rows);
            const Matrix w = random_matrix(random, 1, rows, cols);
            const Panels panels(w, Form::f32);
            const Floats x = random.uniforms(cols, -1, 1), start = random.uniforms(rows, -1, 1);
            Output y(rows);
            multiply(*set, Form::f32, panels.columns(0), x.data(), start.data(), y.data(), rows);
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

TEST_CASE("a product in two parts of the columns, in place, has the bits of the product over all of them") {
    Random random(21);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows : {1U, 15U, 16U, 17U, 48U, 63U, 64U, 65U, 80U, 127U, 130U}) {
            for (std::uint32_t first : {0U, 1U, 5U, 12U}) {
                for (Form form : {Form::f32, Form::f16}) {
                    const Matrix w = random_matrix(random, 1, rows, first, 12 - first);
                    const Panels panels(w, form);
                    kernels::Columns all = panels.columns(0);
                    all.cols = 12;
                    const Floats x = random.uniforms(12, -1, 1), start = random.uniforms(rows, -1, 1);
                    Output whole(rows), parts(start);
                    multiply(*set, form, all, x.data(), start.data(), whole.data(), rows);
                    multiply(*set, form, panels.columns(0), x.data(), parts.data(), parts.data(), rows);
                    multiply(*set, form, panels.columns(1), x.data() + first, parts.data(), parts.data(), rows);
                    CHECK_SAME_BITS(parts.values(), whole.values());
                    CHECK(parts.guards_unharmed());
                }
            }
        }
    }
}

TEST_CASE("every set multiplies like the scalar kernel, infinities, NaNs and subnormals included") {
    Random random(22);
    for (const Kernels* set : sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows = 1; rows <= 67; ++rows) {
            const std::uint32_t cols = 1 + rows % 20;
            Matrix w = random_matrix(random, 1, rows, cols);
            for (int i = 0; i < 4; ++i) w.at(0, random.word() % rows, random.word() % cols) = random.hard(1)[0];
            const Panels panels(w, Form::f32);
            const Floats x = random.hard(cols), start = random.hard(rows);
            Output want(rows), got(rows);
            multiply(kernels::scalar_kernels, Form::f32, panels.columns(0), x.data(), start.data(), want.data(), rows);
            multiply(*set, Form::f32, panels.columns(0), x.data(), start.data(), got.data(), rows);
            CHECK_SAME_BITS(got.values(), want.values());
        }
    }
}

TEST_CASE("a product of several series has for each the bits of the scalar product of that one alone") {
    Random random(23);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t rows = 1; rows <= 150; rows += rows < 68 ? 1 : 13) {
            for (Form form : kForms) {
                // More series than kMostSeries are for forms that need no memory for each.
                const std::uint32_t cols = rows * 5 % 21;
                const std::size_t most = form == Form::i8 ? kernels::kMostSeries : 19;
                const std::size_t series = 1 + rows * 7 % most, gap = rows % 4;
                CAPTURE(set->name);
                CAPTURE(rows);
                CAPTURE(static_cast<int>(form));
                CAPTURE(series);
                Matrix w = random_matrix(random, 1, rows, cols);
                for (int i = 0; form == Form::f32 && cols > 0 && i < 4; ++i)
                    w.at(0, random.word() % rows, random.word() % cols) = random.hard(1)[0];
                const Panels panels(w, form);
                std::vector<Floats> x = vectors(random, series, cols), starts = vectors(random, series, rows);
                if (rows % 2 == 0) x[random.word() % series] = random.hard(cols);
                const Inputs inputs(x, gap), each_start(starts, gap + 1);
                Outputs from_one(series, rows, gap), from_each(series, rows, gap), in_place(starts, gap);
                const auto run = [&](const kernels::Vectors& from, Outputs& y) {
                    multiply(*set, form, panels.columns(0), inputs.vectors(), from, y.results(), rows, series);
                    CHECK(y.guards_unharmed());
                };
                run({starts[0].data(), 0}, from_one);
                run(each_start.vectors(), from_each);
                run(in_place.vectors(), in_place);
                for (std::size_t s = 0; s < series; ++s) {
                    Floats want(rows);
                    const auto scalar = [&](const Floats& start) {
                        multiply(kernels::scalar_kernels, form, panels.columns(0), x[s].data(), start.data(),
                                 want.data(), rows);
                    };
                    scalar(starts[0]);
                    CHECK_SAME_BITS(from_one.values(s), want);
                    scalar(starts[s]);
                    CHECK_SAME_BITS(from_each.values(s), want);
                    CHECK_SAME_BITS(in_place.values(s), want);
                }
            }
        }
    }
}
