// SPDX-License-Identifier: MIT
// The rows of the operators of quantized models and of random numbers.
#include "read/operators.h"

namespace tidegate {
namespace {

using K = AttributeKind;
using Rows = std::vector<AttributeRow>;

void matmul_integer(const NodeReader& node) { node.add(MatMulInteger{}); }
void dynamic_quantize_linear(const NodeReader& node) { node.add(DynamicQuantizeLinear{}); }
template <BinaryKind kind>
void qlinear_binary(const NodeReader& node) {
    translate_qlinear_binary(node, kind);
}
template <UnaryKind kind>
void qlinear_unary(const NodeReader& node) {
    translate_qlinear_unary(node, kind);
}
void qlinear_pool(const NodeReader& node) { translate_qlinear_pool(node, false); }
void qlinear_global_pool(const NodeReader& node) { translate_qlinear_pool(node, true); }

void bernoulli(const NodeReader& node) { translate_random(node, "Bernoulli"); }
void multinomial(const NodeReader& node) { translate_random(node, "Multinomial"); }
void random_normal(const NodeReader& node) { translate_random(node, "RandomNormal"); }
void random_normal_like(const NodeReader& node) { translate_random(node, "RandomNormalLike"); }
void random_uniform(const NodeReader& node) { translate_random(node, "RandomUniform"); }
void random_uniform_like(const NodeReader& node) { translate_random(node, "RandomUniformLike"); }

const Rows kAxis = {{"axis", K::integer}};
const Rows kDequantize21 = {{"axis", K::integer}, {"block_size", K::integer}};
const Rows kQuantize19 = {{"axis", K::integer}, {"saturate", K::integer}};
const Rows kQuantize21 = {
    {"axis", K::integer}, {"saturate", K::integer}, {"block_size", K::integer}, {"output_dtype", K::integer}};
const Rows kConv = {{"auto_pad", K::text}, {"kernel_shape", K::integers}, {"strides", K::integers},
                    {"pads", K::integers}, {"dilations", K::integers},    {"group", K::integer}};
const Rows kQPool = {{"auto_pad", K::text},      {"kernel_shape", K::integers},     {"strides", K::integers},
                     {"pads", K::integers},      {"count_include_pad", K::integer}, {"ceil_mode", K::integer},
                     {"dilations", K::integers}, {"channels_last", K::integer}};
const Rows kQGemm = {{"alpha", K::real}, {"transA", K::integer}, {"transB", K::integer}};
const Rows kLstm = {{"activation_alpha", K::reals}, {"activation_beta", K::reals}, {"activations", K::texts},
                    {"clip", K::real_or_integer},   {"direction", K::text},        {"hidden_size", K::integer},
                    {"input_forget", K::integer}};
const Rows kNormal = {
    {"dtype", K::integer}, {"mean", K::real}, {"scale", K::real}, {"seed", K::real}, {"shape", K::integers}};
const Rows kUniform = {
    {"dtype", K::integer}, {"high", K::real}, {"low", K::real}, {"seed", K::real}, {"shape", K::integers}};
const Rows kNormalLike = {{"dtype", K::integer}, {"mean", K::real}, {"scale", K::real}, {"seed", K::real}};
const Rows kUniformLike = {{"dtype", K::integer}, {"high", K::real}, {"low", K::real}, {"seed", K::real}};
const Rows kMultinomial = {{"dtype", K::integer}, {"sample_size", K::integer}, {"seed", K::real}};

}  // namespace

const std::vector<OperatorRow>& quantized_rows() {
    static const std::vector<OperatorRow> rows = {
        {"Bernoulli", 15, 1, 1, 1, {{"dtype", K::integer}, {"seed", K::real}}, bernoulli},
        {"ConvInteger", 10, 2, 4, 1, kConv, translate_conv_integer},
        {"DequantizeLinear", 10, 2, 3, 1, {}, translate_dequantize_linear},
        {"DequantizeLinear", 13, 2, 3, 1, kAxis, translate_dequantize_linear},
        {"DequantizeLinear", 21, 2, 3, 1, kDequantize21, translate_dequantize_linear},
        {"DynamicQuantizeLinear", 11, 1, 1, 3, {}, dynamic_quantize_linear},
        {"MatMulInteger", 10, 2, 4, 1, {}, matmul_integer},
        {"Multinomial", 7, 1, 1, 1, kMultinomial, multinomial},
        {"QLinearConv", 10, 8, 9, 1, kConv, translate_qlinear_conv},
        {"QLinearMatMul", 10, 8, 8, 1, {}, translate_qlinear_matmul},
        {"QuantizeLinear", 10, 2, 3, 1, {}, translate_quantize_linear},
        {"QuantizeLinear", 13, 2, 3, 1, kAxis, translate_quantize_linear},
        {"QuantizeLinear", 19, 2, 3, 1, kQuantize19, translate_quantize_linear},
        {"QuantizeLinear", 21, 2, 3, 1, kQuantize21, translate_quantize_linear},
        {"RandomNormal", 1, 0, 0, 1, kNormal, random_normal},
        {"RandomNormalLike", 1, 1, 1, 1, kNormalLike, random_normal_like},
        {"RandomUniform", 1, 0, 0, 1, kUniform, random_uniform},
        {"RandomUniformLike", 1, 1, 1, 1, kUniformLike, random_uniform_like},
        {"com.microsoft.DequantizeLinear", 1, 2, 3, 1, kAxis, translate_dequantize_linear},
        {"com.microsoft.DynamicQuantizeLSTM", 1, 3, 12, 3, kLstm, translate_dynamic_quantize_lstm},
        {"com.microsoft.DynamicQuantizeMatMul", 1, 3, 5, 1, {}, translate_dynamic_quantize_matmul},
        {"com.microsoft.MatMulIntegerToFloat", 1, 4, 7, 1, {}, translate_matmul_integer_to_float},
        {"com.microsoft.QGemm", 1, 6, 9, 1, kQGemm, translate_qgemm},
        {"com.microsoft.QLinearAdd", 1, 8, 8, 1, {}, qlinear_binary<BinaryKind::add>},
        {"com.microsoft.QLinearAveragePool", 1, 4, 5, 1, kQPool, qlinear_pool},
        {"com.microsoft.QLinearConcat", 1, 5, kAnyNumber, 1, kAxis, translate_qlinear_concat},
        {"com.microsoft.QLinearGlobalAveragePool", 1, 5, 5, 1, {{"channels_last", K::integer}}, qlinear_global_pool},
        {"com.microsoft.QLinearLeakyRelu", 1, 4, 5, 1, {{"alpha", K::real}}, qlinear_unary<UnaryKind::leaky_relu>},
        {"com.microsoft.QLinearMul", 1, 8, 8, 1, {}, qlinear_binary<BinaryKind::multiply>},
        {"com.microsoft.QLinearSigmoid", 1, 4, 5, 1, {}, qlinear_unary<UnaryKind::sigmoid>},
        {"com.microsoft.QLinearSoftmax",
         1,
         5,
         5,
         1,
         {{"axis", K::integer}, {"opset", K::integer}},
         translate_qlinear_softmax},
        {"com.microsoft.QLinearWhere", 1, 9, 9, 1, {}, translate_qlinear_where},
        {"com.microsoft.QuantizeLinear", 1, 2, 3, 1, kAxis, translate_quantize_linear},
    };
    return rows;
}

}  // namespace tidegate
