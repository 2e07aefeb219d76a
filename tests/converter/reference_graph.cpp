// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "graph/error.h"
#include "reference/evaluate.h"

namespace tidegate::reference_graph_test {
namespace {

/// y = x + sum, and sum lives on as a state: sum' = sum + x. A second state remembers the sum before.
struct Accumulator {
    Graph graph;
    Accumulator() {
        const ValueId x = graph.add_value("x", ElementType::f32, Dims{2});
        const ValueId sum = graph.add_value("sum", ElementType::f32, Dims{2});
        const ValueId last = graph.add_value("last", ElementType::f32, Dims{2});
        const ValueId next = graph.add_value("next", ElementType::f32, Dims{2});
        graph.nodes.push_back({"add", Binary{BinaryKind::add}, {x, sum}, {next}});
        graph.inputs.push_back({x, {{2, ""}}, true});
        graph.outputs.push_back({next, "y"});
        graph.outputs.push_back({last, "z"});
        graph.states.push_back({"sum", sum, next, std::make_shared<Tensor>(Tensor::of({2}, {10, 20}))});
        graph.states.push_back({"last", last, sum, nullptr});
    }
};

}  // namespace

TEST_CASE("states start at their initial values and follow their outputs from run to run") {
    const Accumulator accumulator;
    const Tensor x = Tensor::of({2}, {1, 2});
    std::vector<Tensor> states = initial_states(accumulator.graph);
    CHECK(states == std::vector<Tensor>{Tensor::of({2}, {10, 20}), Tensor::of({2}, {0, 0})});
    CHECK(evaluate(accumulator.graph, {x}, states) ==
          std::vector<Tensor>{Tensor::of({2}, {11, 22}), Tensor::of({2}, {0, 0})});
    CHECK(states == std::vector<Tensor>{Tensor::of({2}, {11, 22}), Tensor::of({2}, {10, 20})});
    CHECK(evaluate(accumulator.graph, {x}, states) ==
          std::vector<Tensor>{Tensor::of({2}, {12, 24}), Tensor::of({2}, {10, 20})});
}

TEST_CASE("inputs of another count, type or shape are refused") {
    const Accumulator accumulator;
    std::vector<Tensor> states = initial_states(accumulator.graph);
    CHECK_THROWS_AS(evaluate(accumulator.graph, {}, states), ConvertError);
    CHECK_THROWS_WITH_AS(evaluate(accumulator.graph, {Tensor::of({3}, {1, 2, 3})}, states),
                         doctest::Contains("input 'x'"), ConvertError);
    CHECK_THROWS_AS(evaluate(accumulator.graph, {Tensor::of_i64({2}, {1, 2})}, states), ConvertError);
    CHECK(states == initial_states(accumulator.graph));
}

TEST_CASE("a state without a known shape cannot start with zeros") {
    Accumulator accumulator;
    accumulator.graph.values[static_cast<std::size_t>(accumulator.graph.states[1].input)].dims.reset();
    CHECK_THROWS_WITH_AS(initial_states(accumulator.graph), doctest::Contains("'last'"), ConvertError);
}

}  // namespace tidegate::reference_graph_test
