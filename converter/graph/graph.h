// SPDX-License-Identifier: MIT
// The graph: values and nodes in vectors, named by index. Nodes are in topological order at all times.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/extent.h"
#include "graph/op.h"
#include "graph/tensor.h"

namespace tidegate {

using ValueId = int;
inline constexpr ValueId kNone = -1;  ///< an optional input or output that is missing

/// An extent, or the name of a symbol ("" for one that the model left unnamed) that --dim binds.
struct Dim {
    std::int64_t extent = -1;  ///< -1: symbolic
    std::string symbol;
    std::optional<Extent> range = {};  ///< bound to a range: a symbol of the graph
    bool is_bound() const { return extent >= 0 || range; }
};

struct Value {
    std::string name;
    ElementType type = ElementType::f32;
    std::optional<Extents> dims;                        ///< known once shapes are inferred
    std::shared_ptr<const Tensor> constant;             ///< an initializer or a folded value
    std::shared_ptr<const Extents> elements = nullptr;  ///< whole numbers that follow from symbols, row-major
    bool from_shape = false;  ///< follows from the shape of something: not the same at every length
    bool is_known() const { return constant || elements; }  ///< before the run: nothing makes it
};

struct Node {
    std::string name;  ///< never empty: a nameless node gets "LSTM_3" (operator and position)
    Op op;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
    /// kNone where it is missing, at the end of the list too.
    ValueId input(std::size_t i) const { return i < inputs.size() ? inputs[i] : kNone; }
    ValueId output(std::size_t i) const { return i < outputs.size() ? outputs[i] : kNone; }
};

/// A graph inside a node. Its values are among those of the graph around it, whose others it may read too.
struct Body {
    std::vector<Node> nodes;  ///< in topological order
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
    bool exact = false;                     ///< elements that only wait: kept as they are, however small
};

/// A graph over a time axis that takes the next steps of it in each run.
struct Stream {
    struct Port {
        std::int64_t axis = -1;  ///< with the steps; -1: none
        std::int64_t every = 1;  ///< steps that one element comes of; t counts these
        std::int64_t shift = 0;  ///< at t of the stream it is element t + shift of the whole
        std::int64_t extra = 0;  ///< the whole has this many elements more than that
        bool is_ending = false;  ///< no axis: what the steps so far come to
    };
    std::string axis;                      ///< its name
    std::shared_ptr<const Symbol> symbol;  ///< the last of the graph's, until the graph takes steps
    std::int64_t unit = 1;                 ///< steps that the symbol counts by: 1, or those of a run
    std::int64_t steps = 1;                ///< in one run
    std::int64_t most = 0;                 ///< steps that it may have, for its table of positions; 0: any number
    std::vector<Port> inputs, outputs;     ///< in the order of the graph's, once it takes steps
};

struct GraphOutput {
    ValueId value = kNone;
    std::string name;                ///< the interface's name, kept when the value is replaced by an equal one
    std::vector<Dim> declared = {};  ///< what the model says of its shape, if anything
};

/// An output of the model that random numbers decide: the converted model is without it.
struct LeftOut {
    std::string name;
    std::string cause;  ///< "node 'sample' (Multinomial)"
};

struct Graph {
    std::string name;
    std::string producer;
    std::string source_sha256;  ///< 32 bytes
    std::int64_t opset = 0;
    std::map<std::string, std::size_t> operators;  ///< how often the source has each, inner graphs included
    std::int64_t elements_left = kFreeElements;    ///< that folding and expansion may still make; see afford()
    std::vector<Value> values;
    std::vector<Node> nodes;
    std::vector<GraphInput> inputs;  ///< without initializers, linked states and frozen inputs
    std::vector<GraphOutput> outputs;
    std::vector<LeftOut> left_out;
    std::vector<StateLink> states;
    std::vector<std::shared_ptr<const Symbol>> symbols;  ///< dimensions that are chosen at run time
    std::optional<Stream> stream;
    std::vector<std::string> notes;  ///< what the user should know: printed with the summary

    /// Constant elements that any model may make of nothing; its own constants add to them. A small file must not
    /// become gigabytes.
    static constexpr std::int64_t kFreeElements = std::int64_t{1} << 20;
    void add_own(const Tensor& constant);
    /// Takes `count` from the account before that many elements are made; false if it has fewer.
    bool afford(std::int64_t count);

    ValueId add_value(std::string name, ElementType type, std::optional<Extents> dims = {});
    ValueId add_constant(std::string name, Tensor tensor);
    /// A list of i64: a constant, unless symbols are in it.
    ValueId add_list(std::string name, const Extents& list);
    /// Of a value whose shape is known.
    const Extents& dims(ValueId id) const { return *values[static_cast<std::size_t>(id)].dims; }
    const Tensor* constant(ValueId id) const;  ///< null for kNone and for values that are not constant
    /// The elements of a known value of whole numbers, nothing for any other.
    std::optional<Extents> elements(ValueId id) const;
    /// Every use of `from` (inputs of nodes, outputs of the graph and of states) becomes `to`.
    void replace_uses(ValueId from, ValueId to);
};

/// The index of the LoopBegin of a loop that was not ended before the end of `nodes`, or of its LoopEnd behind `from`.
/// Throws std::logic_error if there is none.
std::size_t begin_of_loop(const std::vector<Node>& nodes, int loop);
std::size_t end_of_loop(const std::vector<Node>& nodes, std::size_t from, int loop);

/// Throws std::logic_error naming the fault: ids in range, one producer per value, order, no use of a value without
/// one.
void check(const Graph& graph);
/// One line per input, state, node and output with types and shapes: for people (--explain) and for tests.
std::string to_text(const Graph& graph);

}  // namespace tidegate
