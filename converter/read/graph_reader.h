// SPDX-License-Identifier: MIT
// GraphProto -> Graph.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/error.h"
#include "graph/graph.h"
#include "read/functions.h"
#include "read/node_reader.h"
#include "read/schema.h"

namespace tidegate {

inline constexpr std::int64_t kOldestOpset = 1;
inline constexpr std::int64_t kNewestOpset = 27;
/// "1 to 27 are"
std::string known_opsets();

/// What messages call a node: its name made printable, or "LSTM_3", operator and position, if it has none.
std::string node_name(const onnx::NodeProto& node, int index);
inline std::string node_name(const onnx::GraphProto& graph, int index) { return node_name(graph.node(index), index); }
/// Empty for ONNX's own.
inline std::string domain_of(const std::string& domain) { return domain == "ai.onnx" ? "" : domain; }
inline std::string domain_of(const onnx::NodeProto& node) { return domain_of(node.domain()); }
/// "LSTM", "com.microsoft.FusedMatMul"; printable.
std::string full_name(const onnx::NodeProto& node);

class GraphReader {
public:
    /// `graph` has its producer and opset; `folder` is the model's.
    GraphReader(const onnx::GraphProto& proto, std::string folder, const Functions& functions, Graph& graph,
                Complaints& complaints);

    /// Of a graph inside one of its nodes, whose values it may read.
    GraphReader(const onnx::GraphProto& proto, GraphReader& around);

    /// Fills the graph; whatever is refused goes to the complaints, and the rest is still read.
    void read();

    /// Reads what is inside a node: without inputs, in an order that goes.
    std::shared_ptr<const Body> read_body();

    /// Adds the nodes of a graph with inputs, which are these values (kNone: missing), where nodes go now; returns the
    /// values of its outputs.
    std::vector<ValueId> read_inline(const std::vector<ValueId>& inputs);

private:
    /// Of a function, which sees no values but its own.
    GraphReader(const onnx::GraphProto& proto, std::shared_ptr<ReadContext> context, Complaints& complaints);
    void complain(const std::string& what) { complaints_.add(ConvertError(what)); }
    /// A new value under a name that must be new; kNone (and a complaint) if it is not.
    ValueId declare(const std::string& name, const std::string& where);
    void read_initializers();
    void read_inputs();
    void declare_nodes();
    void read_node(int index);
    void translate(int index);
    void call(const onnx::FunctionProto& function, int index);
    /// Which of the inputs are given; throws NodeFault for names that come twice.
    void bind_inputs(const std::vector<ValueId>& inputs);
    /// kNone if neither this graph nor one around it has the name.
    ValueId find(const std::string& name) const;
    ValueId must_find(const std::string& name) const;
    std::vector<ValueId> operands(const onnx::NodeProto& node) const;
    std::vector<ValueId> results(const onnx::NodeProto& node) const;
    void read_outputs();
    /// Type and note of an input or output. False: refused.
    bool read_type(const onnx::ValueInfoProto& info, const std::string& what, ValueId id);

    const onnx::GraphProto& proto_;
    Graph& graph_;
    Complaints& complaints_;
    const GraphReader* around_ = nullptr;   ///< whose values may be read
    std::shared_ptr<ReadContext> context_;  ///< one for all graphs of a model
    std::unordered_map<std::string, ValueId> values_;
    std::set<int> spoiled_;  ///< nodes that make what another makes: complained of, and not read
};

}  // namespace tidegate
