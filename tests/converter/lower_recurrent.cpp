// SPDX-License-Identifier: MIT
// Gate order, joined biases and the refusals of recurrent nodes. The oracle is the reference on the ONNX side and, on
// ours, the equations of kernels.h written over the lowered matrices.
#include "lower_support.h"

namespace tidegate::lower_recurrent_test {
namespace {

using namespace test;

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

/// bias + W x + R h of row (gate, unit) of a lowered matrix.
double row_sum(const ProgramMatrix& m, std::uint32_t gate, std::uint32_t unit, const double* x, const double* h) {
    const std::size_t row = std::size_t{gate} * m.units + unit, cols = m.input_cols + m.state_cols;
    double sum = m.bias[row];
    for (std::size_t k = 0; k < m.input_cols; ++k) { sum += static_cast<double>(m.weights[row * cols + k]) * x[k]; }
    for (std::size_t k = 0; k < m.state_cols; ++k) {
        sum += static_cast<double>(m.weights[row * cols + m.input_cols + k]) * h[k];
    }
    return sum;
}

struct CellState {
    std::vector<double> h, c;
};

/// Gates input, forget, cell, output; peepholes input, output, forget.
void lstm_step(const ProgramDirection& d, const double* x, CellState& s) {
    const CellState old = s;
    const std::size_t H = s.h.size();
    for (std::size_t u = 0; u < H; ++u) {
        const auto sum = [&](std::uint32_t gate) {
            return row_sum(d.gates, gate, static_cast<std::uint32_t>(u), x, old.h.data());
        };
        const auto peep = [&](std::size_t part, double c) {
            return d.peepholes.empty() ? 0.0 : static_cast<double>(d.peepholes[part * H + u]) * c;
        };
        const double i = sigmoid(sum(0) + peep(0, old.c[u])), f = sigmoid(sum(1) + peep(2, old.c[u]));
        s.c[u] = f * old.c[u] + i * std::tanh(sum(2));
        s.h[u] = sigmoid(sum(3) + peep(1, s.c[u])) * std::tanh(s.c[u]);
    }
}

void gru_step(const ProgramDirection& d, bool linear_before_reset, const double* x, CellState& s) {
    const std::vector<double> h = s.h;
    const auto units = static_cast<std::uint32_t>(h.size());
    std::vector<double> z(units), r(units), rh(units);
    for (std::uint32_t u = 0; u < units; ++u) {
        z[u] = sigmoid(row_sum(d.gates, 0, u, x, h.data()));
        r[u] = sigmoid(row_sum(d.gates, 1, u, x, h.data()));
        rh[u] = r[u] * h[u];
    }
    for (std::uint32_t u = 0; u < units; ++u) {
        const double of_input = row_sum(*d.candidate_input, 0, u, x, nullptr);
        const double of_state = linear_before_reset ? r[u] * row_sum(*d.candidate_state, 0, u, h.data(), nullptr)
                                                    : row_sum(*d.candidate_state, 0, u, rh.data(), nullptr);
        s.h[u] = z[u] * h[u] + (1 - z[u]) * std::tanh(of_input + of_state);
    }
}

const step::Recurrent& only_recurrent(const Program& program) {
    REQUIRE(program.steps.size() == 1);
    return std::get<step::Recurrent>(program.steps[0].params);
}

/// Steps the lowered matrices over the reference's own inputs and compares every Y: the last bits of rounding B apart,
/// both sides are double.
double distance_of_equations(const RecurrentCase& c, Random& random) {
    const Graph graph = recurrent_graph(c, random);
    const Program program = lower(graph, std::nullopt);
    const step::Recurrent& lowered = only_recurrent(program);
    const std::vector<Tensor> inputs = random_inputs(graph, program, random);
    std::vector<Tensor> states;
    const Tensor y = evaluate(graph, inputs, states).front();  // [T, D, 1, H]
    const auto H = static_cast<std::size_t>(c.op.hidden), D = lowered.directions.size();
    double largest = 0;
    for (std::size_t d = 0; d < D; ++d) {
        CellState s{std::vector<double>(H), std::vector<double>(H)};
        for (std::size_t u = 0; u < H; ++u) {
            s.h[u] = inputs[1].reals[d * H + u];
            if (c.op.cell == CellKind::lstm) { s.c[u] = inputs[2].reals[d * H + u]; }
        }
        const ProgramDirection& direction = lowered.directions[d];
        for (std::int64_t n = 0; n < c.steps; ++n) {
            const auto t = static_cast<std::size_t>(direction.reverse ? c.steps - 1 - n : n);
            const double* x = inputs[0].reals.data() + t * static_cast<std::size_t>(c.inputs);
            c.op.cell == CellKind::lstm ? lstm_step(direction, x, s)
                                        : gru_step(direction, lowered.linear_before_reset, x, s);
            for (std::size_t u = 0; u < H; ++u) {
                largest = std::max(largest, std::fabs(s.h[u] - y.reals[(t * D + d) * H + u]));
            }
        }
    }
    return largest;
}

constexpr double kBiasRounding = 2e-6;  // b = Wb + Rb is rounded to float once per gate, over five steps

}  // namespace

TEST_CASE("LSTM gates i, o, f, c become input, forget, cell, output, peepholes and both directions included") {
    Random random(11);
    for (const DirectionKind direction :
         {DirectionKind::forward, DirectionKind::reverse, DirectionKind::bidirectional}) {
        for (const bool peepholes : {false, true}) {
            RecurrentCase c = plain_case(CellKind::lstm, random.between(1, 9), direction);
            c.peepholes = peepholes;
            CHECK(distance_of_equations(c, random) < kBiasRounding);
        }
    }
}

TEST_CASE("GRU gates z, r become update, reset, and the candidate's biases join only without linear_before_reset") {
    Random random(12);
    for (const bool linear_before_reset : {false, true}) {
        for (const DirectionKind direction : {DirectionKind::forward, DirectionKind::bidirectional}) {
            RecurrentCase c = plain_case(CellKind::gru, random.between(1, 9), direction);
            c.op.linear_before_reset = linear_before_reset;
            CHECK(distance_of_equations(c, random) < kBiasRounding);
            const Graph graph = recurrent_graph(c, random);
            const Program program = lower(graph, std::nullopt);
            for (const float bias : only_recurrent(program).directions[0].candidate_state->bias) {
                CHECK((bias == 0) == !linear_before_reset);
            }
        }
    }
}

TEST_CASE("a bias is the sum of Wb and Rb, rounded to float once") {
    Random random(13);
    const Graph graph = recurrent_graph(plain_case(CellKind::rnn, 7), random);
    const Program program = lower(graph, std::nullopt);
    const std::vector<double>& B = graph.constant(graph.nodes[0].inputs[3])->reals;
    for (std::size_t u = 0; u < 7; ++u) {
        CHECK(only_recurrent(program).directions[0].gates.bias[u] == static_cast<float>(B[u] + B[7 + u]));
    }
}

TEST_CASE("unwanted outputs are not made and full sequence_lens vanish") {
    Random random(14);
    RecurrentCase c = plain_case(CellKind::lstm, 3);
    c.y = false;
    Graph graph = recurrent_graph(c, random);
    graph.nodes[0].inputs[4] = graph.add_constant("lengths", Tensor{ElementType::i32, {1}, {}, {c.steps}});
    const Program program = lower(graph, std::nullopt);
    CHECK(program.steps[0].outputs[0] == -1);
    CHECK(program.steps[0].outputs[1] >= 0);
    CHECK(program.steps[0].inputs[1] == -1);
    CHECK(program.steps[0].inputs.size() == 4);
}

TEST_CASE("sequence_lens from the graph's inputs get the range 0 to T, also through a Cast") {
    Random random(15);
    RecurrentCase c = plain_case(CellKind::gru, 3);
    c.lengths = true;
    Graph graph = recurrent_graph(c, random);
    Program program = lower(graph, std::nullopt);
    REQUIRE(program.ranges.size() == 1);
    CHECK(program.ranges[0].tensor == program.inputs[1].tensor);
    CHECK(program.ranges[0].kind == RangeKind::length);
    CHECK(program.ranges[0].extent == c.steps);

    const ValueId lengths = graph.nodes[0].inputs[4];
    graph.values[static_cast<std::size_t>(lengths)].type = ElementType::i64;
    const ValueId cast = graph.add_value("cast", ElementType::i32, Dims{c.batch});
    graph.nodes[0].inputs[4] = cast;
    graph.nodes.insert(graph.nodes.begin(), {"to_i32", Cast{ElementType::i32}, {lengths}, {cast}});
    program = lower(graph, std::nullopt);
    REQUIRE(program.ranges.size() == 1);
    CHECK(program.ranges[0].tensor == program.inputs[1].tensor);
}

TEST_CASE("a contradiction between attributes and tensors is refused with the node and the shapes") {
    Random random(16);
    const Graph good = recurrent_graph(plain_case(CellKind::lstm, 4), random);
    const auto refusal = [&](auto change) {
        Graph graph = good;
        change(graph);
        return complaint([&] { lower(graph, std::nullopt); });
    };
    const auto replace = [](std::size_t input, Dims dims) {
        return [input, dims](Graph& g) {
            g.nodes[0].inputs[input] = g.add_constant("other", Tensor::zeros(ElementType::f32, dims));
        };
    };
    CHECK(refusal([](Graph&) {}).empty());
    CHECK(contains(refusal(replace(1, {1, 16, 4})), "node 'cell' (LSTM): W ('other') has the shape [1, 16, 4]"));
    CHECK(contains(refusal(replace(1, {1, 12, 3})), "[1, 16, 3]"));
    CHECK(contains(refusal(replace(2, {2, 16, 4})), "R ('other')"));
    CHECK(contains(refusal(replace(3, {1, 16})), "B ('other') has the shape [1, 16], but X, W and R ask for [1, 32]"));
    CHECK(contains(refusal(replace(7, {1, 8})), "P ('other')"));
    CHECK(contains(refusal([](Graph& g) { std::get<Recurrent>(g.nodes[0].op).hidden = 5; }), "hidden_size is 5"));
    CHECK(contains(refusal([](Graph& g) { std::get<Recurrent>(g.nodes[0].op).functions.pop_back(); }),
                   "2 activations for 1 direction(s); 3 each"));
    CHECK(contains(refusal([](Graph& g) {
                       g.nodes[0].inputs[4] = g.add_constant("l", Tensor{ElementType::i32, {1}, {}, {6}});
                   }),
                   "sequence_lens holds 6; 0 to 5"));
    CHECK(contains(refusal([](Graph& g) {
                       const ValueId w = g.nodes[0].inputs[1];
                       g.values[static_cast<std::size_t>(w)].constant = nullptr;
                       g.values[static_cast<std::size_t>(w)].dims = Dims{1, 16, 3};
                       g.inputs.push_back({w, {}, true});
                   }),
                   "W ('W') is not constant; freeze it with --fix-input W=FILE.npy"));
}

TEST_CASE("weights that are not finite are refused by their name, subnormal ones become zero") {
    Random random(17);
    const Graph good = recurrent_graph(plain_case(CellKind::gru, 2), random);
    for (const std::size_t input : {1U, 2U, 3U}) {
        const ValueId id = good.nodes[0].inputs[input];
        const std::string name = good.values[static_cast<std::size_t>(id)].name;
        for (const double bad : {static_cast<double>(NAN), static_cast<double>(INFINITY), 1e39}) {
            Graph graph = good;
            Tensor tensor = *good.constant(id);
            tensor.reals[1] = bad;
            graph.values[static_cast<std::size_t>(id)].constant = std::make_shared<const Tensor>(tensor);
            CHECK(contains(complaint([&] { lower(graph, std::nullopt); }), "the weights '" + name + "' hold"));
        }
    }
    Graph graph = good;
    Tensor W = *good.constant(good.nodes[0].inputs[1]);
    W.reals[0] = -1e-39;
    W.reals[1] = 1.1754943508222875e-38;  // 2^-126, the smallest that stays
    graph.values[static_cast<std::size_t>(good.nodes[0].inputs[1])].constant = std::make_shared<const Tensor>(W);
    const Program program = lower(graph, std::nullopt);
    const std::vector<float>& weights = only_recurrent(program).directions[0].gates.weights;
    CHECK(weights[0] == 0.0F);
    CHECK_FALSE(std::signbit(weights[0]));
    CHECK(weights[1] == 1.1754943508222875e-38F);
}

TEST_CASE("all problems of a graph are told at once") {
    GraphMaker m;
    const ValueId x = m.input("x", {2, 3}, ElementType::i32);
    m.output(m.node(Unary{{UnaryKind::tanh}}, {x}, {2, 3}));
    m.output(m.node(Softmax{}, {x}, {2, 3}));
    const std::string text = complaint([&] { m.lowered(); });
    CHECK(contains(text, "2 problems"));
    CHECK(contains(text, "node 'node_0' (Tanh)"));
    CHECK(contains(text, "node 'node_1' (Softmax)"));
}

TEST_CASE("Y and Y_h of a single step in one direction are one tensor") {
    for (const std::int64_t steps : {1, 2}) {
        for (const DirectionKind direction :
             {DirectionKind::forward, DirectionKind::reverse, DirectionKind::bidirectional}) {
            for (const bool batch_first : {false, true}) {
                Random random(3);
                RecurrentCase c;
                c.op.cell = CellKind::gru;
                c.op.direction = direction;
                c.op.hidden = 5;
                for (int d = 0; d < c.op.directions(); ++d) {
                    c.op.functions.push_back({UnaryKind::sigmoid, 0, 0});
                    c.op.functions.push_back({UnaryKind::tanh, 0, 0});
                }
                c.op.state_batch_first = batch_first;
                c.steps = steps;
                c.batch = 3;
                const Program program = lower(recurrent_graph(c, random), std::nullopt);
                const bool shared = steps == 1 && direction != DirectionKind::bidirectional;
                CHECK((program.steps[0].outputs[1] < 0) == shared);
                CHECK((program.steps.size() == 2) == shared);  // the second output is a copy for the caller
            }
        }
    }
}

}  // namespace tidegate::lower_recurrent_test
