// SPDX-License-Identifier: MIT
// The rows of operators as they were before opset 7.
#include "read/operators.h"

namespace tidegate {
namespace {

using K = AttributeKind;
using Rows = AttributeRows;

template <BinaryKind kind>
void binary(const NodeReader& node) {
    node.add(Binary{kind}, {node.inputs[0], old_operand(node)}, node.outputs);
}
/// a > b is b < a.
void greater(const NodeReader& node) {
    node.add(Binary{BinaryKind::less}, {old_operand(node), node.inputs[0]}, node.outputs);
}
template <UnaryKind kind>
void unary(const NodeReader& node) {
    translate_unary(node, kind, 0, 0);
}
template <BinaryKind kind>
void variadic(const NodeReader& node) {
    translate_variadic(node, kind);
}
template <CellKind cell>
void recurrent(const NodeReader& node) {
    translate_old_recurrent(node, cell);
}
void leaky_relu(const NodeReader& node) { translate_unary(node, UnaryKind::leaky_relu, 0.01f, 0); }
void elu(const NodeReader& node) { translate_unary(node, UnaryKind::elu, 1, 0); }
void hard_sigmoid(const NodeReader& node) { translate_unary(node, UnaryKind::hard_sigmoid, 0.2f, 0.5f); }
void gemm(const NodeReader& node) {
    node.attributes.flag("broadcast");
    translate_gemm(node);
}
void average_pool(const NodeReader& node) { translate_pool(node, PoolKind::average); }
void concat(const NodeReader& node) { node.add(Concat{node.attributes.integer("axis", 1)}); }
/// gamma and alpha had fewer digits.
void selu(const NodeReader& node) {
    const ValueId result = node.between("elu");
    node.add(Unary{{UnaryKind::elu, node.attributes.real("alpha", 1.6732f), 0}}, {node.inputs[0]}, {result});
    node.add(Unary{{UnaryKind::affine, node.attributes.real("gamma", 1.0507f), 0}}, {result}, node.outputs);
}

Rows with(Rows rows, const Rows& more) {
    rows.insert(rows.end(), more.begin(), more.end());
    return rows;
}

const Rows kConsumed = {{"consumed_inputs", K::integers}};
const Rows kAlpha = with(kConsumed, {{"alpha", K::real}});
const Rows kBroadcast6 = {{"axis", K::integer}, {"broadcast", K::integer}};
const Rows kBroadcast = with(kBroadcast6, kConsumed);
const Rows kGemm = {
    {"alpha", K::real}, {"beta", K::real}, {"broadcast", K::integer}, {"transA", K::integer}, {"transB", K::integer}};
const Rows kDropout6 = {{"is_test", K::integer}, {"ratio", K::real}};
const Rows kBatchNormalization6 = {
    {"epsilon", K::real}, {"is_test", K::integer}, {"momentum", K::real}, {"spatial", K::integer}};
const Rows kPool = {
    {"auto_pad", K::text}, {"kernel_shape", K::integers}, {"pads", K::integers}, {"strides", K::integers}};
const Rows kCell = {{"activation_alpha", K::reals}, {"activation_beta", K::reals}, {"activations", K::texts},
                    {"clip", K::real_or_integer},   {"direction", K::text},        {"hidden_size", K::integer},
                    {"output_sequence", K::integer}};
const Rows kGru3 = with(kCell, {{"linear_before_reset", K::integer}});
const Rows kLstm = with(kCell, {{"input_forget", K::integer}});

}  // namespace

const std::vector<OperatorRow>& old_rows() {
    static const std::vector<OperatorRow> rows = {
        {"Abs", 1, 1, 1, 1, kConsumed, unary<UnaryKind::absolute>},
        {"Add", 1, 2, 2, 1, kBroadcast, binary<BinaryKind::add>},
        {"Add", 6, 2, 2, 1, kBroadcast6, binary<BinaryKind::add>},
        {"And", 1, 2, 2, 1, kBroadcast6, binary<BinaryKind::logical_and>},
        {"AveragePool", 1, 1, 1, 1, kPool, average_pool},
        {"BatchNormalization", 1, 5, 5, 5, with(kBatchNormalization6, kConsumed), translate_old_batch_normalization},
        {"BatchNormalization", 6, 5, 5, 5, kBatchNormalization6, translate_old_batch_normalization},
        {"Cast", 1, 1, 1, 1, {{"to", K::text}}, translate_old_cast},
        {"Ceil", 1, 1, 1, 1, kConsumed, unary<UnaryKind::ceil>},
        {"Clip", 1, 1, 1, 1, with(kConsumed, {{"min", K::real}, {"max", K::real}}), translate_clip},
        {"Concat", 1, 1, kAnyNumber, 1, {{"axis", K::integer}}, concat},
        {"Div", 1, 2, 2, 1, kBroadcast, binary<BinaryKind::divide>},
        {"Div", 6, 2, 2, 1, kBroadcast6, binary<BinaryKind::divide>},
        {"Dropout", 1, 1, 1, 2, with(kDropout6, kConsumed), translate_old_dropout},
        {"Dropout", 6, 1, 1, 2, kDropout6, translate_old_dropout},
        {"Elu", 1, 1, 1, 1, kAlpha, elu},
        {"Equal", 1, 2, 2, 1, kBroadcast6, binary<BinaryKind::equal>},
        {"Exp", 1, 1, 1, 1, kConsumed, unary<UnaryKind::exp>},
        {"Floor", 1, 1, 1, 1, kConsumed, unary<UnaryKind::floor>},
        {"GRU", 1, 3, 6, 2, kCell, recurrent<CellKind::gru>},
        {"GRU", 3, 3, 6, 2, kGru3, recurrent<CellKind::gru>},
        {"Gemm", 1, 3, 3, 1, kGemm, gemm},
        {"Greater", 1, 2, 2, 1, kBroadcast6, greater},
        {"HardSigmoid", 1, 1, 1, 1, with(kAlpha, {{"beta", K::real}}), hard_sigmoid},
        {"InstanceNormalization", 1, 3, 3, 1, with(kConsumed, {{"epsilon", K::real}}),
         translate_instance_normalization},
        {"LSTM", 1, 3, 8, 3, kLstm, recurrent<CellKind::lstm>},
        {"LeakyRelu", 1, 1, 1, 1, kAlpha, leaky_relu},
        {"Less", 1, 2, 2, 1, kBroadcast6, binary<BinaryKind::less>},
        {"Log", 1, 1, 1, 1, kConsumed, unary<UnaryKind::log>},
        {"Max", 1, 1, kAnyNumber, 1, kConsumed, variadic<BinaryKind::maximum>},
        {"Mean", 1, 1, kAnyNumber, 1, kConsumed, translate_mean},
        {"Min", 1, 1, kAnyNumber, 1, kConsumed, variadic<BinaryKind::minimum>},
        {"Mul", 1, 2, 2, 1, kBroadcast, binary<BinaryKind::multiply>},
        {"Mul", 6, 2, 2, 1, kBroadcast6, binary<BinaryKind::multiply>},
        {"Neg", 1, 1, 1, 1, kConsumed, unary<UnaryKind::negate>},
        {"Or", 1, 2, 2, 1, kBroadcast6, binary<BinaryKind::logical_or>},
        {"PRelu", 1, 2, 2, 1, kConsumed, translate_old_prelu},
        {"PRelu", 6, 2, 2, 1, {}, translate_old_prelu},
        {"Pow", 1, 2, 2, 1, kBroadcast6, binary<BinaryKind::power>},
        {"RNN", 1, 3, 6, 2, kCell, recurrent<CellKind::rnn>},
        {"Reciprocal", 1, 1, 1, 1, kConsumed, unary<UnaryKind::reciprocal>},
        {"Relu", 1, 1, 1, 1, kConsumed, unary<UnaryKind::relu>},
        {"Reshape", 1, 1, 1, 1, with(kConsumed, {{"shape", K::integers}}), translate_old_reshape},
        {"Selu", 1, 1, 1, 1, with(kAlpha, {{"gamma", K::real}}), selu},
        {"Sigmoid", 1, 1, 1, 1, kConsumed, unary<UnaryKind::sigmoid>},
        {"Split", 1, 1, 1, kAnyNumber, {{"axis", K::integer}, {"split", K::integers}}, translate_split},
        {"Sqrt", 1, 1, 1, 1, kConsumed, unary<UnaryKind::square_root>},
        {"Sub", 1, 2, 2, 1, kBroadcast, binary<BinaryKind::subtract>},
        {"Sub", 6, 2, 2, 1, kBroadcast6, binary<BinaryKind::subtract>},
        {"Sum", 1, 1, kAnyNumber, 1, kConsumed, variadic<BinaryKind::add>},
        {"Tanh", 1, 1, 1, 1, kConsumed, unary<UnaryKind::tanh>},
        {"Upsample",
         1,
         1,
         1,
         1,
         {{"height_scale", K::real}, {"mode", K::text}, {"width_scale", K::real}},
         translate_old_upsample},
        {"Xor", 1, 2, 2, 1, kBroadcast6, binary<BinaryKind::logical_xor>},
    };
    return rows;
}

}  // namespace tidegate
