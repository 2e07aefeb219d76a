// SPDX-License-Identifier: MIT
// Cells written out as Gemm, Split, Sigmoid, Tanh, Mul and Add: one step of each, in the ways that people write them.
#pragma once

#include <algorithm>

#include "lower_support.h"
#include "symbolic_support.h"

namespace tidegate::test::written {

inline constexpr int kInputs = 3, kHidden = 5, kBatch = 2;

/// A graph under construction: each operator returns its result's name.
struct Written {
    ModelBuilder m;
    int next = 0;

    std::string fresh() { return "v" + std::to_string(next++); }
    std::string op(const std::string& name, const std::vector<std::string>& inputs,
                   const std::vector<std::pair<std::string, AttributeValue>>& attributes = {}) {
        const std::string result = fresh();
        m.node(name, inputs, {result}, attributes);
        return result;
    }
    std::vector<std::string> split(const std::string& x, int parts, std::int64_t axis = -1) {
        std::vector<std::string> results;
        for (int i = 0; i < parts; ++i) { results.push_back(fresh()); }
        m.node("Split", {x}, results, {{"axis", axis}});
        return results;
    }
    std::string list(const std::vector<std::int64_t>& values) {
        const std::string name = "list" + std::to_string(next++);
        m.integers(name, values);
        return name;
    }
    std::string slice(const std::string& x, std::int64_t first, std::int64_t end, std::int64_t axis) {
        return op("Slice", {x, list({first}), list({end}), list({axis})});
    }
    std::string add(const std::string& a, const std::string& b) { return op("Add", {a, b}); }
    std::string sub(const std::string& a, const std::string& b) { return op("Sub", {a, b}); }
    std::string mul(const std::string& a, const std::string& b) { return op("Mul", {a, b}); }
    std::string matmul(const std::string& a, const std::string& b) { return op("MatMul", {a, b}); }
    std::string gemm(const std::string& a, const std::string& b, const std::string& c = "") {
        return op("Gemm", c.empty() ? std::vector{a, b} : std::vector{a, b, c}, {{"transB", 1}});
    }
    std::string sigmoid(const std::string& x) { return op("Sigmoid", {x}); }
    std::string tanh(const std::string& x) { return op("Tanh", {x}); }

    /// Weights of so many gates: w [3, g], r [5, g], their transposes wt, rt, both below each other wr and rw, b, br.
    void weights(int gates, int inputs = kInputs) {
        const int cols = gates * kHidden;
        m.weights("w", {inputs, cols}).weights("r_", {kHidden, cols}).weights("b", {cols}).weights("b_r", {cols});
        m.weights("w_t", {cols, inputs}).weights("r_tr", {cols, kHidden}).floats("one", {}, {1});
        m.weights("wr_below", {inputs + kHidden, cols}).weights("rw_below", {kHidden + inputs, cols});
    }
    Written& input(const std::string& name, const std::vector<ModelBuilder::Extent>& dims) {
        m.input(name, dims);
        return *this;
    }
    Written& output(const std::string& name) {
        m.output(name);
        return *this;
    }
};

struct States {
    std::string h, c;
};

/// c' = f c + i g, h' = o tanh(c'), from the gates' sums
inline States lstm_of(Written& w, const std::string& i, const std::string& f, const std::string& g,
                      const std::string& o, const std::string& c) {
    const std::string cell = w.add(w.mul(w.sigmoid(f), c), w.mul(w.sigmoid(i), w.tanh(g)));
    return {w.mul(w.sigmoid(o), w.tanh(cell)), cell};
}
/// As PyTorch's LSTMCell.
inline States lstm_step(Written& w, const std::string& x, const States& s) {
    const auto parts = w.split(w.add(w.gemm(s.h, "r_tr", "b_r"), w.gemm(x, "w_t", "b")), 4);
    return lstm_of(w, parts[0], parts[1], parts[2], parts[3], s.c);
}
/// As PyTorch's GRUCell.
inline std::string gru_step(Written& w, const std::string& x, const std::string& h) {
    const auto xs = w.split(w.gemm(x, "w_t", "b"), 3), hs = w.split(w.gemm(h, "r_tr", "b_r"), 3);
    const std::string r = w.sigmoid(w.add(hs[0], xs[0])), z = w.sigmoid(w.add(hs[1], xs[1]));
    const std::string n = w.tanh(w.add(xs[2], w.mul(hs[2], r)));
    return w.add(w.mul(w.sub(h, n), z), n);
}
inline std::string rnn_step(Written& w, const std::string& x, const std::string& h,
                            const std::string& function = "Tanh") {
    return w.op(function, {w.add(w.gemm(h, "r_tr", "b_r"), w.gemm(x, "w_t", "b"))});
}

/// A converted model whose answers are those of its graph as it was read, computed in double.
struct Recognised {
    Conversion conversion;
    std::string operators;  ///< "LSTM Reshape"
    /// How many of an operator.
    int count(const std::string& name) const {
        return static_cast<int>(
            std::ranges::count_if(conversion.graph.nodes, [&](const Node& node) { return name_of(node.op) == name; }));
    }
    int recurrent() const { return count("LSTM") + count("GRU") + count("RNN"); }
    bool notes(const std::string& text) const {
        return std::ranges::any_of(conversion.graph.notes, [&](const std::string& note) { return has(note, text); });
    }
    const Node& layer() const {
        const auto is_layer = [](const Node& node) { return std::holds_alternative<Recurrent>(node.op); };
        return *std::ranges::find_if(conversion.graph.nodes, is_layer);
    }
    const Recurrent& op() const { return std::get<Recurrent>(layer().op); }
};
inline Recognised recognised(const ModelBuilder& model, const ConvertOptions& options = {}) {
    Recognised result = {convert(model.save("cells.onnx"), options), ""};
    result.operators = operators_of(result.conversion.graph);
    INFO(result.operators);
    if (!result.conversion.bound.states.empty() || !result.conversion.graph.states.empty()) { return result; }
    ModelRunner runner(result.conversion.file);
    Random random(6);
    for (int run = 0; run < 2; ++run) {
        const std::vector<Tensor> inputs = inputs_for(result.conversion.graph, random);
        std::vector<Tensor> states;
        const std::vector<Tensor> expected = evaluate(result.conversion.bound, inputs, states);
        const std::vector<Tensor> computed = runner.run(inputs);
        REQUIRE(computed.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) { CHECK(distance(computed[i], expected[i]) < 1e-5); }
    }
    return result;
}
inline Recognised recognised(const Written& written, const ConvertOptions& options = {}) {
    return recognised(written.m, options);
}

}  // namespace tidegate::test::written
