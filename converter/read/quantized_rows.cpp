// SPDX-License-Identifier: MIT
// The rows of the operators of quantized models and of random numbers.
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

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

const AttributeRow kBlockSize = {"block_size", K::integer};
const Rows kDequantize21 = kAxis + kBlockSize;
const Rows kQuantize19 = kAxis + AttributeRow{"saturate", K::integer};
const Rows kQuantize21 = kQuantize19 + kBlockSize + AttributeRow{"output_dtype", K::integer};
const AttributeRow kChannelsLast = {"channels_last", K::integer};
const Rows kQPool = kAveragePool19 + kChannelsLast;
const Rows kQGemm = kAlpha + Rows{{"transA", K::integer}, {"transB", K::integer}};
const Rows kRandom = {{"dtype", K::integer}, {"seed", K::real}};
const Rows kNormalLike = kRandom + AttributeRow{"mean", K::real} + AttributeRow{"scale", K::real};
const Rows kUniformLike = kRandom + AttributeRow{"high", K::real} + AttributeRow{"low", K::real};
const AttributeRow kShape = {"shape", K::integers};

}  // namespace

const std::vector<OperatorRow>& quantized_rows() {
    static const std::vector<OperatorRow> rows = {
        {"Bernoulli", 15, 1, 1, 1, kRandom, bernoulli},
        {"ConvInteger", 10, 2, 4, 1, kConv, translate_conv_integer},
        {"DequantizeLinear", 10, 2, 3, 1, {}, translate_dequantize_linear},
        {"DequantizeLinear", 13, 2, 3, 1, kAxis, translate_dequantize_linear},
        {"DequantizeLinear", 21, 2, 3, 1, kDequantize21, translate_dequantize_linear},
        {"DynamicQuantizeLinear", 11, 1, 1, 3, {}, plain<DynamicQuantizeLinear>},
        {"MatMulInteger", 10, 2, 4, 1, {}, plain<MatMulInteger>},
        {"Multinomial", 7, 1, 1, 1, kRandom + AttributeRow{"sample_size", K::integer}, multinomial},
        {"QLinearConv", 10, 8, 9, 1, kConv, translate_qlinear_conv},
        {"QLinearMatMul", 10, 8, 8, 1, {}, translate_qlinear_matmul},
        {"QuantizeLinear", 10, 2, 3, 1, {}, translate_quantize_linear},
        {"QuantizeLinear", 13, 2, 3, 1, kAxis, translate_quantize_linear},
        {"QuantizeLinear", 19, 2, 3, 1, kQuantize19, translate_quantize_linear},
        {"QuantizeLinear", 21, 2, 3, 1, kQuantize21, translate_quantize_linear},
        {"RandomNormal", 1, 0, 0, 1, kNormalLike + kShape, random_normal},
        {"RandomNormalLike", 1, 1, 1, 1, kNormalLike, random_normal_like},
        {"RandomUniform", 1, 0, 0, 1, kUniformLike + kShape, random_uniform},
        {"RandomUniformLike", 1, 1, 1, 1, kUniformLike, random_uniform_like},
        {"com.microsoft.DequantizeLinear", 1, 2, 3, 1, kAxis, translate_dequantize_linear},
        {"com.microsoft.DynamicQuantizeLSTM", 1, 3, 12, 3, kCell + kInputForget, translate_dynamic_quantize_lstm},
        {"com.microsoft.DynamicQuantizeMatMul", 1, 3, 5, 1, {}, translate_dynamic_quantize_matmul},
        {"com.microsoft.MatMulIntegerToFloat", 1, 4, 7, 1, {}, translate_matmul_integer_to_float},
        {"com.microsoft.QGemm", 1, 6, 9, 1, kQGemm, translate_qgemm},
        {"com.microsoft.QLinearAdd", 1, 8, 8, 1, {}, qlinear_binary<BinaryKind::add>},
        {"com.microsoft.QLinearAveragePool", 1, 4, 5, 1, kQPool, qlinear_pool},
        {"com.microsoft.QLinearConcat", 1, 5, kAnyNumber, 1, kAxis, translate_qlinear_concat},
        {"com.microsoft.QLinearGlobalAveragePool", 1, 5, 5, 1, Rows{kChannelsLast}, qlinear_global_pool},
        {"com.microsoft.QLinearLeakyRelu", 1, 4, 5, 1, kAlpha, qlinear_unary<UnaryKind::leaky_relu>},
        {"com.microsoft.QLinearMul", 1, 8, 8, 1, {}, qlinear_binary<BinaryKind::multiply>},
        {"com.microsoft.QLinearSigmoid", 1, 4, 5, 1, {}, qlinear_unary<UnaryKind::sigmoid>},
        {"com.microsoft.QLinearSoftmax", 1, 5, 5, 1, kAxis + AttributeRow{"opset", K::integer},
         translate_qlinear_softmax},
        {"com.microsoft.QLinearWhere", 1, 9, 9, 1, {}, translate_qlinear_where},
        {"com.microsoft.QuantizeLinear", 1, 2, 3, 1, kAxis, translate_quantize_linear},
    };
    return rows;
}

}  // namespace tidegate
