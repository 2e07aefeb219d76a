// SPDX-License-Identifier: MIT
// The oracle of simplification: the reference evaluates the graph before and after, and both must say the same.
#pragma once

#include <doctest/doctest.h>

#include <cmath>

#include "converter/onnx_builder.h"
#include "reference/evaluate.h"

namespace tidegate::test {

/// Distinct values in [-1, 1]; small non-negative integers.
inline Tensor filled(ElementType type, const Dims& dims, int seed) {
    Tensor tensor = Tensor::zeros(type, dims);
    int i = seed * 31;
    for (double& value : tensor.reals) { value = static_cast<double>(++i * 37 % 101 - 50) / 50; }
    for (std::int64_t& value : tensor.integers) { value = ++i * 37 % 2; }
    return tensor;
}

/// Outputs of a graph whose states, if any, stay at their start.
inline std::vector<Tensor> results_of(const Graph& graph) {
    std::vector<Tensor> inputs;
    for (const GraphInput& input : graph.inputs) {
        const Value& value = graph.values[static_cast<std::size_t>(input.value)];
        inputs.push_back(filled(value.type, value.dims->constants(), static_cast<int>(inputs.size())));
    }
    std::vector<Tensor> states = initial_states(graph);
    return evaluate(graph, inputs, states);
}

/// Simplifies the model and checks that every output keeps its name, type, shape and value: exactly, since only
/// elements are moved and what was folded is the same double arithmetic.
inline Graph simplified_without_change(const ModelBuilder& model, const ConvertOptions& options = {}) {
    Graph before = model.read();
    bind(before, options);
    Graph after = before;
    simplify(after, options);
    const std::vector<Tensor> expected = results_of(before);
    const std::vector<Tensor> found = results_of(after);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        CAPTURE(i);
        CHECK(after.outputs[i].name == before.outputs[i].name);
        CHECK(found[i] == expected[i]);
    }
    return after;
}

}  // namespace tidegate::test
