// SPDX-License-Identifier: MIT
// lstm_step against the equations, made of the other kernels (equal bits) and in double.
#include "kernels/panels.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::size_t kSigmoid = 2;
enum Gate : std::uint32_t { input, forget, cell, output };

struct State {
    Floats h, c;
};

/// One step of several series.
struct Problem {
    std::uint32_t units, x_cols;
    Matrix w;
    std::vector<Floats> x;
    std::vector<State> state;

    Problem(Random& random, std::uint32_t units_, std::uint32_t x_cols_, std::size_t series = 1)
        : units(units_), x_cols(x_cols_), w(random_matrix(random, 4, units, x_cols, units)) {
        for (std::size_t s = 0; s < series; ++s) {
            x.push_back(random.uniforms(x_cols, -2, 2));
            state.push_back({random.uniforms(units, -1, 1), random.uniforms(units, -2, 2)});
        }
    }
    std::vector<Floats> states(Floats State::*which) const {
        std::vector<Floats> all;
        for (const State& s : state) all.push_back(s.*which);
        return all;
    }
};

auto step_kernel(const Kernels& set, Form form) {
    return form == Form::f32 ? set.lstm_step_f32 : form == Form::f16 ? set.lstm_step_f16 : set.lstm_step_i8;
}

struct Layout {
    std::size_t gap = 0;  ///< behind each vector of x, and others behind those of h and c
    bool c_in_place = false;
};

/// All series of the problem at once.
std::vector<State> fused(const Kernels& set, const Way& way, const Problem& p, Layout layout = {}) {
    const Panels w(p.w, way.form);
    const std::size_t series = p.x.size(), rows = p.w.padded_rows() + 4 * layout.gap;
    const Inputs x(p.x, layout.gap), h(p.states(&State::h), layout.gap + 1), c(p.states(&State::c), layout.gap + 2);
    Outputs new_h(series, p.units, layout.gap + 3), new_c(p.states(&State::c), layout.gap + 4);
    Guarded<float> sums(series > 1 ? series * rows : 0, std::nanf(""), 0);
    Integers integers(way.form, series, p.x_cols, p.units);
    step_kernel(set, way.form)({w.columns(0, way.x_scale), w.columns(1, way.h_scale), p.w.biases(), p.units,
                                static_cast<std::uint32_t>(series), x.vectors(), h.vectors(),
                                layout.c_in_place ? new_c.vectors() : c.vectors(), new_h.results(), new_c.results(),
                                kernels::Results{sums.data(), rows}, integers.data()});
    CHECK(new_h.guards_unharmed());
    CHECK(new_c.guards_unharmed());
    CHECK(sums.guards_unharmed());
    CHECK(integers.guards_unharmed());
    std::vector<State> next;
    for (std::size_t s = 0; s < series; ++s) next.push_back({new_h.values(s), new_c.values(s)});
    return next;
}

/// bias + W x of one series, in padded rows.
Aligned<float> input_sums(const Kernels& set, const Way& way, const Problem& p, const Panels& w, std::size_t series) {
    Aligned<float> rows(p.w.padded_rows());
    multiply(set, way.form, w.columns(0, way.x_scale), p.x[series].data(), p.w.biases(), rows.data(),
             p.w.padded_rows());
    return rows;
}

/// Without W: the bias is bias + W x.
State from_sums(const Kernels& set, const Way& way, const Problem& p) {
    const Panels w(p.w, way.form);
    const Aligned<float> bias = input_sums(set, way, p, w, 0);
    Output h(p.units), c(p.state[0].c);
    Integers integers(way.form, 1, 0, p.units);
    step_kernel(set, way.form)({kernels::Columns(),
                                w.columns(1, way.h_scale),
                                bias.data(),
                                p.units,
                                1,
                                kernels::Vectors(),
                                {p.state[0].h.data(), 0},
                                {c.data(), 0},
                                {h.data(), 0},
                                {c.data(), 0},
                                kernels::Results(),
                                integers.data()});
    CHECK(integers.guards_unharmed());
    return {h.values(), c.values()};
}

/// By the other kernels: two products, then the equations.
State by_pieces(const Kernels& set, const Way& way, const Problem& p, std::size_t series = 0) {
    const Panels w(p.w, way.form);
    Aligned<float> rows = input_sums(set, way, p, w, series);
    multiply(set, way.form, w.columns(1, way.h_scale), p.state[series].h.data(), rows.data(), rows.data(),
             p.w.padded_rows());
    std::vector<Floats> g(4, Floats(p.units));
    for (std::uint32_t gate = 0; gate < 4; ++gate) {
        for (std::uint32_t u = 0; u < p.units; ++u) g[gate][u] = rows.data()[p.w.row(gate, u)];
    }
    const Size n = p.units;
    set.unary[kSigmoid](g[forget].data(), g[forget].data(), n, 0, 0);
    State next{Floats(n), Floats(n)};
    set.sigmoid_tanh(g[input].data(), g[cell].data(), g[cell].data(), n);
    set.multiply_add(g[forget].data(), p.state[series].c.data(), g[cell].data(), next.c.data(), n);
    set.sigmoid_tanh(g[output].data(), next.c.data(), next.h.data(), n);
    return next;
}

#define CHECK_SAME_STATE(a, b)         \
    do {                               \
        CHECK_SAME_BITS((a).h, (b).h); \
        CHECK_SAME_BITS((a).c, (b).c); \
    } while (false)

double row(const Problem& p, Gate gate, std::uint32_t unit) {
    const Matrix& w = p.w;
    double sum = w.bias(gate, unit);
    for (std::uint32_t k = 0; k < p.x_cols; ++k) sum += double{w.at(gate, unit, k)} * p.x[0][k];
    for (std::uint32_t k = 0; k < p.units; ++k) sum += double{w.at(gate, unit, p.x_cols + k)} * p.state[0].h[k];
    return sum;
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE(
    "lstm_step has the bits of products, sigmoid, tanh and multiply_add in a row, and those of the scalar kernel") {
    Random random(30);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units = 1; units <= 67; ++units) {
            const Problem p(random, units, 1 + units * 3 % 20);
            for (const Way& way : kWays) {
                CAPTURE(set->name);
                CAPTURE(way.name);
                CAPTURE(units);
                const State got = fused(*set, way, p)[0];
                CHECK_SAME_STATE(got, by_pieces(*set, way, p));
                CHECK_SAME_STATE(got, fused(kernels::scalar_kernels, way, p)[0]);
                CHECK_SAME_STATE(got, fused(*set, way, p, {0, true})[0]);
                CHECK_SAME_STATE(got, from_sums(*set, way, p));
            }
        }
    }
}

TEST_CASE("lstm_step of several series has for each the bits of that one alone, by the scalar kernels too") {
    Random random(33);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units = 1; units <= 67; ++units) {
            const std::size_t series = 2 + units % (kernels::kMostSeries - 1);
            const Problem p(random, units, units * 3 % 20, series);
            const Layout layout{units % 4, units % 3 == 0};
            for (const Way& way : kWays) {
                CAPTURE(set->name);
                CAPTURE(way.name);
                CAPTURE(units);
                const std::vector<State> got = fused(*set, way, p, layout);
                for (std::size_t s = 0; s < series; ++s) {
                    CAPTURE(s);
                    CHECK_SAME_STATE(got[s], by_pieces(kernels::scalar_kernels, way, p, s));
                }
            }
        }
    }
}

TEST_CASE("lstm_step computes the equations") {
    Random random(31);
    for (std::uint32_t units = 1; units <= 67; ++units) {
        const Problem p(random, units, 1 + units % 20);
        const State got = fused(*sets_here().front(), kWays[0], p)[0];
        double worst = 0;
        for (std::uint32_t u = 0; u < units; ++u) {
            const double i = sigmoid(row(p, input, u)), f = sigmoid(row(p, forget, u));
            const double g = std::tanh(row(p, cell, u)), o = sigmoid(row(p, output, u));
            const double c = f * p.state[0].c[u] + i * g;
            worst = std::max({worst, std::abs(got.c[u] - c), std::abs(got.h[u] - o * std::tanh(c))});
        }
        CHECK(worst < 4e-6);  // 87 terms up to 1.4: sums near 10, each of 87 roundings half of 2^-20 at most
    }
}

TEST_CASE("lstm_step of an infinite or NaN input is the same on every instruction set, and harms no other series") {
    Random random(32);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units : {1U, 5U, 16U, 20U, 31U, 33U}) {
            for (const Way& way : kWays) {
                CAPTURE(set->name);
                CAPTURE(way.name);
                CAPTURE(units);
                for (std::size_t series : {1U, 3U, 8U}) {
                    Problem p(random, units, 4, series);
                    p.x[0] = random.hard(4);
                    p.state[0].c = random.hard(units);
                    const std::vector<State> got = fused(*set, way, p, {1, true});
                    for (std::size_t s = 0; s < series; ++s) {
                        CHECK_SAME_STATE(got[s], by_pieces(kernels::scalar_kernels, way, p, s));
                    }
                }
            }
        }
    }
}
