// SPDX-License-Identifier: MIT
// What each operator becomes: how many steps, which views, who owns which buffer.
#include <set>

#include "lower_support.h"

namespace tidegate::lower_steps_test {
namespace {

using namespace test;
using Kinds = std::vector<std::string>;

const ProgramTensor& output_tensor(const Program& program, std::size_t i) {
    return program.tensors[static_cast<std::size_t>(program.outputs[i].tensor)];
}

/// A step that reads `id` as its own output, so that the value itself is not the graph's output.
ValueId then_relu(GraphMaker& m, ValueId id) {
    return m.node(Unary{{UnaryKind::relu}}, {id}, m.graph.values[static_cast<std::size_t>(id)].dims->constants());
}

}  // namespace

TEST_CASE("operators that only rename axes become views") {
    GraphMaker m;
    const ValueId x = m.input("x", {2, 3, 1});
    const ValueId squeezed = m.node(Squeeze{}, {x, m.integers({2})}, {2, 3});
    const ValueId row = m.node(Unsqueeze{}, {squeezed, m.integers({0})}, {1, 2, 3});
    const ValueId moved = m.node(Transpose{{1, 0, 2}}, {row}, {2, 1, 3});  // an extent of 1 moves: no element does
    const ValueId flat = m.node(Flatten{0}, {moved}, {1, 6});
    const ValueId same = m.node(Identity{}, {flat}, {1, 6});
    m.output(then_relu(m, m.node(Reshape{}, {same, m.integers({6})}, {6})));
    const Program program = m.lowered();
    CHECK(kinds(program) == Kinds{"unary"});
    CHECK(program.tensors[static_cast<std::size_t>(program.steps[0].inputs[0])].dims == Dims{6});
}

TEST_CASE("contiguous parts are views at their offset, others one Slice each") {
    GraphMaker m;
    const ValueId x = m.input("x", {4, 6});
    const auto rows = m.split(0, x, m.integers({1, 3}), {{1, 6}, {3, 6}});
    const auto cols = m.split(1, x, kNone, {{4, 3}, {4, 3}});
    for (const ValueId id : {rows[0], rows[1], cols[0], cols[1]}) { m.output(then_relu(m, id)); }
    const Program program = m.lowered();
    CHECK(kinds(program) == Kinds{"slice", "slice", "unary", "unary", "unary", "unary"});
    const auto& second = program.tensors[static_cast<std::size_t>(program.steps[3].inputs[0])];
    CHECK(second.offset == 6 * sizeof(float));
    CHECK(second.dims == Dims{3, 6});
    CHECK(std::get<step::Slice>(program.steps[1].params).starts == Extents{0, 3});
}

TEST_CASE("a part off a multiple of 4 bytes is sliced, not viewed") {
    for (const std::int64_t start : {1, 4}) {
        GraphMaker m;
        const ValueId x = m.input("x", {8}, ElementType::u8);
        const ValueId part = m.node(Slice{}, {x, m.integers({start}), m.integers({start + 2})}, {2}, ElementType::u8);
        m.output(m.node(Cast{ElementType::f32}, {part}, {2}));
        CHECK(kinds(m.lowered()) == (start == 4 ? Kinds{"cast"} : Kinds{"slice", "cast"}));
    }
}

TEST_CASE("a Gather of one constant index is a part, of several a Gather, and a constant index outside is refused") {
    for (const std::int64_t index : {-1, 0, 4, 5, -6}) {
        GraphMaker m;
        const ValueId x = m.input("x", {5, 2, 3});
        const ValueId scalar = m.constant(Tensor::of_i64({}, {index}));
        m.output(then_relu(m, m.node(Gather{0}, {x, scalar}, {2, 3})));
        if (index > 4 || index < -5) {
            CHECK(contains(complaint([&] { m.lowered(); }), "index " + std::to_string(index) + " is outside axis 0"));
            continue;
        }
        const Program program = m.lowered();
        CHECK(kinds(program) == Kinds{"unary"});
        const auto offset = static_cast<std::uint64_t>(index < 0 ? index + 5 : index) * 6 * sizeof(float);
        CHECK(program.tensors[static_cast<std::size_t>(program.steps[0].inputs[0])].offset == offset);
    }
    GraphMaker m;
    m.output(m.node(Gather{1}, {m.input("x", {2, 5}), m.integers({4, -5})}, {2, 2}));
    CHECK(kinds(m.lowered()) == Kinds{"gather"});
}

TEST_CASE("Gather indices from the graph's inputs get the range of the axis; two readers get what both allow") {
    GraphMaker m;
    const ValueId x = m.input("x", {5, 3});
    const ValueId i = m.input("i", {2}, ElementType::i64);
    m.output(m.node(Gather{0}, {x, i}, {2, 3}));
    m.output(m.node(Gather{1}, {x, i}, {5, 2}));
    const Program program = m.lowered();
    REQUIRE(program.ranges.size() == 1);
    CHECK(program.ranges[0].tensor == program.inputs[1].tensor);
    CHECK(program.ranges[0].kind == RangeKind::index);
    CHECK(program.ranges[0].extent == 3);
}

TEST_CASE("MatMul with constant weights, the Add behind it and what lies between are one Dense") {
    Random random(21);
    for (const bool swapped : {false, true}) {
        GraphMaker m;
        const ValueId x = m.input("x", {2, 3, 4});
        const ValueId product = m.node(MatMul{}, {x, m.constant(random.tensor({4, 5}))}, {2, 3, 5});
        const ValueId row = m.constant(random.tensor({5}));
        m.output(m.node(Binary{BinaryKind::add}, swapped ? std::vector{row, product} : std::vector{product, row},
                        {2, 3, 5}));
        const Program program = m.lowered();
        CHECK(kinds(program) == Kinds{"dense"});
        const ProgramMatrix& matrix = std::get<step::Dense>(program.steps[0].params).matrix;
        CHECK(matrix.units == 5);
        CHECK(matrix.input_cols == 4);
        CHECK(matrix.bias[4] == static_cast<float>(m.graph.constant(row)->reals[4]));
    }
}

TEST_CASE("an Add stays a step of its own when the product is read elsewhere or the constant is more than a row") {
    Random random(22);
    GraphMaker shared;
    const ValueId product =
        shared.node(MatMul{}, {shared.input("x", {3, 4}), shared.constant(random.tensor({4, 5}))}, {3, 5});
    shared.output(shared.node(Binary{BinaryKind::add}, {product, shared.constant(random.tensor({5}))}, {3, 5}));
    shared.output(then_relu(shared, product));
    CHECK(kinds(shared.lowered()) == Kinds{"dense", "binary", "unary"});

    for (const Dims& dims : {Dims{3, 5}, Dims{3, 1}, Dims{2, 1, 5}}) {
        GraphMaker m;
        const ValueId y = m.node(MatMul{}, {m.input("x", {3, 4}), m.constant(random.tensor({4, 5}))}, {3, 5});
        const Dims sum = dims.size() == 3 ? Dims{2, 3, 5} : Dims{3, 5};
        m.output(m.node(Binary{BinaryKind::add}, {y, m.constant(random.tensor(dims))}, sum));
        CHECK(kinds(m.lowered()) == Kinds{"dense", "binary"});
    }
    for (const Dims& dims : {Dims{}, Dims{1}, Dims{1, 5}}) {
        GraphMaker m;
        const ValueId y = m.node(MatMul{}, {m.input("x", {3, 4}), m.constant(random.tensor({4, 5}))}, {3, 5});
        m.output(m.node(Binary{BinaryKind::add}, {y, m.constant(random.tensor(dims))}, {3, 5}));
        CHECK(kinds(m.lowered()) == Kinds{"dense"});
    }
}

TEST_CASE("every input, output and state has a buffer of its own; a next state may lie in an output's") {
    GraphMaker m;
    const ValueId x = m.input("x", {2, 3});
    const ValueId h = m.state_input("h", {2, 3});
    const ValueId kept = m.state_input("kept", {4});
    const ValueId y = m.node(Binary{BinaryKind::add}, {x, h}, {2, 3});
    m.output(x);                                                                 // an input
    m.output(m.constant(Tensor::of({2}, {1, 2})));                               // a constant
    m.output(m.node(Reshape{}, {x, m.integers({6})}, {6}));                      // a view of an input
    m.output(y);                                                                 // its own
    m.output(y);                                                                 // the same twice
    m.output(m.node(Gather{0}, {y, m.constant(Tensor::of_i64({}, {1}))}, {3}));  // a part of another
    m.output(h);                                                                 // a state as it was
    m.state(h, y);                                                               // also an output: read there
    m.state(kept, kept);                                                         // passes through
    const Program program = m.lowered();
    std::set<BufferId> owned;
    const auto own = [&](TensorId id) {
        const ProgramTensor& t = program.tensors[static_cast<std::size_t>(id)];
        CHECK_FALSE(t.constant);
        CHECK(t.offset == 0);
        CHECK(owned.insert(t.buffer).second);
    };
    for (const ProgramPort& port : program.inputs) { own(port.tensor); }
    for (const ProgramPort& port : program.outputs) { own(port.tensor); }
    for (const ProgramState& state : program.states) {
        own(state.input);
        const ProgramTensor& next = program.tensors[static_cast<std::size_t>(state.output)];
        CHECK_FALSE(next.constant);
        CHECK(std::ranges::none_of(program.states, [&](const ProgramState& other) {
            return program.tensors[static_cast<std::size_t>(other.input)].buffer == next.buffer;
        }));
    }
    CHECK(program.states[0].output == program.outputs[3].tensor);
    CHECK(kinds(program) == Kinds{"binary", "expand", "expand", "expand", "expand", "expand", "expand", "expand"});
    CHECK(output_tensor(program, 2).dims == Dims{6});
    CHECK(output_tensor(program, 5).dims == Dims{3});
}

TEST_CASE("names, states and shapes that the format cannot hold are refused") {
    const auto refusal = [](auto make) {
        GraphMaker m;
        make(m);
        return complaint([&] { lower(m.graph, std::nullopt); });
    };
    const auto relu_of = [](GraphMaker& m, const Dims& dims) {
        m.output(m.node(Unary{{UnaryKind::relu}}, {m.input("x", dims)}, dims));
    };
    CHECK(refusal([&](GraphMaker& m) { relu_of(m, {1, 1, 1, 1, 1, 1, 1, 2}); }).empty());
    CHECK(contains(refusal([&](GraphMaker& m) { relu_of(m, {1, 1, 1, 1, 1, 1, 1, 1, 2}); }), "more than 8 axes"));
    CHECK(contains(refusal([&](GraphMaker& m) { relu_of(m, {2, 0}); }), "has no elements"));
    CHECK(contains(refusal([&](GraphMaker& m) { relu_of(m, {1 << 16, 1 << 16}); }), "more than"));
    CHECK(contains(refusal([&](GraphMaker& m) {
                       relu_of(m, {2});
                       m.graph.outputs[0].name = "";
                   }),
                   "a name has 1 to"));
    CHECK(contains(refusal([&](GraphMaker& m) {
                       relu_of(m, {2});
                       m.graph.outputs.push_back(m.graph.outputs[0]);
                   }),
                   "'out_0' exists twice"));
    CHECK(contains(refusal([&](GraphMaker& m) {
                       const ValueId h = m.state_input("h", {2, 3});
                       m.state(h, m.node(Reshape{}, {h, m.integers({3, 2})}, {3, 2}));
                   }),
                   "input 'h' is f32[2, 3]"));
    CHECK(contains(refusal([&](GraphMaker& m) {
                       m.output(
                           m.node(ConstantOfShape{Tensor::of({1}, {0})}, {m.input("x", {1}, ElementType::i64)}, {2}));
                   }),
                   "bind the dimensions with --dim"));
}

}  // namespace tidegate::lower_steps_test
