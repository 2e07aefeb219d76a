// SPDX-License-Identifier: MIT
// What ONNX Runtime's optimizer makes of several nodes: taken apart again.
// https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
#include "graph/text.h"
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

/// The node's output is the activation of x; `parameters` in the order of its attributes.
void activate(const NodeReader& node, ValueId x, const std::vector<float>& parameters) {
    const std::string name = node.attributes.text("activation", "");
    const auto parameter = [&](std::size_t i, float missing) {
        return i < parameters.size() ? parameters[i] : missing;
    };
    const auto add = [&](UnaryKind kind, float alpha, float beta) {
        node.add(Unary{{kind, alpha, beta}}, {x}, node.outputs);
    };
    if (name.empty()) { return node.add(Identity{}, {x}, node.outputs); }
    if (name == "Relu") { return add(UnaryKind::relu, 0, 0); }
    if (name == "Sigmoid") { return add(UnaryKind::sigmoid, 0, 0); }
    if (name == "Tanh") { return add(UnaryKind::tanh, 0, 0); }
    if (name == "LeakyRelu") { return add(UnaryKind::leaky_relu, parameter(0, 0.01f), 0); }
    if (name == "Elu") { return add(UnaryKind::elu, parameter(0, 1), 0); }
    if (name == "Softplus") { return add(UnaryKind::softplus, 0, 0); }
    if (name == "Softsign") { return add(UnaryKind::softsign, 0, 0); }
    if (name == "HardSigmoid") { return add(UnaryKind::hard_sigmoid, parameter(0, 0.2f), parameter(1, 0.5f)); }
    if (name == "Clip" && parameters.size() == 2) {
        const ValueId low = node.made("low", Binary{BinaryKind::maximum}, {x, node.number("least", parameters[0])});
        return node.add(Binary{BinaryKind::minimum}, {low, node.number("most", parameters[1])}, node.outputs);
    }
    throw NodeFault("activation " + in_quotes(name) + " is not supported; save the model before it is optimized");
}

/// scale x / sqrt(mean of squares over the last axis + epsilon) -> y, 1 / sqrt(..)?
void add_simplified(const NodeReader& node, ValueId x, ValueId scale, double epsilon, ValueId y, ValueId inverse) {
    Normalization op{NormalizationKind::layer, -1, 1, false, epsilon};
    op.centered = false;
    node.add(op, {x, scale}, {y, kNone, inverse});
}

void fused_matmul(const NodeReader& node) {
    const Attributes& attributes = node.attributes;
    node.add(FusedMatMul{node.attributes.finite("alpha", 1), attributes.flag("transA"), attributes.flag("transB"),
                         attributes.flag("transBatchA"), attributes.flag("transBatchB")});
}

void fused_gemm(const NodeReader& node) {
    NodeReader inner = node;
    inner.outputs = {node.between("product")};
    translate_gemm(inner);
    std::vector<float> parameters;
    for (const char* name : {"activation_alpha", "activation_beta"}) {
        if (node.attributes.has(name)) { parameters.push_back(static_cast<float>(node.attributes.finite(name, 0))); }
    }
    activate(node, inner.outputs[0], parameters);
}

/// x, w, bias?, and what is added before the activation?
void fused_conv(const NodeReader& node) {
    ValueId y = node.made("conv", conv_of(node.attributes), {node.input(0), node.input(1), node.input(2)});
    if (node.input(3) != kNone) { y = node.made("sum", Binary{BinaryKind::add}, {y, node.input(3)}); }
    activate(node, y, node.attributes.reals("activation_params"));
}

void biased_gelu(const NodeReader& node, bool by_tanh) {
    const ValueId bias = node.input(1), x = node.inputs[0];
    add_gelu(node, bias == kNone ? x : node.made("biased", Binary{BinaryKind::add}, {x, bias}), by_tanh);
}

void simplified_layer_normalization(const NodeReader& node) {
    if (node.attributes.integer("axis", -1) != -1) { throw NodeFault("only an axis of -1 is supported"); }
    add_simplified(node, node.inputs[0], node.inputs[1], epsilon_of(node, 1e-5f), node.outputs[0], node.output(1));
}

/// x, skip, gamma, beta?, bias? (simplified: bias?) -> y, mean, 1 / deviation, x + skip + bias
void skip_layer_normalization(const NodeReader& node, bool simplified) {
    const ValueId bias = node.input(simplified ? 3 : 4);
    ValueId sum = node.made("sum", Binary{BinaryKind::add}, {node.inputs[0], node.inputs[1]});
    if (bias != kNone) { sum = node.made("biased", Binary{BinaryKind::add}, {sum, bias}); }
    const double epsilon = epsilon_of(node, 1e-12f);
    if (simplified) {
        add_simplified(node, sum, node.inputs[2], epsilon, node.outputs[0], node.output(2));
    } else {
        std::vector<ValueId> operands = {sum, node.inputs[2]};
        if (node.input(3) != kNone) { operands.push_back(node.input(3)); }
        const Normalization layer{NormalizationKind::layer, -1, 1, false, epsilon};
        node.add(layer, operands, {node.outputs[0], node.output(1), node.output(2)});
    }
    if (node.output(3) != kNone) { node.add(Identity{}, {sum}, {node.output(3)}); }
}

void gelu(const NodeReader& node) { biased_gelu(node, false); }
void quick_gelu(const NodeReader& node) { translate_swish(node, 1.702f); }
void fast_gelu(const NodeReader& node) { biased_gelu(node, true); }
void skip(const NodeReader& node) { skip_layer_normalization(node, false); }
void skip_simplified(const NodeReader& node) { skip_layer_normalization(node, true); }

const Rows kMatMul =
    kAlpha +
    Rows{{"transA", K::integer}, {"transB", K::integer}, {"transBatchA", K::integer}, {"transBatchB", K::integer}};
const Rows kFusedGemm = kGemm + Rows{{"activation", K::text},
                                     {"activation_alpha", K::real},
                                     {"activation_beta", K::real},
                                     {"activation_gamma", K::real}};
const Rows kFusedConv = kConv + Rows{{"activation", K::text}, {"activation_params", K::reals}};

}  // namespace

/// The first two stand in ONNX's own domain, where ONNX Runtime had them before ONNX did.
const std::vector<OperatorRow>& microsoft_rows() {
    static const std::vector<OperatorRow> rows = {
        {"LayerNormalization", 1, 2, 3, 3, kNormalization, translate_layer_normalization},
        {"SimplifiedLayerNormalization", 1, 2, 2, 2, kNormalization, simplified_layer_normalization},
        {"com.microsoft.BiasGelu", 1, 2, 2, 1, {}, gelu},
        {"com.microsoft.FastGelu", 1, 1, 2, 1, {}, fast_gelu},
        {"com.microsoft.FusedConv", 1, 2, 4, 1, kFusedConv, fused_conv},
        {"com.microsoft.FusedGemm", 1, 2, 3, 1, kFusedGemm, fused_gemm},
        {"com.microsoft.FusedMatMul", 1, 2, 2, 1, kMatMul, fused_matmul},
        {"com.microsoft.Gelu", 1, 1, 1, 1, {}, gelu},
        {"com.microsoft.QuickGelu", 1, 1, 1, 1, kAlpha, quick_gelu},
        {"com.microsoft.SkipLayerNormalization", 1, 3, 5, 4, kEpsilon, skip},
        {"com.microsoft.SkipSimplifiedLayerNormalization", 1, 3, 4, 4, kEpsilon, skip_simplified},
        {"com.microsoft.TransposeMatMul", 1, 2, 2, 1, kMatMul, fused_matmul},
    };
    return rows;
}

}  // namespace tidegate
