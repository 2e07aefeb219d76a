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

/// Adds a node; returns what it computes, of f32 and these dims.
ValueId result(Graph& graph, const std::string& name, const Op& op, std::vector<ValueId> inputs, const Dims& dims) {
    const ValueId y = graph.add_value(name, ElementType::f32, dims);
    graph.nodes.push_back({name, op, std::move(inputs), {y}});
    return y;
}

struct Cells {
    Graph graph;
    ValueId x;

    Cells(std::int64_t steps, std::int64_t inputs) {
        graph.name = "cell";
        graph.opset = 14;
        x = graph.add_value("X", ElementType::f32, Dims{steps, 1, inputs});
        graph.inputs.push_back({x, {{steps, ""}, {1, ""}, {inputs, ""}}, true});
    }
    /// A cell with linked states, whose names begin so: y (kNone: not asked for) and h.
    ValueId add(const std::string& name, const CellWeights& weights, ValueId input, ValueId y) {
        const std::int64_t hidden = weights.size.hidden, rows = gates_of(weights.cell) * hidden;
        const auto constant = [&](const char* part, const Dims& dims, const std::vector<float>& values) {
            return graph.add_constant(name + part, Tensor::of(dims, {values.begin(), values.end()}));
        };
        const ValueId w = constant("W", {1, rows, weights.size.input}, weights.w);
        const ValueId r = constant("R", {1, rows, hidden}, weights.r);
        const ValueId b = constant("B", {1, 2 * rows}, weights.b);
        Node node{name + "cell", node_of(weights), {input, w, r, b, kNone}, {y}};
        const auto link = [&](const std::string& state) {
            const Dims dims = {1, 1, hidden};
            const ValueId before = graph.add_value("initial_" + state, ElementType::f32, dims);
            const ValueId after = graph.add_value("Y_" + state, ElementType::f32, dims);
            node.inputs.push_back(before);
            node.outputs.push_back(after);
            graph.states.push_back({state, before, after, nullptr});
        };
        link(name + "h");
        if (weights.cell == Cell::lstm) {
            link(name + "c");
            node.inputs.push_back(kNone);  // no peepholes
        }
        graph.nodes.push_back(node);
        return node.outputs[1];
    }
    std::vector<std::uint8_t> file(ValueId y) {
        graph.outputs.push_back({y, "Y"});
        check(graph);
        Program program = lower(graph, std::nullopt);
        plan(program);
        return write(program);
    }
};

}  // namespace

CellWeights random_weights(Cell cell, Size size, std::uint32_t seed) {
    const float scale = 1 / std::sqrt(static_cast<float>(size.hidden));
    const std::size_t rows = std::size_t{gates_of(cell)} * size.hidden;
    return {cell, size, random_floats(rows * size.input, scale, seed + 11),
            random_floats(rows * size.hidden, scale, seed + 12), random_floats(2 * rows, scale, seed + 13)};
}

std::vector<std::uint8_t> cell_file(const CellWeights& weights, std::int64_t steps) {
    Cells cells(steps, weights.size.input);
    const ValueId y = cells.graph.add_value("Y", ElementType::f32, Dims{steps, 1, 1, weights.size.hidden});
    cells.add("", weights, cells.x, y);
    return cells.file(y);
}

std::vector<std::uint8_t> deep_file(Size size, std::uint32_t layers) {
    Cells cells(1, size.input);
    const Dims dims = {1, 1, size.hidden};
    ValueId x = cells.x;
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
        const std::string name = "layer" + std::to_string(layer) + "_";
        const ValueId h = cells.add(name, random_weights(Cell::lstm, size, 100 * layer), x, kNone);
        x = result(cells.graph, name + "sum", Binary{BinaryKind::add}, {x, h}, dims);
        x = result(cells.graph, name + "tanh", Unary{{UnaryKind::tanh, 0, 0}}, {x}, dims);
    }
    return cells.file(x);
}

}  // namespace tidegate::bench
