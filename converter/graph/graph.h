// SPDX-License-Identifier: MIT
// The graph: values and nodes in vectors, named by index. Nodes are in topological order at all times.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/op.h"
#include "graph/tensor.h"

namespace tidegate {

using ValueId = int;
inline constexpr ValueId kNone = -1;  ///< an optional input or output that is missing

/// An extent, or the name of a symbol ("" for one that the model left unnamed) that --dim binds.
struct Dim {
    std::int64_t extent = -1;  ///< -1: symbolic
    std::string symbol;
};

struct Value {
    std::string name;
    ElementType type = ElementType::f32;
    std::optional<Dims> dims;                ///< known once shapes are inferred
    std::shared_ptr<const Tensor> constant;  ///< an initializer or a folded value
};

struct Node {
    std::string name;  ///< never empty: a nameless node gets "LSTM_3" (operator and position)
    Op op;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
};

struct GraphInput {
    ValueId value = kNone;
    std::vector<Dim> dims;
    bool has_shape = true;  ///< false: the model does not even state the rank
};

/// A link that lives in the session: after each run `input` takes the value of `output`.
struct StateLink {
    std::string name;
    ValueId input = kNone;
    ValueId output = kNone;
    std::shared_ptr<const Tensor> initial;  ///< null: zeros
};

struct GraphOutput {
    ValueId value = kNone;
    std::string name;  ///< the interface's name, kept when the value is replaced by an equal one
};

struct Graph {
    std::string name;
    std::string producer;
    std::string source_sha256;  ///< 32 bytes
    std::int64_t opset = 0;
    std::vector<Value> values;
    std::vector<Node> nodes;
    std::vector<GraphInput> inputs;  ///< without initializers, linked states and frozen inputs
    std::vector<GraphOutput> outputs;
    std::vector<StateLink> states;
    std::vector<std::string> notes;  ///< what the user should know: printed with the summary

    ValueId add_value(std::string name, ElementType type, std::optional<Dims> dims = {});
    ValueId add_constant(std::string name, Tensor tensor);
    const Tensor* constant(ValueId id) const;  ///< null for kNone and for values that are not constant
    /// Every use of `from` (inputs of nodes, outputs of the graph and of states) becomes `to`.
    void replace_uses(ValueId from, ValueId to);
};

/// Throws std::logic_error naming the fault: ids in range, one producer per value, order, no use of a value without
/// one.
void check(const Graph& graph);
/// One line per input, state, node and output with types and shapes: for people (--explain) and for tests.
std::string to_text(const Graph& graph);

}  // namespace tidegate
