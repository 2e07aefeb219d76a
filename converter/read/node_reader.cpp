// SPDX-License-Identifier: MIT
#include "read/node_reader.h"

#include "graph/error.h"
#include "graph/text.h"
#include "read/graph_reader.h"
#include "read/operators.h"

namespace tidegate {

void check_counts(const OperatorRow& row, const NodeReader& node, bool any_output) {
    const auto refuse = [&](const char* what, std::size_t found, const std::string& allowed) {
        throw NodeFault("it has " + std::to_string(found) + " " + what + ", but " + allowed);
    };
    if (node.inputs.size() > row.max_inputs) {
        refuse("inputs", node.inputs.size(), "at most " + std::to_string(row.max_inputs) + " are known at this opset");
    }
    if (node.outputs.size() > row.max_outputs) {
        refuse("outputs", node.outputs.size(), "at most " + std::to_string(row.max_outputs) + " are known");
    }
    for (std::size_t i = 0; i < row.min_inputs; ++i) {
        if (node.input(i) == kNone) { throw NodeFault("input " + std::to_string(i) + " is missing"); }
    }
    const std::size_t list = row.max_inputs == kAnyNumber ? node.inputs.size() : 0;
    for (std::size_t i = 0; i < list; ++i) {
        if (node.inputs[i] == kNone) { throw NodeFault("input " + std::to_string(i) + " is missing"); }
    }
    std::size_t named = 0;
    for (const ValueId id : node.outputs) { named += id != kNone ? 1 : 0; }
    if (named == 0 || (!any_output && node.outputs[0] == kNone)) { throw NodeFault("its output has no name"); }
}

void check_kinds(const OperatorRow& row, const NodeReader& node) {
    if (row.takes_sequences || node.context.sequences.empty()) { return; }
    const auto check = [&](ValueId id) {
        if (!node.context.sequences.contains(id)) { return; }
        throw NodeFault("it reads " + in_quotes(node.context.graph.values[static_cast<std::size_t>(id)].name) +
                        ", a sequence of tensors; only operators of sequences and Loop may");
    };
    for (const ValueId id : node.inputs) { check(id); }
    for (const ValueId id : node.captured) { check(id); }
}

std::shared_ptr<const Body> NodeReader::body(const char* attribute) const {
    const onnx::GraphProto* graph = attributes.graph(attribute);
    if (graph == nullptr) { throw NodeFault("attribute '" + std::string(attribute) + "' is missing"); }
    std::shared_ptr<const Body> result = GraphReader(*graph, scope).read_body();
    if (result->outputs.size() != outputs.size()) {
        throw NodeFault("its '" + std::string(attribute) + "' gives " + std::to_string(result->outputs.size()) +
                        " values, the node " + std::to_string(outputs.size()));
    }
    for (const ValueId id : result->outputs) {
        if (context.sequences.contains(id)) { throw NodeFault("a branch gives a sequence of tensors"); }
    }
    return result;
}

bool NodeReader::is_used(std::size_t output) const {
    const ValueId id = outputs[output];
    return id != kNone && context.used[static_cast<std::size_t>(id)];
}

void NodeReader::add(Op op, std::vector<ValueId> from, std::vector<ValueId> to) const {
    context.nodes->push_back({name, std::move(op), std::move(from), std::move(to)});
}

ValueId NodeReader::between(const std::string& suffix) const {
    return context.graph.add_value(name + "." + suffix, ElementType::f32);
}

ValueId NodeReader::made(const std::string& suffix, Op op, std::vector<ValueId> from) const {
    while (!from.empty() && from.back() == kNone) { from.pop_back(); }
    const ValueId result = between(suffix);
    add(std::move(op), std::move(from), {result});
    return result;
}

ValueId NodeReader::unary(const std::string& suffix, UnaryKind kind, ValueId x, double alpha, double beta) const {
    return made(suffix, Unary{{kind, alpha, beta}}, {x});
}

ValueId NodeReader::number(const std::string& suffix, double value) const {
    return context.graph.add_constant(name + "." + suffix, Tensor::of({}, {value}));
}

ValueId NodeReader::list(const std::string& suffix, std::vector<std::int64_t> values) const {
    Dims dims = {static_cast<std::int64_t>(values.size())};
    return context.graph.add_constant(name + "." + suffix, Tensor::of_i64(std::move(dims), std::move(values)));
}

}  // namespace tidegate
