// SPDX-License-Identifier: MIT
// The rows of operators as they were before opset 7.
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

template <BinaryKind kind>
void old_binary(const NodeReader& node) {
    node.add(Binary{kind}, {node.inputs[0], old_operand(node)}, node.outputs);
}
/// a > b is b < a.
void old_greater(const NodeReader& node) {
    node.add(Binary{BinaryKind::less}, {old_operand(node), node.inputs[0]}, node.outputs);
}
template <CellKind cell>
void old_recurrent(const NodeReader& node) {
    translate_old_recurrent(node, cell);
}
void old_gemm(const NodeReader& node) {
    node.attributes.flag("broadcast");
    translate_gemm(node);
}
void old_concat(const NodeReader& node) { node.add(Concat{node.attributes.integer("axis", 1)}); }
/// gamma and alpha had fewer digits.
void old_selu(const NodeReader& node) { translate_selu(node, 1.6732f, 1.0507f); }

const Rows kConsumed = {{"consumed_inputs", K::integers}};
const Rows kOldAlpha = kConsumed + kAlpha;
const Rows kBroadcast6 = {{"axis", K::integer}, {"broadcast", K::integer}};
const Rows kBroadcast = kBroadcast6 + kConsumed;
const Rows kDropout6 = {{"is_test", K::integer}, {"ratio", K::real}};
const Rows kBatchNormalization6 = {
    {"epsilon", K::real}, {"is_test", K::integer}, {"momentum", K::real}, {"spatial", K::integer}};
const Rows kOldCell = kCell + AttributeRow{"output_sequence", K::integer};

}  // namespace

const std::vector<OperatorRow>& old_rows() {
    static const std::vector<OperatorRow> rows = {
        {"Abs", 1, 1, 1, 1, kConsumed, unary<UnaryKind::absolute>},
        {"Add", 1, 2, 2, 1, kBroadcast, old_binary<BinaryKind::add>},
        {"Add", 6, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::add>},
        {"And", 1, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::logical_and>},
        {"AveragePool", 1, 1, 1, 1, kWindow, pool<PoolKind::average>},
        {"BatchNormalization", 1, 5, 5, 5, kBatchNormalization6 + kConsumed, translate_old_batch_normalization},
        {"BatchNormalization", 6, 5, 5, 5, kBatchNormalization6, translate_old_batch_normalization},
        {"Cast", 1, 1, 1, 1, {{"to", K::text}}, translate_old_cast},
        {"Ceil", 1, 1, 1, 1, kConsumed, unary<UnaryKind::ceil>},
        {"Clip", 1, 1, 1, 1, kConsumed + kLimits, translate_clip},
        {"Concat", 1, 1, kAnyNumber, 1, kAxis, old_concat},
        {"Div", 1, 2, 2, 1, kBroadcast, old_binary<BinaryKind::divide>},
        {"Div", 6, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::divide>},
        {"Dropout", 1, 1, 1, 2, kDropout6 + kConsumed, translate_old_dropout},
        {"Dropout", 6, 1, 1, 2, kDropout6, translate_old_dropout},
        {"Elu", 1, 1, 1, 1, kOldAlpha, elu},
        {"Equal", 1, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::equal>},
        {"Exp", 1, 1, 1, 1, kConsumed, unary<UnaryKind::exp>},
        {"Floor", 1, 1, 1, 1, kConsumed, unary<UnaryKind::floor>},
        {"GRU", 1, 3, 6, 2, kOldCell, old_recurrent<CellKind::gru>},
        {"GRU", 3, 3, 6, 2, kOldCell + kLinear, old_recurrent<CellKind::gru>},
        {"Gemm", 1, 3, 3, 1, kGemm + AttributeRow{"broadcast", K::integer}, old_gemm},
        {"Greater", 1, 2, 2, 1, kBroadcast6, old_greater},
        {"HardSigmoid", 1, 1, 1, 1, kOldAlpha + AttributeRow{"beta", K::real}, hard_sigmoid},
        {"InstanceNormalization", 1, 3, 3, 1, kConsumed + kEpsilon, translate_instance_normalization},
        {"LSTM", 1, 3, 8, 3, kOldCell + kInputForget, old_recurrent<CellKind::lstm>},
        {"LeakyRelu", 1, 1, 1, 1, kOldAlpha, leaky_relu},
        {"Less", 1, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::less>},
        {"Log", 1, 1, 1, 1, kConsumed, unary<UnaryKind::log>},
        {"Max", 1, 1, kAnyNumber, 1, kConsumed, variadic<BinaryKind::maximum>},
        {"Mean", 1, 1, kAnyNumber, 1, kConsumed, translate_mean},
        {"Min", 1, 1, kAnyNumber, 1, kConsumed, variadic<BinaryKind::minimum>},
        {"Mul", 1, 2, 2, 1, kBroadcast, old_binary<BinaryKind::multiply>},
        {"Mul", 6, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::multiply>},
        {"Neg", 1, 1, 1, 1, kConsumed, unary<UnaryKind::negate>},
        {"Or", 1, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::logical_or>},
        {"PRelu", 1, 2, 2, 1, kConsumed, translate_old_prelu},
        {"PRelu", 6, 2, 2, 1, {}, translate_old_prelu},
        {"Pow", 1, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::power>},
        {"RNN", 1, 3, 6, 2, kOldCell, old_recurrent<CellKind::rnn>},
        {"Reciprocal", 1, 1, 1, 1, kConsumed, unary<UnaryKind::reciprocal>},
        {"Relu", 1, 1, 1, 1, kConsumed, unary<UnaryKind::relu>},
        {"Reshape", 1, 1, 1, 1, kConsumed + AttributeRow{"shape", K::integers}, translate_old_reshape},
        {"Selu", 1, 1, 1, 1, kOldAlpha + AttributeRow{"gamma", K::real}, old_selu},
        {"Sigmoid", 1, 1, 1, 1, kConsumed, unary<UnaryKind::sigmoid>},
        {"Split", 1, 1, 1, kAnyNumber, kSplit, translate_split},
        {"Sqrt", 1, 1, 1, 1, kConsumed, unary<UnaryKind::square_root>},
        {"Sub", 1, 2, 2, 1, kBroadcast, old_binary<BinaryKind::subtract>},
        {"Sub", 6, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::subtract>},
        {"Sum", 1, 1, kAnyNumber, 1, kConsumed, variadic<BinaryKind::add>},
        {"Tanh", 1, 1, 1, 1, kConsumed, unary<UnaryKind::tanh>},
        {"Upsample",
         1,
         1,
         1,
         1,
         {{"height_scale", K::real}, {"mode", K::text}, {"width_scale", K::real}},
         translate_old_upsample},
        {"Xor", 1, 2, 2, 1, kBroadcast6, old_binary<BinaryKind::logical_xor>},
    };
    return rows;
}

}  // namespace tidegate
