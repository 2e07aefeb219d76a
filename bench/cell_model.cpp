// SPDX-License-Identifier: MIT
#include "cell_model.h"

#include <cmath>

#include "convert.h"
#include "lower/program.h"
#include "model.h"

namespace tidegate::bench {
namespace {

std::vector<float> random_floats(std::size_t count, float scale, std::uint32_t seed) {
    std::vector<float> values(count);
    fill(values.data(), count, seed);
    for (float& value : values) value *= scale;
    return values;
}

ValueId constant(Graph& graph, const char* name, const Dims& dims, const std::vector<float>& values) {
    return graph.add_constant(name, Tensor::of(dims, {values.begin(), values.end()}));
}

Recurrent node_of(const CellWeights& weights) {
    const Function sigmoid{UnaryKind::sigmoid, 0, 0}, tanh{UnaryKind::tanh, 0, 0};
    Recurrent node;
    node.cell = weights.cell == Cell::lstm ? CellKind::lstm : CellKind::gru;
    node.hidden = weights.size.hidden;
    node.linear_before_reset = weights.cell == Cell::gru_linear;
    node.functions = {sigmoid, tanh};
    if (weights.cell == Cell::lstm) node.functions.push_back(tanh);
    return node;
}

}  // namespace

CellWeights random_weights(Cell cell, Size size) {
    const float scale = 1 / std::sqrt(static_cast<float>(size.hidden));
    const std::size_t rows = std::size_t{gates_of(cell)} * size.hidden;
    return {cell, size, random_floats(rows * size.input, scale, 11), random_floats(rows * size.hidden, scale, 12),
            random_floats(2 * rows, scale, 13)};
}

std::vector<std::uint8_t> cell_file(const CellWeights& weights, std::int64_t steps) {
    const std::int64_t inputs = weights.size.input, hidden = weights.size.hidden,
                       rows = gates_of(weights.cell) * hidden;
    Graph graph;
    graph.name = "cell";
    graph.opset = 14;
    const ValueId x = graph.add_value("X", ElementType::f32, Dims{steps, 1, inputs});
    graph.inputs.push_back({x, {{steps, ""}, {1, ""}, {inputs, ""}}, true});
    const ValueId w = constant(graph, "W", {1, rows, inputs}, weights.w);
    const ValueId r = constant(graph, "R", {1, rows, hidden}, weights.r);
    const ValueId b = constant(graph, "B", {1, 2 * rows}, weights.b);
    Node node{"cell", node_of(weights), {x, w, r, b, kNone}, {}};
    node.outputs.push_back(graph.add_value("Y", ElementType::f32, Dims{steps, 1, 1, hidden}));
    graph.outputs.push_back({node.outputs.front(), "Y"});
    const auto link = [&](const char* name) {
        const ValueId before = graph.add_value(std::string("initial_") + name, ElementType::f32, Dims{1, 1, hidden});
        const ValueId after = graph.add_value(std::string("Y_") + name, ElementType::f32, Dims{1, 1, hidden});
        node.inputs.push_back(before);
        node.outputs.push_back(after);
        graph.states.push_back({name, before, after, nullptr});
    };
    link("h");
    if (weights.cell == Cell::lstm) {
        link("c");
        node.inputs.push_back(kNone);  // no peepholes
    }
    graph.nodes.push_back(node);
    check(graph);
    Program program = lower(graph, std::nullopt);
    plan(program);
    return write(program);
}

}  // namespace tidegate::bench
