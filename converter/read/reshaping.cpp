// SPDX-License-Identifier: MIT
// Operators whose attributes became inputs over the opsets: here they are inputs.
#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {

void translate_slice_attributes(const NodeReader& node) {
    const std::vector<std::int64_t> starts = node.attributes.integers("starts");
    const std::vector<std::int64_t> ends = node.attributes.integers("ends");
    if (!node.attributes.has("starts") || !node.attributes.has("ends")) {
        throw NodeFault("starts or ends is missing");
    }
    std::vector<ValueId> inputs = {node.inputs[0], node.list("starts", starts), node.list("ends", ends)};
    if (node.attributes.has("axes")) { inputs.push_back(node.list("axes", node.attributes.integers("axes"))); }
    node.add(Slice{}, std::move(inputs), node.outputs);
}

void translate_split(const NodeReader& node) {
    std::vector<ValueId> inputs = node.inputs;
    if (node.attributes.has("split")) { inputs.push_back(node.list("split", node.attributes.integers("split"))); }
    node.add(Split{node.attributes.integer("axis", 0)}, std::move(inputs), node.outputs);
}

void translate_split_18(const NodeReader& node) {
    const bool sizes = node.input(1) != kNone;
    if (sizes == node.attributes.has("num_outputs")) {
        throw NodeFault("exactly one of the input 'split' and the attribute 'num_outputs' must be given");
    }
    const std::int64_t parts = node.attributes.integer("num_outputs", 0);
    if (!sizes && parts != static_cast<std::int64_t>(node.outputs.size())) {
        throw NodeFault("num_outputs is " + std::to_string(parts) + ", but the node has " +
                        std::to_string(node.outputs.size()) + " outputs");
    }
    node.add(Split{node.attributes.integer("axis", 0)});
}

void translate_squeeze(const NodeReader& node) {
    std::vector<ValueId> inputs = node.inputs;
    if (node.attributes.has("axes")) { inputs.push_back(node.list("axes", node.attributes.integers("axes"))); }
    node.add(Squeeze{}, std::move(inputs), node.outputs);
}

void translate_unsqueeze(const NodeReader& node) {
    if (!node.attributes.has("axes")) { throw NodeFault("attribute 'axes' is missing"); }
    node.add(Unsqueeze{}, {node.inputs[0], node.list("axes", node.attributes.integers("axes"))}, node.outputs);
}

void translate_reshape(const NodeReader& node) { node.add(Reshape{node.attributes.flag("allowzero")}); }

void translate_shape(const NodeReader& node) {
    const Shape whole;
    node.add(Shape{node.attributes.integer("start", whole.start), node.attributes.integer("end", whole.end)});
}

}  // namespace tidegate
