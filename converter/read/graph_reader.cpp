// SPDX-License-Identifier: MIT
#include "read/graph_reader.h"

#include <set>
#include <utility>

#include "graph/text.h"
#include "read/operators.h"
#include "read/order.h"
#include "read/survey.h"
#include "read/tensor.h"
#include "read/types.h"

namespace tidegate {
namespace {

constexpr int kMostPorts = 4096;            // inputs, or outputs
constexpr std::size_t kLongestPort = 1024;  // bytes: the format's limit

/// The names of ports go into the file and come back on command lines.
void check_port_name(const std::string& name, const std::string& what) {
    if (name.empty()) { throw ConvertError(what + " has no name"); }
    if (name.size() > kLongestPort) { throw ConvertError(what + " has a name of more than 1024 bytes; rename it"); }
    if (name.find('\0') != std::string::npos) { throw ConvertError(what + " has a zero byte in its name; rename it"); }
}

/// Extents that are not positive are how some exporters write "unknown".
Dim dim_of(const onnx::TensorShapeProto::Dimension& dim) {
    if (dim.has_dim_value() && dim.dim_value() > 0) { return {dim.dim_value(), ""}; }
    return {-1, dim.has_dim_param() ? dim.dim_param() : ""};
}

}  // namespace

std::string known_opsets() { return std::to_string(kOldestOpset) + " to " + std::to_string(kNewestOpset) + " are"; }

std::string full_name(const onnx::NodeProto& node) {
    const std::string domain = domain_of(node);
    return printable(domain.empty() ? node.op_type() : domain + "." + node.op_type());
}

std::string node_name(const onnx::NodeProto& node, int index) {
    return printable(node.name().empty() ? node.op_type() + "_" + std::to_string(index) : node.name());
}

GraphReader::GraphReader(const onnx::GraphProto& proto, std::string folder, const Functions& functions, Graph& graph,
                         Complaints& complaints)
    : GraphReader(proto,
                  std::make_shared<ReadContext>(
                      ReadContext{graph, &graph.nodes, std::move(folder), {}, graph.opset, functions}),
                  complaints) {}

GraphReader::GraphReader(const onnx::GraphProto& proto, std::shared_ptr<ReadContext> context, Complaints& complaints)
    : proto_(proto), graph_(context->graph), complaints_(complaints), context_(std::move(context)) {}

GraphReader::GraphReader(const onnx::GraphProto& proto, GraphReader& around)
    : proto_(proto),
      graph_(around.graph_),
      complaints_(around.complaints_),
      around_(&around),
      context_(around.context_) {}

void GraphReader::read() {
    graph_.name = printable(proto_.name());
    read_initializers();
    read_inputs();
    declare_nodes();
    read_outputs();
    for (const int index : order_of(proto_, complaints_)) { read_node(index); }
    for (const GraphOutput& output : graph_.outputs) {
        if (!context_->sequences.contains(output.value)) { continue; }
        complain("output " + in_quotes(output.name) + " is a sequence of tensors; only a tensor can be one");
    }
}

std::shared_ptr<const Body> GraphReader::read_body() {
    if (proto_.input_size() != 0) { throw NodeFault("its graph " + in_quotes(proto_.name()) + " has inputs"); }
    context_->bodies.insert(&proto_);
    auto body = std::make_shared<Body>();
    std::vector<Node>* const nodes_around = std::exchange(context_->nodes, &body->nodes);
    read_initializers();
    declare_nodes();
    for (const int index : order_of(proto_, complaints_)) { read_node(index); }
    context_->nodes = nodes_around;
    for (const onnx::ValueInfoProto& output : proto_.output()) { body->outputs.push_back(must_find(output.name())); }
    return body;
}

void GraphReader::bind_inputs(const std::vector<ValueId>& inputs) {
    for (int i = 0; i < proto_.input_size(); ++i) {
        const auto place = static_cast<std::size_t>(i);
        const ValueId id = place < inputs.size() ? inputs[place] : kNone;
        if (!values_.emplace(proto_.input(i).name(), id).second) {
            throw NodeFault("its graph has two inputs " + in_quotes(proto_.input(i).name()));
        }
    }
}

std::vector<ValueId> GraphReader::read_inline(const std::vector<ValueId>& inputs) {
    bind_inputs(inputs);
    read_initializers();
    declare_nodes();
    for (const int index : order_of(proto_, complaints_)) { read_node(index); }
    std::vector<ValueId> outputs;
    outputs.reserve(static_cast<std::size_t>(proto_.output_size()));
    for (const onnx::ValueInfoProto& output : proto_.output()) { outputs.push_back(must_find(output.name())); }
    return outputs;
}

ValueId GraphReader::find(const std::string& name) const {
    const auto found = values_.find(name);
    if (found != values_.end()) { return found->second; }
    return around_ == nullptr ? kNone : around_->find(name);
}

ValueId GraphReader::must_find(const std::string& name) const {
    const ValueId id = find(name);
    if (id == kNone && !values_.contains(name)) {
        throw NodeFault("its input " + in_quotes(name) + " is made by no node, input or initializer");
    }
    return id;
}

ValueId GraphReader::declare(const std::string& name, const std::string& where) {
    if (values_.contains(name)) {
        complain(where + ": the name " + in_quotes(name) + " is already taken by another value");
        return kNone;
    }
    const ValueId id = graph_.add_value(name, ElementType::f32);
    values_.emplace(name, id);
    context_->used.resize(graph_.values.size());
    return id;
}

void GraphReader::read_initializers() {
    for (const onnx::TensorProto& tensor : proto_.initializer()) {
        const std::string what = "initializer " + in_quotes(tensor.name());
        const ValueId id = declare(tensor.name(), what);
        if (id == kNone) { continue; }
        try {
            auto constant = std::make_shared<const Tensor>(to_tensor(tensor, context_->folder));
            Value& value = graph_.values[static_cast<std::size_t>(id)];
            graph_.add_own(*constant);
            value.type = constant->type;
            value.dims = constant->dims;
            value.constant = std::move(constant);
        } catch (const std::runtime_error& fault) { complain(what + ": " + fault.what()); }
    }
    for (const onnx::SparseTensorProto& tensor : proto_.sparse_initializer()) {
        complain("initializer " + in_quotes(tensor.values().name()) + " is sparse; store it as a dense tensor");
    }
    for (const onnx::TensorAnnotation& annotation : proto_.quantization_annotation()) {
        complain("tensor " + in_quotes(annotation.tensor_name()) + " is quantized; convert the float model");
    }
}

bool GraphReader::read_type(const onnx::ValueInfoProto& info, const std::string& what, ValueId id) {
    try {
        check_port_name(info.name(), what);
        if (info.type().value_case() != onnx::TypeProto::kTensorType) {
            throw ConvertError(what +
                               " is not a tensor (sequences, maps, optionals and sparse tensors are not supported)");
        }
        const OnnxType& type = need_type(info.type().tensor_type().elem_type());
        if (type.changes) { graph_.notes.push_back(what + " is " + type.name + " in the model and f32 here"); }
        if (!graph_.constant(id)) { graph_.values[static_cast<std::size_t>(id)].type = type.type; }
        return true;
    } catch (const ConvertError& error) { complaints_.add(error); } catch (const std::runtime_error& fault) {
        complain(what + ": " + fault.what());
    }
    return false;
}

void GraphReader::read_inputs() {
    std::set<std::string> seen;
    for (const onnx::ValueInfoProto& info : proto_.input()) {
        const std::string what = "input " + in_quotes(info.name());
        if (!seen.insert(info.name()).second) {
            complain(what + " is declared twice");
            continue;
        }
        const auto found = values_.find(info.name());
        if (graph_.inputs.size() >= static_cast<std::size_t>(kMostPorts)) {
            return complain("the graph has more than 4096 inputs");
        }
        if (found != values_.end()) { continue; }  // an initializer with a default, as before IR version 4: a constant
        const ValueId id = declare(info.name(), what);
        if (!read_type(info, what, id)) { continue; }
        GraphInput input{id, {}, info.type().tensor_type().has_shape()};
        for (const auto& dim : info.type().tensor_type().shape().dim()) { input.dims.push_back(dim_of(dim)); }
        graph_.inputs.push_back(std::move(input));
    }
}

void GraphReader::declare_nodes() {
    for (int i = 0; i < proto_.node_size(); ++i) {
        for (const std::string& output : proto_.node(i).output()) {
            if (output.empty()) { continue; }
            if (declare(output, "node '" + node_name(proto_, i) + "'") == kNone) { spoiled_.insert(i); }
        }
    }
    const auto use = [this](const std::string& name) {
        const ValueId id = name.empty() ? kNone : find(name);
        if (id != kNone) { context_->used[static_cast<std::size_t>(id)] = true; }
    };
    for (const onnx::NodeProto& node : proto_.node()) {
        for (const std::string& input : names_read(node)) { use(input); }
    }
    for (const onnx::ValueInfoProto& output : proto_.output()) { use(output.name()); }
}

void GraphReader::read_node(int index) {
    if (spoiled_.contains(index)) { return; }
    const onnx::NodeProto& node = proto_.node(index);
    try {
        translate(index);
    } catch (const NodeFault& fault) {
        complaints_.add(ConvertError(node_name(node, index), full_name(node), fault.what()));
        survey_inside(node, *context_, complaints_);
    }
}

/// The function's nodes, then its results under the names of the call's.
void GraphReader::call(const onnx::FunctionProto& function, int index) {
    constexpr int kDeepest = 100;       // calls in calls
    constexpr int kMostNodes = 100000;  // of all calls together
    const onnx::NodeProto& node = proto_.node(index);
    const std::string name = node_name(node, index);
    context_->inside += function.node_size();
    if (context_->calls >= kDeepest) {
        throw NodeFault("local functions call each other more than 100 deep; does one call itself?");
    }
    if (context_->inside > kMostNodes) { throw NodeFault("local functions become more than 100000 nodes"); }
    if (node.input_size() > function.input_size() || node.output_size() > function.output_size()) {
        throw NodeFault("it has more inputs or outputs than the local function");
    }
    const std::int64_t opset = opset_of(function, context_->opset);
    if (opset < kOldestOpset || opset > kNewestOpset) {
        throw NodeFault("the local function is of opset " + std::to_string(opset) + "; " + known_opsets() +
                        " supported");
    }
    const onnx::GraphProto graph = graph_of_call(function, node, name);
    const std::int64_t opset_around = std::exchange(context_->opset, opset);
    ++context_->calls;
    std::vector<ValueId> results;
    try {
        results = GraphReader(graph, context_, complaints_).read_inline(operands(node));
    } catch (const NodeFault& fault) { complain("node '" + name + "' (" + node.op_type() + "): " + fault.what()); }
    --context_->calls;
    context_->opset = opset_around;
    const std::vector<ValueId> wanted = this->results(node);
    for (std::size_t i = 0; i < std::min(wanted.size(), results.size()); ++i) {
        if (wanted[i] == kNone) { continue; }
        if (results[i] == kNone) { throw NodeFault("its output is an input that is missing"); }
        const auto sequence = context_->sequences.find(results[i]);
        if (sequence != context_->sequences.end()) {
            context_->sequences[wanted[i]] = Sequence(sequence->second);
        } else {
            context_->nodes->push_back({name, Identity{}, {results[i]}, {wanted[i]}});
        }
    }
}

void GraphReader::translate(int index) {
    const onnx::NodeProto& node = proto_.node(index);
    if (const onnx::FunctionProto* function = context_->functions.called_by(node)) { return call(*function, index); }
    const OperatorRow& row = find_operator(domain_of(node), node.op_type(), context_->opset);
    const Attributes attributes(node, row.attributes);
    std::vector<ValueId> captured;
    const std::vector<std::string> names = names_read(node);
    for (std::size_t i = static_cast<std::size_t>(node.input_size()); i < names.size(); ++i) {
        captured.push_back(must_find(names[i]));
    }
    const NodeReader reader{*context_,      node_name(node, index), context_->opset,     attributes,
                            operands(node), results(node),          std::move(captured), *this};
    const bool any_output = row.max_outputs > 1 && node.op_type() != "Dropout";
    check_counts(row, reader, any_output);
    check_kinds(row, reader);
    row.translate(reader);
}

std::vector<ValueId> GraphReader::operands(const onnx::NodeProto& node) const {
    std::vector<ValueId> ids;
    for (const std::string& name : node.input()) { ids.push_back(name.empty() ? kNone : must_find(name)); }
    while (!ids.empty() && ids.back() == kNone) { ids.pop_back(); }
    return ids;
}

std::vector<ValueId> GraphReader::results(const onnx::NodeProto& node) const {
    std::vector<ValueId> ids;
    for (const std::string& name : node.output()) { ids.push_back(name.empty() ? kNone : values_.at(name)); }
    return ids;
}

void GraphReader::read_outputs() {
    std::set<std::string> seen;
    if (proto_.output_size() > kMostPorts) { return complain("the graph has more than 4096 outputs"); }
    for (const onnx::ValueInfoProto& info : proto_.output()) {
        const std::string what = "output " + in_quotes(info.name());
        if (!seen.insert(info.name()).second) {
            complain(what + " is declared twice");
            continue;
        }
        const auto found = values_.find(info.name());
        if (found == values_.end()) {
            complain(what + " is made by no node, input or initializer");
            continue;
        }
        if (!read_type(info, what, found->second)) { continue; }
        GraphOutput output{found->second, info.name()};
        for (const auto& dim : info.type().tensor_type().shape().dim()) { output.declared.push_back(dim_of(dim)); }
        graph_.outputs.push_back(std::move(output));
    }
    if (proto_.output_size() == 0) { complain("the graph has no output"); }
}

}  // namespace tidegate
