// SPDX-License-Identifier: MIT
// Lowered, packed, planned, written, opened and run: the runtime's outputs against the reference in double.
#include "lower_support.h"

namespace tidegate::lower_against_reference_test {
namespace {

using namespace test;

// fp32 against double. With bounded functions: chains of under 50 roundings of 6e-8, activations of 2.5e-7. Unbounded
// ones multiply values, and so errors, from step to step.
constexpr double kRounding = 3e-6;
constexpr double kGrowingRounding = 1e-4;
constexpr double kExact = 0;

bool is_bounded(const Function& f) {
    return f.kind == UnaryKind::tanh || f.kind == UnaryKind::sigmoid || f.kind == UnaryKind::hard_sigmoid ||
           f.kind == UnaryKind::softsign || f.kind == UnaryKind::scaled_tanh;
}

Function random_function(Random& random, bool bounded) {
    constexpr UnaryKind kBounded[] = {UnaryKind::tanh, UnaryKind::sigmoid, UnaryKind::hard_sigmoid, UnaryKind::softsign,
                                      UnaryKind::scaled_tanh};
    constexpr UnaryKind kAll[] = {UnaryKind::relu,       UnaryKind::affine,   UnaryKind::leaky_relu,
                                  UnaryKind::elu,        UnaryKind::softplus, UnaryKind::thresholded_relu,
                                  UnaryKind::scaled_tanh};
    const UnaryKind kind = bounded ? kBounded[random.between(0, 4)] : kAll[random.between(0, 6)];
    // Small slopes, exact in float: a step cannot blow up. ThresholdedRelu jumps, so its threshold lies below all
    // values.
    const double alpha = kind == UnaryKind::thresholded_relu ? -64 : 0.25 * static_cast<double>(random.between(1, 3));
    return {kind, alpha, kind == UnaryKind::affine ? 0.125 : 0.5};
}

RecurrentCase random_case(Random& random) {
    RecurrentCase c;
    c.op.cell = static_cast<CellKind>(random.between(0, 2));
    c.op.direction = static_cast<DirectionKind>(random.between(0, 2));
    c.op.hidden = random.between(1, 37);
    c.op.clip = random.coin() ? 0.5 : 0;
    c.op.linear_before_reset = random.coin();
    c.op.input_forget = random.between(0, 3) == 0;
    c.op.x_batch_first = random.coin();
    c.op.state_batch_first = random.coin();
    c.op.y_order = static_cast<YOrder>(random.between(0, 2));
    const int per_direction = c.op.cell == CellKind::lstm ? 3 : c.op.cell == CellKind::gru ? 2 : 1;
    const bool standard = random.coin();
    for (int i = 0; i < per_direction * c.op.directions(); ++i) {
        const bool gate = c.op.cell != CellKind::rnn && i % per_direction == 0;
        const Function usual{gate ? UnaryKind::sigmoid : UnaryKind::tanh, 0, 0};
        c.op.functions.push_back(standard ? usual : random_function(random, gate || random.coin()));
    }
    c.steps = random.between(1, 7);
    c.batch = random.between(1, 3);
    c.inputs = random.between(1, 9);
    c.bias = random.coin();
    c.peepholes = random.coin();
    c.initial_h = random.coin();
    c.initial_c = random.coin();
    c.lengths = random.coin();
    c.y = random.coin();
    c.y_c = random.coin();
    return c;
}

}  // namespace

TEST_CASE("random recurrent nodes with all attributes compute what the reference says") {
    Random random(31);
    double largest[2] = {};
    int count[2] = {};
    constexpr int kCases = 300;
    for (int i = 0; i < kCases; ++i) {
        const RecurrentCase c = random_case(random);
        const Graph graph = recurrent_graph(c, random);
        CAPTURE(i);
        CAPTURE(to_text(graph));
        const bool bounded = std::ranges::all_of(c.op.functions, is_bounded);
        const double d = runtime_distance(graph, random);
        CHECK(d < (bounded ? kRounding : kGrowingRounding));
        largest[bounded] = std::max(largest[bounded], d);
        ++count[bounded];
    }
    MESSAGE(count[1], " nodes with bounded functions, largest error ", largest[1]);
    MESSAGE(count[0], " nodes with others, largest error ", largest[0]);
    CHECK(count[1] > 100);
}

TEST_CASE("MatMul of any ranks computes what the reference says") {
    Random random(32);
    struct Shapes {
        Dims a, b, y;
    };
    const Shapes shapes[] = {{{3, 4}, {4, 5}, {3, 5}},
                             {{4}, {4, 5}, {5}},
                             {{3, 4}, {4}, {3}},
                             {{4}, {4}, {}},
                             {{2, 3, 4}, {4, 5}, {2, 3, 5}},
                             {{2, 3, 4}, {1, 4, 5}, {2, 3, 5}},
                             {{3, 4}, {1, 1, 4, 5}, {1, 1, 3, 5}},
                             {{2, 3, 4}, {2, 4, 5}, {2, 3, 5}},
                             {{2, 1, 3, 4}, {3, 4, 2}, {2, 3, 3, 2}},
                             {{4}, {2, 4, 5}, {2, 5}},
                             {{2, 3, 4}, {4}, {2, 3}}};
    for (const Shapes& s : shapes) {
        for (const bool constant : {false, true}) {
            CAPTURE(to_text(s.a) + " x " + to_text(s.b));
            CAPTURE(constant);
            GraphMaker m;
            const ValueId a = m.input("a", s.a);
            const ValueId b = constant ? m.constant(random.tensor(s.b)) : m.input("b", s.b);
            m.output(m.node(MatMul{}, {a, b}, s.y));
            CHECK(runtime_distance(m.graph, random) < kRounding);
        }
    }
}

TEST_CASE("Gemm with every mix of transposes, factors and constant operands computes what the reference says") {
    Random random(33);
    const Dims c_shapes[] = {{}, {1}, {5}, {1, 5}, {3, 1}, {3, 5}};
    int cases = 0;
    for (int bits = 0; bits < 64; ++bits) {
        const bool ta = bits & 1, tb = bits & 2, b_constant = bits & 4, c_constant = bits & 8;
        for (const Dims& c_dims : c_shapes) {
            GraphMaker m;
            const Gemm op{bits & 16 ? 0.5 : 1, bits & 32 ? -2.0 : 1, ta, tb};
            const Dims b_dims = tb ? Dims{5, 4} : Dims{4, 5};
            const ValueId a = m.input("a", ta ? Dims{4, 3} : Dims{3, 4});
            const ValueId b = b_constant ? m.constant(random.tensor(b_dims)) : m.input("b", b_dims);
            const ValueId c = c_constant ? m.constant(random.tensor(c_dims)) : m.input("c", c_dims);
            m.output(m.node(op, {a, b, c}, {3, 5}));
            CAPTURE(to_text(m.graph));
            CHECK(runtime_distance(m.graph, random, 1) < kRounding);
            ++cases;
        }
    }
    CHECK(cases == 384);
    GraphMaker m;
    m.output(m.node(Gemm{2, 1, false, false}, {m.input("a", {3, 4}), m.constant(random.tensor({4, 5}))}, {3, 5}));
    CHECK(runtime_distance(m.graph, random) < kRounding);
}

TEST_CASE("Softmax over every axis computes what the reference says") {
    Random random(34);
    for (const Dims& dims : {Dims{7}, Dims{3, 4}, Dims{2, 3, 4}, Dims{2, 5, 1}}) {
        for (std::int64_t axis = -static_cast<std::int64_t>(dims.size()); axis < static_cast<std::int64_t>(dims.size());
             ++axis) {
            for (const bool log : {false, true}) {
                GraphMaker m;
                m.output(m.node(Softmax{axis, log}, {m.input("x", dims)}, dims));
                CAPTURE(to_text(m.graph));
                CHECK(runtime_distance(m.graph, random) < kRounding);
            }
        }
    }
}

TEST_CASE("moves of elements are exact: Slice, Split, Gather, Transpose, Concat, Expand and their chains") {
    Random random(35);
    GraphMaker m;
    const ValueId x = m.input("x", {3, 4, 5});
    const ValueId i = m.input("i", {2, 2}, ElementType::i64);
    m.output(m.node(Slice{}, {x, m.integers({-1, 3}), m.integers({-4, 0}), m.integers({0, 2}), m.integers({-1, -2})},
                    {3, 4, 2}));
    m.output(m.node(Slice{}, {x, m.integers({1}), m.integers({3})}, {2, 4, 5}));
    const auto parts = m.split(1, x, m.integers({1, 3}), {{3, 1, 5}, {3, 3, 5}});
    m.output(parts[0]);
    const ValueId moved = m.node(Transpose{{2, 0, 1}}, {parts[1]}, {5, 3, 3});
    m.output(moved);
    m.output(m.node(Gather{1}, {x, i}, {3, 2, 2, 5}));
    m.output(m.node(Gather{0}, {moved, m.integers({-1, 2, 2})}, {3, 3, 3}));
    m.output(m.node(Concat{1}, {x, parts[0], x}, {3, 9, 5}));
    m.output(m.node(Expand{}, {parts[0], m.integers({2, 3, 2, 5})}, {2, 3, 2, 5}));
    m.output(m.node(Cast{ElementType::f32}, {i}, {2, 2}));
    m.output(m.node(Reshape{},
                    {m.node(Gather{0}, {x, m.constant(Tensor::of_i64({1}, {2}))}, {1, 4, 5}), m.integers({20})}, {20}));
    m.output(x);
    CHECK(runtime_distance(m.graph, random, 5) == kExact);
}

TEST_CASE("elementwise operators broadcast like the reference, integers exactly") {
    Random random(36);
    for (const BinaryKind kind : {BinaryKind::add, BinaryKind::subtract, BinaryKind::multiply, BinaryKind::divide}) {
        for (const auto& [a, b, y] :
             {std::tuple{Dims{3, 1, 5}, Dims{4, 1}, Dims{3, 4, 5}}, std::tuple{Dims{}, Dims{2, 3}, Dims{2, 3}},
              std::tuple{Dims{5}, Dims{2, 5}, Dims{2, 5}}}) {
            GraphMaker m;
            Tensor away_from_zero = random.tensor(b);
            for (double& v : away_from_zero.reals) { v = static_cast<float>(v + std::copysign(0.5, v)); }
            m.output(m.node(Binary{kind}, {m.input("a", a), m.constant(away_from_zero)}, y));
            CAPTURE(to_text(m.graph));
            CHECK(runtime_distance(m.graph, random) < 1e-6);
        }
        GraphMaker m;
        const ValueId divisor = m.constant(Tensor{ElementType::i32, {3}, {}, {2, -3, 5}});
        m.output(m.node(Binary{kind}, {m.input("n", {4, 3}, ElementType::i32), divisor}, {4, 3}, ElementType::i32));
        CHECK(runtime_distance(m.graph, random) == kExact);
    }
    for (int kind = 0; kind <= static_cast<int>(UnaryKind::softplus); ++kind) {
        GraphMaker m;
        m.output(m.node(Unary{{static_cast<UnaryKind>(kind), 0.5, 0.25}}, {m.input("x", {4, 9})}, {4, 9}));
        CAPTURE(kind);
        CHECK(runtime_distance(m.graph, random) < 1e-6);
    }
}

TEST_CASE("states carry on from run to run, from their initial values, also when they pass through or are shown") {
    Random random(37);
    GraphMaker m;
    const ValueId x = m.input("x", {1, 1, 4});
    const ValueId h = m.state_input("h", {1, 1, 3});
    const ValueId kept = m.state_input("kept", {1, 1, 3});
    const ValueId y = m.graph.add_value("y", ElementType::f32, Dims{1, 1, 1, 3});
    const ValueId h_out = m.graph.add_value("h_out", ElementType::f32, Dims{1, 1, 3});
    Recurrent op;
    op.cell = CellKind::rnn;
    op.hidden = 3;
    op.functions = {{UnaryKind::tanh, 0, 0}};
    m.graph.nodes.push_back(
        {"rnn",
         op,
         {x, m.constant(random.tensor({1, 3, 4})), m.constant(random.tensor({1, 3, 3})), kNone, kNone, h},
         {y, h_out}});
    m.output(m.node(Binary{BinaryKind::add}, {h_out, kept}, {1, 1, 3}));
    m.output(h_out);
    m.output(h);
    m.state(h, h_out);
    m.state(kept, kept);
    m.graph.states[1].initial = std::make_shared<const Tensor>(random.tensor({1, 1, 3}));
    CHECK(runtime_distance(m.graph, random, 6) < kRounding);
}

}  // namespace tidegate::lower_against_reference_test
