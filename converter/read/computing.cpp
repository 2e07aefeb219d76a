// SPDX-License-Identifier: MIT
#include "graph/text.h"
#include "read/operators.h"
#include "read/types.h"

namespace tidegate {
void translate_gemm(const NodeReader& node) {
    const Attributes& attributes = node.attributes;
    node.add(Gemm{attributes.finite("alpha", 1), attributes.finite("beta", 1), attributes.integer("transA", 0) != 0,
                  attributes.integer("transB", 0) != 0});
}

void translate_unary(const NodeReader& node, UnaryKind kind, float alpha, float beta) {
    node.add(Unary{{kind, node.attributes.finite("alpha", alpha), node.attributes.finite("beta", beta)}});
}

/// Before opset 13 the input was coerced to a matrix at `axis`, so that all axes from there on are normalised together:
/// Flatten, Softmax over the columns, and back to the input's shape.
void translate_softmax(const NodeReader& node, bool log) {
    if (node.opset >= 13) { return node.add(Softmax{node.attributes.integer("axis", -1), log}); }
    const ValueId shape = node.made("shape", Shape{}, {node.inputs[0]});
    const ValueId matrix = node.made("matrix", Flatten{node.attributes.integer("axis", 1)}, {node.inputs[0]});
    const ValueId result = node.made("result", Softmax{-1, log}, {matrix});
    node.add(Reshape{}, {result, shape}, node.outputs);
}

/// `saturate` and `round_mode` only concern 8-bit floats, which are refused.
void translate_cast(const NodeReader& node) {
    const std::int64_t to = node.attributes.required_integer("to");
    if (to < 0 || to > 1000) {
        throw NodeFault("attribute 'to' is " + std::to_string(to) + ", which is no element type");
    }
    const OnnxType* type = find_type(static_cast<int>(to));
    if (type == nullptr) { throw NodeFault("a cast to " + onnx_type_name(static_cast<int>(to)) + " is not supported"); }
    if (type->changes) {
        node.context.graph.notes.push_back("node '" + node.name + "' (Cast): " + type->name + " is f32 here");
    }
    node.add(Cast{type->type});
}

/// At inference the data passes; a mask or training would need random numbers.
void translate_dropout(const NodeReader& node) {
    if (node.outputs.size() > 1 && node.is_used(1)) {
        throw NodeFault("its mask is used; export the model for inference (model.eval())");
    }
    if (const ValueId training = node.input(2); training != kNone) {
        const Tensor* value = node.context.graph.constant(training);
        if (value == nullptr || value->is_real() || value->integers.size() != 1 || value->integers[0] != 0) {
            throw NodeFault("training_mode is not a constant false; export the model for inference (model.eval())");
        }
    }
    node.add(Identity{}, {node.inputs[0]}, {node.outputs[0]});
}

}  // namespace tidegate
