// SPDX-License-Identifier: MIT
// gru_step against the equations, made of the other kernels (equal bits) and in double.
#include "kernels/panels.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::size_t kTanh = 1, kSigmoid = 2, kSubtract = 1, kMultiply = 2;
enum Gate : std::uint32_t { update, reset };

/// One step of several series.
struct Problem {
    std::uint32_t units, x_cols;
    bool linear_before_reset;
    Matrix gates, input, state;  ///< of update and reset: W and R; of the candidate: W_h, R_h
    std::vector<Floats> x, h;

    Problem(Random& random, std::uint32_t units_, std::uint32_t x_cols_, bool linear, std::size_t series = 1)
        : units(units_),
          x_cols(x_cols_),
          linear_before_reset(linear),
          gates(random_matrix(random, 2, units, x_cols, units)),
          input(random_matrix(random, 1, units, x_cols)),
          state(random_matrix(random, 1, units, units)) {
        for (std::size_t s = 0; s < series; ++s) {
            x.push_back(random.uniforms(x_cols, -2, 2));
            h.push_back(random.uniforms(units, -1, 1));
        }
    }
};

struct PackedGru {
    Panels gates, input, state;

    PackedGru(const Problem& p, Form form) : gates(p.gates, form), input(p.input, form), state(p.state, form) {}
};

auto step_kernel(const Kernels& set, Form form) {
    return form == Form::f32 ? set.gru_step_f32 : form == Form::f16 ? set.gru_step_f16 : set.gru_step_i8;
}

/// All series of the problem at once, `gap` floats behind each vector of x, others behind those of h.
std::vector<Floats> fused(const Kernels& set, const Way& way, const Problem& p, std::size_t gap = 0) {
    const PackedGru w(p, way.form);
    const std::size_t series = p.x.size();
    const std::size_t floats = static_cast<std::size_t>(format::gru_scratch_floats(p.units)) + 4 * gap;
    const Inputs x(p.x, gap), h(p.h, gap + 1);
    Outputs h_out(series, p.units, gap + 2);
    Guarded<float> scratch(series * floats - 4 * gap, std::nanf(""), 0);
    Integers integers(way.form, series, p.x_cols, p.units);
    step_kernel(set, way.form)({w.gates.columns(0, way.x_scale), w.gates.columns(1, way.h_scale),
                                w.input.columns(0, way.x_scale), w.state.columns(0, way.h_scale), p.gates.biases(),
                                p.input.biases(), p.state.biases(), p.units, static_cast<std::uint32_t>(series),
                                p.linear_before_reset, x.vectors(), h.vectors(), h_out.results(),
                                kernels::Results{scratch.data(), floats}, integers.data()});
    CHECK(scratch.guards_unharmed());
    CHECK(h_out.guards_unharmed());
    CHECK(integers.guards_unharmed());
    std::vector<Floats> next;
    for (std::size_t s = 0; s < series; ++s) next.push_back(h_out.values(s));
    return next;
}

/// bias + W x of one series, in padded rows.
Aligned<float> input_sums(const Kernels& set, const Way& way, const Problem& p, const Matrix& m, const Panels& w,
                          std::size_t series) {
    Aligned<float> rows(m.padded_rows());
    multiply(set, way.form, w.columns(0, way.x_scale), p.x[series].data(), m.biases(), rows.data(), m.padded_rows());
    return rows;
}

/// Without W: the biases are bias + W x.
Floats from_sums(const Kernels& set, const Way& way, const Problem& p) {
    const PackedGru w(p, way.form);
    const Aligned<float> gate_bias = input_sums(set, way, p, p.gates, w.gates, 0);
    const Aligned<float> candidate_bias = input_sums(set, way, p, p.input, w.input, 0);
    Output h_out(p.units);
    const auto floats = static_cast<std::size_t>(format::gru_scratch_floats(p.units));
    Guarded<float> scratch(floats, std::nanf(""), 0);
    Integers integers(way.form, 1, 0, p.units);
    step_kernel(set, way.form)({kernels::Columns(),
                                w.gates.columns(1, way.h_scale),
                                kernels::Columns(),
                                w.state.columns(0, way.h_scale),
                                gate_bias.data(),
                                candidate_bias.data(),
                                p.state.biases(),
                                p.units,
                                1,
                                p.linear_before_reset,
                                kernels::Vectors(),
                                {p.h[0].data(), 0},
                                {h_out.data(), 0},
                                {scratch.data(), floats},
                                integers.data()});
    CHECK(integers.guards_unharmed());
    return h_out.values();
}

/// By the other kernels: products, then the equations.
Floats by_pieces(const Kernels& set, const Way& way, const Problem& p, std::size_t series = 0) {
    const PackedGru w(p, way.form);
    const Size n = p.units;
    const Floats& h = p.h[series];
    Aligned<float> rows = input_sums(set, way, p, p.gates, w.gates, series);
    multiply(set, way.form, w.gates.columns(1, way.h_scale), h.data(), rows.data(), rows.data(), p.gates.padded_rows());
    Floats z(n), r(n), g(n), part(n), keep(n);
    for (std::uint32_t u = 0; u < n; ++u) {
        z[u] = rows.data()[p.gates.row(update, u)];
        r[u] = rows.data()[p.gates.row(reset, u)];
    }
    set.unary[kSigmoid](z.data(), z.data(), n, 0, 0);
    set.unary[kSigmoid](r.data(), r.data(), n, 0, 0);
    multiply(set, way.form, w.input.columns(0, way.x_scale), p.x[series].data(), p.input.biases(), g.data(), n);
    const kernels::Columns state = w.state.columns(0, way.h_scale);
    if (p.linear_before_reset) {
        multiply(set, way.form, state, h.data(), p.state.biases(), part.data(), n);
        set.multiply_add(r.data(), part.data(), g.data(), g.data(), n);
    } else {
        set.binary[kMultiply](r.data(), 1, h.data(), 1, part.data(), n);
        multiply(set, way.form, state, part.data(), g.data(), g.data(), n);
    }
    set.unary[kTanh](g.data(), g.data(), n, 0, 0);
    const float one = 1;
    set.binary[kSubtract](&one, 0, z.data(), 1, keep.data(), n);
    set.binary[kMultiply](keep.data(), 1, g.data(), 1, g.data(), n);
    set.multiply_add(z.data(), h.data(), g.data(), g.data(), n);
    return g;
}

double row(const Matrix& m, Gate gate, std::uint32_t unit, const Floats& x, const std::vector<double>& h) {
    double sum = 0;
    std::uint32_t column = 0;
    for (float v : x) sum += double{m.at(gate, unit, column++)} * v;
    for (double v : h) sum += double{m.at(gate, unit, column++)} * v;
    return sum + m.bias(gate, unit);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// The ONNX equations in double. `state` has a bias only with linear_before_reset.
std::vector<double> in_double(const Problem& p) {
    const std::vector<double> h(p.h[0].begin(), p.h[0].end());
    std::vector<double> r(p.units), reset_h(p.units), next(p.units);
    for (std::uint32_t u = 0; u < p.units; ++u) {
        r[u] = sigmoid(row(p.gates, reset, u, p.x[0], h));
        reset_h[u] = r[u] * h[u];
    }
    for (std::uint32_t u = 0; u < p.units; ++u) {
        const double z = sigmoid(row(p.gates, update, u, p.x[0], h));
        const double of_state = p.linear_before_reset ? r[u] * row(p.state, update, u, {}, h)
                                                      : row(p.state, update, u, {}, reset_h) - p.state.bias(0, u);
        const double g = std::tanh(row(p.input, update, u, p.x[0], {}) + of_state);
        next[u] = (1 - z) * g + z * h[u];
    }
    return next;
}

}  // namespace

TEST_CASE("gru_step has the bits of the other kernels in a row, and those of the scalar kernel") {
    Random random(40);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units = 1; units <= 67; ++units) {
            for (bool linear : {false, true}) {
                const Problem p(random, units, 1 + units * 3 % 20, linear);
                for (const Way& way : kWays) {
                    CAPTURE(set->name);
                    CAPTURE(way.name);
                    CAPTURE(units);
                    CAPTURE(linear);
                    const Floats got = fused(*set, way, p)[0];
                    CHECK_SAME_BITS(got, by_pieces(*set, way, p));
                    CHECK_SAME_BITS(got, fused(kernels::scalar_kernels, way, p)[0]);
                    CHECK_SAME_BITS(got, from_sums(*set, way, p));
                }
            }
        }
    }
}

TEST_CASE("gru_step of several series has for each the bits of that one alone, by the scalar kernels too") {
    Random random(43);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units = 1; units <= 67; ++units) {
            const std::size_t series = 2 + units % (kernels::kMostSeries - 1);
            const Problem p(random, units, units * 3 % 20, units % 2 == 0, series);
            for (const Way& way : kWays) {
                CAPTURE(set->name);
                CAPTURE(way.name);
                CAPTURE(units);
                const std::vector<Floats> got = fused(*set, way, p, units % 4);
                for (std::size_t s = 0; s < series; ++s) {
                    CAPTURE(s);
                    CHECK_SAME_BITS(got[s], by_pieces(kernels::scalar_kernels, way, p, s));
                }
            }
        }
    }
}

TEST_CASE("gru_step computes the equations") {
    Random random(41);
    for (std::uint32_t units = 1; units <= 67; ++units) {
        for (bool linear : {false, true}) {
            const Problem p(random, units, 1 + units % 20, linear);
            const Floats got = fused(*sets_here().front(), kWays[0], p)[0];
            const std::vector<double> want = in_double(p);
            double worst = 0;
            for (std::uint32_t u = 0; u < units; ++u) worst = std::max(worst, std::abs(got[u] - want[u]));
            CHECK(worst < 4e-6);
        }
    }
}

TEST_CASE("gru_step of an infinite or NaN input is the same on every instruction set, and harms no other series") {
    Random random(42);
    for (const Kernels* set : int8_sets_here()) {
        const SubnormalsOf mode(*set);
        for (std::uint32_t units : {1U, 5U, 16U, 20U, 31U, 33U}) {
            for (bool linear : {false, true}) {
                for (const Way& way : kWays) {
                    CAPTURE(set->name);
                    CAPTURE(way.name);
                    CAPTURE(units);
                    for (std::size_t series : {1U, 3U, 8U}) {
                        Problem p(random, units, 4, linear, series);
                        p.x[0] = random.hard(4);
                        const std::vector<Floats> got = fused(*set, way, p, 1);
                        for (std::size_t s = 0; s < series; ++s) {
                            CHECK_SAME_BITS(got[s], by_pieces(kernels::scalar_kernels, way, p, s));
                        }
                    }
                }
            }
        }
    }
}
