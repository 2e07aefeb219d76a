// SPDX-License-Identifier: MIT
// One NodeProto on its way into the graph: its operands as values, its attributes checked, and where its nodes go.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "read/attributes.h"
#include "read/external.h"
#include "read/sequences.h"

namespace tidegate {

class Functions;
class GraphReader;

/// What the translation of every node shares.
struct ReadContext {
    Graph& graph;
    std::vector<Node>* nodes;  ///< where new ones go: the graph's, or those of a body in it
    ExternalFolder folder;     ///< of the model: external data lies there
    std::vector<bool> used;    ///< by value: does any node or output of the model read it?
    std::int64_t opset;        ///< of the graph or function that is read
    const Functions& functions;
    int calls = 0;                                  ///< of functions, one in the other
    int inside = 0;                                 ///< nodes of functions that were read
    std::set<const onnx::GraphProto*> bodies = {};  ///< of nodes, that were read
    std::map<ValueId, Sequence> sequences = {};     ///< values that are no tensors
    std::size_t in_sequences = 0;                   ///< elements of all of them
};

/// inputs: trailing missing ones are cut off, kNone in between. outputs: kNone where the model names none.
struct NodeReader {
    ReadContext& context;
    std::string name;
    std::int64_t opset;
    const Attributes& attributes;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
    std::vector<ValueId> captured;  ///< values around the node that the graphs in its attributes read
    GraphReader& scope;             ///< the graph that the node is in

    /// The graph of an attribute, which must be there, without inputs and with as many outputs as the node.
    std::shared_ptr<const Body> body(const char* attribute) const;

    bool is_used(std::size_t output) const;
    ValueId input(std::size_t i) const { return i < inputs.size() ? inputs[i] : kNone; }
    ValueId output(std::size_t i) const { return i < outputs.size() ? outputs[i] : kNone; }
    /// The node itself.
    void add(Op op) const { add(std::move(op), inputs, outputs); }
    /// A node with other operands.
    void add(Op op, std::vector<ValueId> from, std::vector<ValueId> to) const;
    /// A value between two nodes that one ONNX node becomes.
    ValueId between(const std::string& suffix) const;
    /// `op` of some operands, of which missing ones at the end are cut off, into a value in between.
    ValueId made(const std::string& suffix, Op op, std::vector<ValueId> from) const;
    ValueId unary(const std::string& suffix, UnaryKind kind, ValueId x, double alpha = 0, double beta = 0) const;
    /// A constant: a scalar.
    ValueId number(const std::string& suffix, double value) const;
    /// An attribute that is an input in the graph: i64 of one axis.
    ValueId list(const std::string& suffix, std::vector<std::int64_t> values) const;
};

}  // namespace tidegate
