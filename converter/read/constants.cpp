// SPDX-License-Identifier: MIT
#include "graph/text.h"
#include "read/operators.h"
#include "read/tensor.h"

namespace tidegate {
namespace {

Tensor tensor_of(const NodeReader& node, const char* name) {
    try {
        return to_tensor(*node.attributes.tensor(name), node.context.folder);
    } catch (const std::runtime_error& fault) {
        throw NodeFault("attribute '" + std::string(name) + "': " + fault.what());
    }
}

Tensor value_of(const NodeReader& node, const std::string& name) {
    const Attributes& attributes = node.attributes;
    if (name == "value") { return tensor_of(node, "value"); }
    if (name == "value_int") { return Tensor::of_i64({}, {attributes.integer("value_int", 0)}); }
    if (name == "value_float") { return Tensor::of({}, {attributes.real("value_float", 0)}); }
    if (name == "value_ints") {
        const std::vector<std::int64_t> list = attributes.integers("value_ints");
        return Tensor::of_i64({static_cast<std::int64_t>(list.size())}, list);
    }
    if (name == "value_floats") {
        const std::vector<float> list = attributes.reals("value_floats");
        return Tensor::of({static_cast<std::int64_t>(list.size())}, {list.begin(), list.end()});
    }
    throw NodeFault("a constant given as '" + name + "' is not supported");
}

}  // namespace

void translate_constant(const NodeReader& node) {
    std::string given;
    for (const char* name : {"value", "sparse_value", "value_float", "value_floats", "value_int", "value_ints",
                             "value_string", "value_strings"}) {
        if (!node.attributes.has(name)) { continue; }
        if (!given.empty()) { throw NodeFault("attributes '" + given + "' and '" + name + "' are both given"); }
        given = name;
    }
    if (given.empty()) { throw NodeFault("it has no value"); }
    Tensor tensor = value_of(node, given);
    Value& value = node.context.graph.values[static_cast<std::size_t>(node.outputs[0])];
    Graph& graph = node.context.graph;
    if (node.context.calls == 0) {
        graph.add_own(tensor);
    } else if (!graph.afford(tensor.count())) {  // once more at each call of the function
        throw NodeFault("the constants of functions are too large for a model of this size");
    }
    value.type = tensor.type;
    value.dims = tensor.dims;
    value.constant = std::make_shared<const Tensor>(std::move(tensor));
}

void translate_constant_of_shape(const NodeReader& node) {
    Tensor value = node.attributes.has("value") ? tensor_of(node, "value") : Tensor::of({1}, {0.0});
    if (value.count() != 1) {
        throw NodeFault("attribute 'value' has shape " + to_text(value.dims) + ", not one element");
    }
    node.add(ConstantOfShape{std::move(value)});
}

}  // namespace tidegate
