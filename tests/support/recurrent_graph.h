// SPDX-License-Identifier: MIT
// Random recurrent nodes with every attribute, as graphs of one node; weights are constants, the rest are inputs.
#pragma once

#include <cmath>
#include <random>

#include "convert.h"
#include "emit/quantize.h"
#include "graph/graph.h"
#include "lower/program.h"

namespace tidegate::test {

struct RecurrentCase {
    Recurrent op;
    std::int64_t steps = 5, batch = 1, inputs = 3;
    double weight_scale = 2;  ///< of W and R, over sqrt(hidden + inputs)
    bool bias = true, peepholes = false, initial_h = true, initial_c = true, lengths = false;
    bool y = true, y_h = true, y_c = true;  ///< y_c: only lstm has it
};

class Random {
public:
    explicit Random(std::uint32_t seed) : engine_(seed) {}
    double normal(double scale = 1) { return std::normal_distribution<double>(0, scale)(engine_); }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
    }
    bool coin() { return between(0, 1) == 1; }
    /// f32 values (rounded, so that the reference sees what the runtime sees).
    Tensor tensor(Dims dims, double scale = 1) {
        Tensor t = Tensor::zeros(ElementType::f32, std::move(dims));
        for (double& v : t.reals) { v = static_cast<double>(static_cast<float>(normal(scale))); }
        return t;
    }

private:
    std::mt19937 engine_;
};

inline int gates_of(CellKind cell) { return cell == CellKind::lstm ? 4 : cell == CellKind::gru ? 3 : 1; }

/// A graph of one recurrent node; inputs X, then sequence_lens, initial_h, initial_c as far as the case has them.
inline Graph recurrent_graph(const RecurrentCase& c, Random& random) {
    Graph g;
    g.name = "recurrent";
    g.opset = 14;
    const std::int64_t d = c.op.directions(), h = c.op.hidden, gates = gates_of(c.op.cell);
    const double scale = c.weight_scale / std::sqrt(static_cast<double>(h + c.inputs));
    const Dims x_dims = c.op.x_batch_first ? Dims{c.batch, c.steps, c.inputs} : Dims{c.steps, c.batch, c.inputs};
    const Dims state_dims = c.op.state_batch_first ? Dims{c.batch, d, h} : Dims{d, c.batch, h};
    auto input = [&](const char* name, ElementType type, const Dims& dims) {
        const ValueId id = g.add_value(name, type, dims);
        GraphInput in{id, {}, true};
        for (std::int64_t e : dims) { in.dims.push_back({e, ""}); }
        g.inputs.push_back(in);
        return id;
    };
    Node node{"cell", c.op, {}, {}};
    node.inputs.push_back(input("X", ElementType::f32, x_dims));
    node.inputs.push_back(g.add_constant("W", random.tensor({d, gates * h, c.inputs}, scale)));
    node.inputs.push_back(g.add_constant("R", random.tensor({d, gates * h, h}, scale)));
    node.inputs.push_back(c.bias ? g.add_constant("B", random.tensor({d, 2 * gates * h}, 0.5)) : kNone);
    node.inputs.push_back(c.lengths ? input("sequence_lens", ElementType::i32, {c.batch}) : kNone);
    node.inputs.push_back(c.initial_h ? input("initial_h", ElementType::f32, state_dims) : kNone);
    const bool lstm = c.op.cell == CellKind::lstm;
    if (lstm) {
        node.inputs.push_back(c.initial_c ? input("initial_c", ElementType::f32, state_dims) : kNone);
        node.inputs.push_back(c.peepholes ? g.add_constant("P", random.tensor({d, 3 * h}, 0.5)) : kNone);
    }
    Dims y_dims{c.steps, d, c.batch, h};
    if (c.op.y_order == YOrder::time_batch_direction) { y_dims = {c.steps, c.batch, d, h}; }
    if (c.op.y_order == YOrder::batch_time_direction) { y_dims = {c.batch, c.steps, d, h}; }
    auto output = [&](bool wanted, const char* name, const Dims& dims) {
        if (!wanted) {
            node.outputs.push_back(kNone);
            return;
        }
        const ValueId id = g.add_value(name, ElementType::f32, dims);
        node.outputs.push_back(id);
        g.outputs.push_back({id, name});
    };
    output(c.y, "Y", y_dims);
    output(c.y_h, "Y_h", state_dims);
    if (lstm) { output(c.y_c, "Y_c", state_dims); }
    g.nodes.push_back(node);
    check(g);
    return g;
}

/// Every matrix in that form, scales of inputs dynamic.
inline Quantization all_in(WeightForm form) {
    Quantization quantization;
    quantization.form = form;
    return quantization;
}

/// The bytes of the model file of a simplified graph.
inline std::vector<std::uint8_t> file_of(const Graph& graph, const Quantization& quantization = {}) {
    Program program = lower(graph, std::nullopt);
    quantize(program, quantization);
    plan(program);
    return write(program);
}

}  // namespace tidegate::test
