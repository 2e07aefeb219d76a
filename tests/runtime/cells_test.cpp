// SPDX-License-Identifier: MIT
// RNN, LSTM and GRU with every attribute: against the double reference, and bit for bit against themselves.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "reference/evaluate.h"
#include "support/session.h"
#include "support/step_model.h"
#include "verify/run_model.h"

namespace cells_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

Function random_function(Random& random) {
    const UnaryKind kind = static_cast<UnaryKind>(random.between(0, 10));
    Function f{kind, 0, 0};
    auto value = [&](double low, double high) {
        return static_cast<double>(
            static_cast<float>(low + (high - low) * static_cast<double>(random.between(0, 1000)) / 1000));
    };
    switch (kind) {
        case UnaryKind::affine:
            f.alpha = value(0.1, 0.5), f.beta = value(-0.3, 0.3);
            break;
        case UnaryKind::leaky_relu:
            f.alpha = value(0.01, 0.3);
            break;
        case UnaryKind::thresholded_relu:
            f.alpha = value(0.1, 0.5);
            break;
        case UnaryKind::scaled_tanh:
            f.alpha = value(0.5, 1.5), f.beta = value(0.5, 1.2);
            break;
        case UnaryKind::hard_sigmoid:
            f.alpha = value(0.1, 0.3), f.beta = value(0.3, 0.6);
            break;
        case UnaryKind::elu:
            f.alpha = value(0.5, 1.5);
            break;
        default:
            break;
    }
    return f;
}

void set_functions(RecurrentCase& c, Random& random, bool usual) {
    for (int d = 0; d < c.op.directions(); ++d) {
        for (Function f : usual_functions(c.op.cell)) { c.op.functions.push_back(usual ? f : random_function(random)); }
    }
}

RecurrentCase random_case(Random& random) {
    RecurrentCase c;
    c.op.cell = static_cast<CellKind>(random.between(0, 2));
    c.op.direction = static_cast<DirectionKind>(random.between(0, 2));
    c.op.hidden = random.between(1, 67);
    c.op.clip = random.between(0, 3) == 0 ? 0.5 : 0;
    c.op.linear_before_reset = random.coin();
    c.op.input_forget = c.op.cell == CellKind::lstm && random.between(0, 3) == 0;
    c.op.x_batch_first = random.coin();
    c.op.y_order = static_cast<YOrder>(random.between(0, 2));
    c.op.state_batch_first = random.coin();
    c.steps = random.between(1, 7);
    c.batch = random.between(1, 3);
    c.inputs = random.between(1, 19);
    if (random.between(0, 3) == 0) {  // W's part is made for several steps at once
        c.steps = random.between(2, 19);
        c.inputs = random.between(20, 70);
    }
    c.bias = random.between(0, 3) != 0;
    c.peepholes = random.between(0, 2) == 0;
    c.initial_h = random.coin();
    c.initial_c = random.coin();
    c.lengths = random.between(0, 2) == 0;
    const std::int64_t outputs = random.between(1, 7);
    c.y = outputs & 1;
    c.y_h = outputs & 2;
    c.y_c = outputs & 4;
    if (c.op.cell != CellKind::lstm && !c.y && !c.y_h) { c.y = true; }
    const bool usual = random.coin();
    set_functions(c, random, usual);
    if (!usual) { c.weight_scale = 0.25; }  // unbounded functions in a loop: keep it contracting
    return c;
}

std::vector<Tensor> random_inputs(const Graph& g, const RecurrentCase& c, Random& random) {
    std::vector<Tensor> inputs;
    for (const GraphInput& in : g.inputs) {
        const Value& v = g.values[static_cast<std::size_t>(in.value)];
        if (v.type == ElementType::i32) {
            Tensor t = Tensor::zeros(ElementType::i32, v.dims->constants());
            for (auto& length : t.integers) { length = random.between(0, c.steps); }
            inputs.push_back(t);
        } else {
            inputs.push_back(random.tensor(v.dims->constants()));
        }
    }
    return inputs;
}

double largest_error(const std::vector<Tensor>& got, const std::vector<Tensor>& want) {
    REQUIRE(got.size() == want.size());
    double error = 0;
    for (std::size_t o = 0; o < want.size(); ++o) {
        REQUIRE(got[o].dims == want[o].dims);
        for (std::size_t i = 0; i < want[o].reals.size(); ++i) {
            const double d = std::fabs(got[o].reals[i] - want[o].reals[i]) / std::max(1.0, std::fabs(want[o].reals[i]));
            error = std::max(error, std::isfinite(d) ? d : 1e9);
        }
    }
    return error;
}

double largest(const std::vector<Tensor>& tensors) {
    double most = 0;
    for (const Tensor& t : tensors) {
        for (double v : t.reals) { most = std::max(most, std::fabs(v)); }
    }
    return most;
}

}  // namespace

TEST_CASE("every attribute of RNN, LSTM and GRU agrees with the double reference") {
    double worst = 0;
    int exploded = 0;
    for (std::uint32_t seed = 0; seed < 600; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const RecurrentCase c = random_case(random);
        const Graph graph = recurrent_graph(c, random);
        const std::vector<Tensor> inputs = random_inputs(graph, c, random);
        std::vector<Tensor> no_states;
        const std::vector<Tensor> want = evaluate(graph, inputs, no_states);
        if (largest(want) > 1e6) {  // an unbounded function in its own loop
            ++exploded;
            continue;
        }
        ModelRunner runner(file_of(graph));
        const double error = largest_error(runner.run(inputs), want);
        // At most 19 steps, each a sum of up to 137 products near 1: some 150 roundings of 6e-8.
        CHECK(error < 2e-5);
        worst = std::max(worst, error);
    }
    CHECK(exploded < 6);
    MESSAGE("largest error of 600 random cells: ", worst);
}

TEST_CASE("all kernels give the same bits for every attribute, NaN and infinities among the inputs") {
    for (std::uint32_t seed = 1000; seed < 1200; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const RecurrentCase c = random_case(random);
        const Graph graph = recurrent_graph(c, random);
        std::vector<Tensor> inputs = random_inputs(graph, c, random);
        if (seed % 2 == 0) {
            const double strange[] = {NAN, INFINITY, -INFINITY, 1e38, -1e38, 1e-40, 1e-30};
            auto& x = inputs.front().reals;
            x[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(x.size()) - 1))] =
                strange[random.between(0, 6)];
        }
        const std::vector<std::uint8_t> file = file_of(graph);
        std::vector<std::vector<std::uint32_t>> first;
        for (const std::string& name : kernel_names()) {
            CAPTURE(name);
            TestSession session(file, name);
            for (std::size_t i = 0; i < inputs.size(); ++i) {
                if (inputs[i].is_real()) {
                    session.set(i, floats(inputs[i]));
                } else {
                    session.set(i, std::vector<std::int32_t>(inputs[i].integers.begin(), inputs[i].integers.end()));
                }
            }
            REQUIRE(session.run() == TG_OK);
            std::vector<std::vector<std::uint32_t>> all;
            for (std::size_t o = 0; o < graph.outputs.size(); ++o) { all.push_back(bits(session.output(o))); }
            if (first.empty()) { first = all; }
            CHECK(all == first);
        }
    }
}

TEST_CASE("the fused cells give the bits of the general ones") {
    for (std::int64_t hidden = 1; hidden <= 67; ++hidden) {
        for (CellKind cell : {CellKind::lstm, CellKind::gru}) {
            for (bool before_reset : {false, true}) {
                CAPTURE(hidden);
                RecurrentCase c = plain_case(cell, hidden, 1 + hidden % 9);
                c.op.linear_before_reset = before_reset;
                std::vector<std::vector<std::uint32_t>> outputs;
                for (double clip : {0.0, 1e30}) {  // a clip that never acts asks for the general cell
                    Random same(7);
                    c.op.clip = clip;
                    const Graph graph = recurrent_graph(c, same);
                    TestSession session(file_of(graph));
                    Random data(11);
                    const std::vector<Tensor> inputs = random_inputs(graph, c, data);
                    for (std::size_t i = 0; i < inputs.size(); ++i) { session.set(i, floats(inputs[i])); }
                    REQUIRE(session.run() == TG_OK);
                    outputs.push_back(bits(session.output(0)));
                }
                CHECK(outputs[0] == outputs[1]);
            }
        }
    }
}

TEST_CASE("stepping with states in the session equals the whole sequence, bit for bit") {
    for (CellKind cell : {CellKind::rnn, CellKind::lstm, CellKind::gru}) {
        for (std::int64_t hidden : {1, 5, 16, 20, 31, 64}) {
            CAPTURE(hidden);
            RecurrentCase c =
                plain_case(cell, hidden, hidden % 2 == 0 ? 70 : 6);  // with and without sums of many steps
            c.steps = 19;
            c.y_h = c.y_c = true;
            Random whole_weights(5), step_weights(5), data(6);
            const Graph whole = recurrent_graph(c, whole_weights);
            TestSession all(file_of(whole));
            const std::vector<float> x = floats(data.tensor({c.steps, 1, c.inputs}));
            all.set(0, x);
            REQUIRE(all.run() == TG_OK);
            const std::vector<float> want = all.output(0);

            TestSession one(file_of(step_graph(c, step_weights)));
            std::vector<float> got;
            for (std::size_t t = 0; t < 19; ++t) {
                const std::size_t n = static_cast<std::size_t>(c.inputs);
                one.set(0, std::vector<float>(x.begin() + static_cast<long>(t * n),
                                              x.begin() + static_cast<long>((t + 1) * n)));
                REQUIRE(one.run() == TG_OK);
                for (float v : one.output(0)) { got.push_back(v); }
            }
            CHECK(bits(got) == bits(want));
        }
    }
}

TEST_CASE("a batch equals its series run alone, bit for bit") {
    for (CellKind cell : {CellKind::rnn, CellKind::lstm, CellKind::gru}) {
        Random data(8);
        RecurrentCase c = plain_case(cell, 21, 5);
        c.op.x_batch_first = true;
        c.op.y_order = YOrder::batch_time_direction;
        c.initial_h = c.initial_c = false;
        c.steps = 6;
        c.batch = 4;
        Random batch_weights(5);
        const Graph batch_graph = recurrent_graph(c, batch_weights);
        TestSession batch(file_of(batch_graph));
        const std::vector<float> x = floats(data.tensor({4, 6, 5}));
        batch.set(0, x);
        REQUIRE(batch.run() == TG_OK);
        const std::vector<float> want = batch.output(0);
        c.batch = 1;
        Random single_weights(5);
        const Graph single_graph = recurrent_graph(c, single_weights);
        TestSession single(file_of(single_graph));
        std::vector<float> got;
        for (long b = 0; b < 4; ++b) {
            single.set(0, std::vector<float>(x.begin() + b * 30, x.begin() + (b + 1) * 30));
            REQUIRE(single.run() == TG_OK);
            for (float v : single.output(0)) { got.push_back(v); }
        }
        CHECK(bits(got) == bits(want));
    }
}

}  // namespace cells_test
