// SPDX-License-Identifier: MIT
// One operator by itself: random operands, the double reference, and all kernels bit for bit.
#pragma once

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <vector>

#include "reference/evaluate.h"
#include "support/recurrent_graph.h"
#include "support/session.h"
#include "verify/run_model.h"

namespace tidegate::test {

/// A graph of one node under construction.
struct OneNode {
    Graph graph;
    Node node;
    std::vector<Tensor> inputs;

    explicit OneNode(Op op) { node = Node{"node", std::move(op), {}, {}}; }
    void input(Tensor value) {
        const ValueId id = graph.add_value("in" + std::to_string(inputs.size()), value.type, value.dims);
        GraphInput in{id, {}, true};
        for (std::int64_t e : value.dims) { in.dims.push_back({e, ""}); }
        graph.inputs.push_back(in);
        node.inputs.push_back(id);
        inputs.push_back(std::move(value));
    }
    void constant(Tensor value) {
        node.inputs.push_back(graph.add_constant("c" + std::to_string(node.inputs.size()), std::move(value)));
    }
};

inline double error_between(const Tensor& got, const Tensor& want) {
    REQUIRE(got.dims == want.dims);
    REQUIRE(got.type == want.type);
    if (!want.is_real()) { return got.integers == want.integers ? 0 : 1e9; }
    double error = 0;
    for (std::size_t i = 0; i < want.reals.size(); ++i) {
        const double d = std::fabs(got.reals[i] - want.reals[i]) / std::max(1.0, std::fabs(want.reals[i]));
        error = std::max(error, std::isnan(d) ? 1e9 : d);
    }
    return error;
}

/// Runs the node on every kernel table: within `tolerance` of the reference, and equal bits among the tables.
inline void check_node(OneNode n, double tolerance) {
    n.graph.name = "one node";
    n.graph.opset = 13;
    std::vector<const Tensor*> operands;
    std::size_t next = 0;
    for (ValueId id : n.node.inputs) {
        const Tensor* constant = n.graph.constant(id);
        operands.push_back(constant != nullptr ? constant : &n.inputs[next++]);
    }
    n.node.outputs = {0};  // one is wanted; its value is added when its shape is known
    const std::vector<Tensor> want = evaluate(n.node, operands);
    n.node.outputs.clear();
    for (std::size_t i = 0; i < want.size(); ++i) {
        const ValueId id = n.graph.add_value("out" + std::to_string(i), want[i].type, want[i].dims);
        n.node.outputs.push_back(id);
        n.graph.outputs.push_back({id, "out" + std::to_string(i)});
    }
    n.graph.nodes.push_back(n.node);
    check(n.graph);
    const std::vector<std::uint8_t> file = file_of(n.graph);
    std::vector<Tensor> first;
    for (const std::string& kernels : kernel_names()) {
        CAPTURE(kernels);
        ModelRunner runner(file, kernels);
        const std::vector<Tensor> got = runner.run(n.inputs);
        REQUIRE(got.size() == want.size());
        for (std::size_t i = 0; i < want.size(); ++i) { CHECK(error_between(got[i], want[i]) <= tolerance); }
        if (first.empty()) { first = got; }
        for (std::size_t i = 0; i < want.size(); ++i) { CHECK(got[i] == first[i]); }
    }
}

inline Dims random_dims(Random& random, std::int64_t rank, std::int64_t limit) {
    Dims dims;
    for (std::int64_t i = 0; i < rank; ++i) { dims.push_back(random.between(1, limit)); }
    return dims;
}

}  // namespace tidegate::test
