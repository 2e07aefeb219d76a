// SPDX-License-Identifier: MIT
// Which states are within -1..1 whatever the inputs are, and what the file says of them.
#include <doctest/doctest.h>

#include "emit/bounds.h"
#include "emit/quantize.h"
#include "lower_support.h"

namespace tidegate::emit_bounds_test {
namespace {

/// One step of a cell with its states in the session.
struct Stepping {
    test::Random random{1};
    test::RecurrentCase c;
    explicit Stepping(CellKind cell) : c(test::plain_case(cell, 6)) { c.steps = 1; }

    Program program(bool linked, double initial = 0) {
        Graph graph = test::recurrent_graph(c, random);
        if (linked) { link(graph, initial); }
        check(graph);
        return lower(graph, std::nullopt);
    }
    /// initial_h and initial_c become states that take Y_h and Y_c.
    static void link(Graph& graph, double initial) {
        const Node& node = graph.nodes.front();
        for (std::size_t i = 5; i <= 6; ++i) {
            if (i >= node.inputs.size() || node.inputs[i] == kNone || i - 4 >= node.outputs.size()) { continue; }
            const ValueId in = node.inputs[i], out = node.outputs[i - 4];
            std::erase_if(graph.inputs, [&](const GraphInput& input) { return input.value == in; });
            Tensor start =
                Tensor::zeros(ElementType::f32, graph.values[static_cast<std::size_t>(in)].dims->constants());
            start.reals.assign(start.reals.size(), initial);
            graph.states.push_back({i == 5 ? "h" : "c", in, out, std::make_shared<const Tensor>(start)});
        }
    }
};

const step::Recurrent& cell_of(const Program& program) { return std::get<step::Recurrent>(program.steps.at(0).params); }

Program as_int8(Program program) {
    Quantization quantization;
    quantization.form = WeightForm::i8;
    quantize(program, quantization);
    return program;
}

}  // namespace

TEST_CASE("h of cells with sigmoid and tanh is within -1..1 if its first value is; c is not") {
    for (const CellKind cell : {CellKind::lstm, CellKind::gru, CellKind::rnn}) {
        Stepping stepping(cell);
        const Program program = as_int8(stepping.program(true));
        CHECK(cell_of(program).directions[0].state_scale == 1.0F / 127.0F);
        CHECK(program.states.at(0).limit == kUnitLimit);
        if (cell == CellKind::lstm) { CHECK(program.states.at(1).limit == 0); }
    }
}

TEST_CASE("a first h beyond 1, or one that the caller gives, has a scale of its own") {
    for (const CellKind cell : {CellKind::lstm, CellKind::gru, CellKind::rnn}) {
        Stepping stepping(cell);
        const Program beyond = as_int8(stepping.program(true, 1.5));
        CHECK(cell_of(beyond).directions[0].state_scale == 0);
        CHECK(beyond.states.at(0).limit == 0);
        const Program given = as_int8(stepping.program(false));
        CHECK(cell_of(given).directions[0].state_scale == 0);
    }
}

TEST_CASE("activations without a bound leave h without one") {
    for (const CellKind cell : {CellKind::lstm, CellKind::gru, CellKind::rnn}) {
        Stepping stepping(cell);
        stepping.c.op.functions.back() = {UnaryKind::relu, 0, 0};
        const Program program = as_int8(stepping.program(true));
        CHECK(cell_of(program).directions[0].state_scale == 0);
        CHECK(program.states.at(0).limit == 0);
    }
}

TEST_CASE("states of fp32 and half-precision weights have no limit") {
    Stepping stepping(CellKind::lstm);
    Program program = stepping.program(true);
    Quantization quantization;
    quantization.form = WeightForm::f16;
    quantize(program, quantization);
    for (const ProgramState& state : program.states) { CHECK(state.limit == 0); }
}

}  // namespace tidegate::emit_bounds_test
