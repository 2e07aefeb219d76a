// SPDX-License-Identifier: MIT
// Small graphs made by hand, and what a model file computes beside what the reference says.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "convert.h"
#include "graph/error.h"
#include "graph/graph.h"
#include "lower/program.h"
#include "reference/evaluate.h"
#include "support/recurrent_graph.h"
#include "verify/run_model.h"

namespace tidegate::test {

/// A graph under construction; every value has its dims.
struct GraphMaker {
    Graph graph;

    ValueId input(const std::string& name, const Dims& dims, ElementType type = ElementType::f32) {
        const ValueId id = graph.add_value(name, type, dims);
        GraphInput in{id, {}, true};
        for (const std::int64_t extent : dims) { in.dims.push_back({extent, ""}); }
        graph.inputs.push_back(in);
        return id;
    }
    ValueId constant(Tensor tensor) {
        return graph.add_constant("constant_" + std::to_string(graph.values.size()), std::move(tensor));
    }
    ValueId integers(std::vector<std::int64_t> values) {
        const auto count = static_cast<std::int64_t>(values.size());
        return constant(Tensor::of_i64({count}, std::move(values)));
    }
    /// A node with one output of these dims.
    ValueId node(Op op, std::vector<ValueId> inputs, const Dims& dims, ElementType type = ElementType::f32) {
        const ValueId id = graph.add_value("value_" + std::to_string(graph.values.size()), type, dims);
        graph.nodes.push_back({"node_" + std::to_string(graph.nodes.size()), std::move(op), std::move(inputs), {id}});
        return id;
    }
    std::vector<ValueId> split(std::int64_t axis, ValueId x, ValueId sizes, const std::vector<Dims>& parts) {
        std::vector<ValueId> outputs;
        for (const Dims& dims : parts) {
            outputs.push_back(graph.add_value("part_" + std::to_string(graph.values.size()), ElementType::f32, dims));
        }
        graph.nodes.push_back({"split_" + std::to_string(graph.nodes.size()), Split{axis}, {x, sizes}, outputs});
        return outputs;
    }
    void output(ValueId id) { graph.outputs.push_back({id, "out_" + std::to_string(graph.outputs.size())}); }
    void state(ValueId in, ValueId out) {
        graph.states.push_back({"state_" + std::to_string(graph.states.size()), in, out, nullptr});
    }
    /// A state's input: like input(), but not on the interface.
    ValueId state_input(const std::string& name, const Dims& dims) {
        return graph.add_value(name, ElementType::f32, dims);
    }
    Program lowered() const {
        check(graph);
        return lower(graph, std::nullopt);
    }
};

/// A cell with the default activations, states as inputs.
inline RecurrentCase plain_case(CellKind cell, std::int64_t hidden, DirectionKind direction = DirectionKind::forward) {
    RecurrentCase c;
    c.op.cell = cell;
    c.op.hidden = hidden;
    c.op.direction = direction;
    for (int d = 0; d < c.op.directions(); ++d) {
        if (cell != CellKind::rnn) { c.op.functions.push_back({UnaryKind::sigmoid, 0, 0}); }
        c.op.functions.push_back({UnaryKind::tanh, 0, 0});
        if (cell == CellKind::lstm) { c.op.functions.push_back({UnaryKind::tanh, 0, 0}); }
    }
    return c;
}

/// Input values for a graph: reals N(0, 1); integers within the program's range for that input.
inline std::vector<Tensor> random_inputs(const Graph& graph, const Program& program, Random& random) {
    std::vector<Tensor> inputs;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
        const Value& value = graph.values[static_cast<std::size_t>(graph.inputs[i].value)];
        if (value.type == ElementType::f32) {
            inputs.push_back(random.tensor(value.dims->constants()));
            continue;
        }
        Tensor tensor = Tensor::zeros(value.type, value.dims->constants());
        const auto range = std::ranges::find(program.ranges, program.inputs[i].tensor, &ProgramRange::tensor);
        for (std::int64_t& v : tensor.integers) {
            if (range == program.ranges.end()) {
                v = random.between(-9, 9);
            } else if (range->kind == RangeKind::length) {
                v = random.between(0, range->extent.constant());
            } else {
                v = random.between(-range->extent.constant(), range->extent.constant() - 1);
            }
        }
        inputs.push_back(std::move(tensor));
    }
    return inputs;
}

/// Largest |d| / max(1, |expected|); infinite if types or shapes differ.
inline double distance(const Tensor& computed, const Tensor& expected) {
    if (computed.type != expected.type || computed.dims != expected.dims) { return INFINITY; }
    double largest = 0;
    for (std::size_t i = 0; i < expected.reals.size(); ++i) {
        const double d = std::fabs(computed.reals[i] - expected.reals[i]) / std::max(1.0, std::fabs(expected.reals[i]));
        largest = std::isnan(d) ? INFINITY : std::max(largest, d);
    }
    return computed.integers == expected.integers ? largest : INFINITY;
}

/// The graph as a file, run by the runtime, against the reference in double: the largest distance over `runs` runs with
/// states carried on.
inline double runtime_distance(const Graph& graph, Random& random, int runs = 2) {
    check(graph);
    Program program = lower(graph, std::nullopt);
    plan(program);
    ModelRunner runner(write(program));
    std::vector<Tensor> states = initial_states(graph);
    double largest = 0;
    for (int run = 0; run < runs; ++run) {
        const std::vector<Tensor> inputs = random_inputs(graph, program, random);
        const std::vector<Tensor> expected = evaluate(graph, inputs, states);
        const std::vector<Tensor> computed = runner.run(inputs);
        REQUIRE(computed.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            largest = std::max(largest, distance(computed[i], expected[i]));
        }
    }
    return largest;
}

/// The names of the kinds of steps, in order: what a lowering has become.
inline std::vector<std::string> kinds(const Program& program) {
    constexpr const char* kNames[] = {"recurrent",
                                      "dense",
                                      "matmul",
                                      "binary",
                                      "unary",
                                      "softmax",
                                      "transpose",
                                      "concat",
                                      "slice",
                                      "gather",
                                      "expand",
                                      "cast",
                                      "extents",
                                      "conv",
                                      "channel_conv",
                                      "pool",
                                      "select",
                                      "overlay",
                                      "gather_elements",
                                      "gather_nd",
                                      "scatter_elements",
                                      "scatter_nd"};
    std::vector<std::string> names;
    for (const Step& step : program.steps) { names.emplace_back(kNames[step.params.index()]); }
    return names;
}

/// The message of the ConvertError that `f` throws, or "" if it throws none.
template <class F>
std::string complaint(F f) {
    try {
        f();
    } catch (const ConvertError& error) { return error.what(); }
    return "";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace tidegate::test
