// SPDX-License-Identifier: MIT
// How operators were before opset 7. `consumed_inputs` only told which memory might be reused.
#include <string_view>

#include "graph/text.h"
#include "read/operators.h"
#include "read/parts.h"
#include "read/types.h"

namespace tidegate {
namespace {

/// A list of `count` ones, from a list of one number.
ValueId ones(Parts& parts, ValueId count) { return parts.made(ConstantOfShape{Tensor::of_i64({1}, {1})}, {count}); }

/// The rank of x, as a list of one number.
ValueId rank(Parts& parts, ValueId x) { return parts.made(Shape{}, {parts.made(Shape{}, {x})}); }

/// Dropout and BatchNormalization told inference from training themselves.
void need_test(const NodeReader& node) {
    if (node.attributes.integer("is_test", 0) == 0) {
        throw NodeFault("is_test is 0, which means training; export the model for inference (model.eval())");
    }
}

}  // namespace

/// With `axis`, b's axes stand below a's from there on; without it, below the last ones, which is what they do today.
ValueId old_operand(const NodeReader& node) {
    const Attributes& attributes = node.attributes;
    if (!attributes.flag("broadcast") || !attributes.has("axis")) { return node.inputs[1]; }
    Parts parts(node);
    const std::int64_t axis = attributes.integer("axis", 0);
    const ValueId a = node.inputs[0], b = node.inputs[1];
    ValueId behind = parts.list({axis < 0 ? -axis : axis});
    if (axis >= 0) { behind = parts.binary(BinaryKind::subtract, rank(parts, a), behind); }
    behind = parts.binary(BinaryKind::subtract, behind, rank(parts, b));
    return parts.reshaped(b, parts.joined({parts.dims(b, 0), ones(parts, behind)}));
}

/// A slope for each channel, or one for all.
void translate_old_prelu(const NodeReader& node) {
    Parts parts(node);
    const ValueId behind = parts.binary(BinaryKind::subtract, rank(parts, node.inputs[0]), parts.list({2}));
    const ValueId shape = parts.joined({parts.list({-1}), ones(parts, behind)});
    node.add(Binary{BinaryKind::slope}, {node.inputs[0], parts.reshaped(node.inputs[1], shape)}, node.outputs);
}

void translate_old_cast(const NodeReader& node) {
    const std::string to = node.attributes.text("to", "");
    for (int id = 0; id < 32; ++id) {
        const OnnxType* type = find_type(id);
        if (type == nullptr || to != type->name) { continue; }
        return node.add(Cast{type->type});
    }
    throw NodeFault("a cast to " + in_quotes(to) + " is not supported");
}

void translate_old_dropout(const NodeReader& node) {
    need_test(node);
    translate_dropout(node);
}

void translate_old_batch_normalization(const NodeReader& node) {
    need_test(node);
    translate_batch_normalization(node);
}

void translate_old_reshape(const NodeReader& node) {
    if (!node.attributes.has("shape")) { throw NodeFault("attribute 'shape' is missing"); }
    node.add(Reshape{}, {node.inputs[0], node.list("shape", node.attributes.integers("shape"))}, node.outputs);
}

void translate_old_upsample(const NodeReader& node) {
    if (node.attributes.text("mode", "nearest") != "nearest") {
        throw NodeFault("only mode nearest is supported at this opset");
    }
    if (!node.attributes.has("height_scale") || !node.attributes.has("width_scale")) {
        throw NodeFault("attribute 'height_scale' or 'width_scale' is missing");
    }
    Tensor scales =
        Tensor::of({4}, {1, 1, node.attributes.real("height_scale", 1), node.attributes.real("width_scale", 1)});
    const ValueId list = node.context.graph.add_constant(node.name + ".scales", std::move(scales));
    node.add(Resize{}, {node.inputs[0], list}, node.outputs);
}

/// With output_sequence 0 the text leaves open whether an output alone is Y or Y_h. Where the second one is named too,
/// as PyTorch 0.3 names all three, the first is Y.
void translate_old_recurrent(const NodeReader& node, CellKind cell) {
    const bool alone = node.output(1) == kNone;
    if (!node.attributes.flag("output_sequence") && alone && !node.outputs.empty() && node.outputs[0] != kNone &&
        node.is_used(0)) {
        throw NodeFault(
            "output_sequence is 0, but its first output is used: whether that is Y or Y_h is not said before opset 7; "
            "export with opset_version=13 or use onnx.version_converter");
    }
    translate_recurrent(node, cell);
}

}  // namespace tidegate
