// SPDX-License-Identifier: MIT
// The rows of the operators on single elements.
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

template <BinaryKind kind>
void binary(const NodeReader& node) {
    node.add(Binary{kind});
}
void selu(const NodeReader& node) { translate_selu(node, 1.67326319217681884765625f, 1.05070102214813232421875f); }
void swish(const NodeReader& node) { translate_swish(node, 1); }
void thresholded_relu(const NodeReader& node) { translate_unary(node, UnaryKind::thresholded_relu, 1, 0); }
void greater(const NodeReader& node) { translate_greater(node, false); }
void greater_or_equal(const NodeReader& node) { translate_greater(node, true); }

const Rows kAlphaBeta = kAlpha + AttributeRow{"beta", K::real};
const Rows kSides = {{"detect_positive", K::integer}, {"detect_negative", K::integer}};

}  // namespace

const std::vector<OperatorRow>& elementwise_rows() {
    static const std::vector<OperatorRow> rows = {
        {"Abs", 6, 1, 1, 1, {}, unary<UnaryKind::absolute>},
        {"Add", 7, 2, 2, 1, {}, binary<BinaryKind::add>},
        {"And", 7, 2, 2, 1, {}, binary<BinaryKind::logical_and>},
        {"Ceil", 6, 1, 1, 1, {}, unary<UnaryKind::ceil>},
        {"Celu", 12, 1, 1, 1, kAlpha, translate_celu},
        {"Clip", 6, 1, 1, 1, kLimits, translate_clip},
        {"Clip", 11, 1, 3, 1, {}, translate_clip},
        {"Cos", 7, 1, 1, 1, {}, unary<UnaryKind::cosine>},
        {"Div", 7, 2, 2, 1, {}, binary<BinaryKind::divide>},
        {"Elu", 6, 1, 1, 1, kAlpha, elu},
        {"Equal", 7, 2, 2, 1, {}, binary<BinaryKind::equal>},
        {"Erf", 9, 1, 1, 1, {}, unary<UnaryKind::erf>},
        {"Exp", 6, 1, 1, 1, {}, unary<UnaryKind::exp>},
        {"Floor", 6, 1, 1, 1, {}, unary<UnaryKind::floor>},
        {"Gelu", 20, 1, 1, 1, {{"approximate", K::text}}, translate_gelu},
        {"Greater", 7, 2, 2, 1, {}, greater},
        {"GreaterOrEqual", 12, 2, 2, 1, {}, greater_or_equal},
        {"HardSigmoid", 6, 1, 1, 1, kAlphaBeta, hard_sigmoid},
        {"HardSwish", 14, 1, 1, 1, {}, translate_hard_swish},
        {"IsInf", 10, 1, 1, 1, kSides, translate_is_inf},
        {"IsNaN", 9, 1, 1, 1, {}, translate_is_nan},
        {"LeakyRelu", 6, 1, 1, 1, kAlpha, leaky_relu},
        {"Less", 7, 2, 2, 1, {}, binary<BinaryKind::less>},
        {"LessOrEqual", 12, 2, 2, 1, {}, binary<BinaryKind::less_or_equal>},
        {"Log", 6, 1, 1, 1, {}, unary<UnaryKind::log>},
        {"Max", 6, 1, kAnyNumber, 1, {}, variadic<BinaryKind::maximum>},
        {"Mean", 6, 1, kAnyNumber, 1, {}, translate_mean},
        {"Min", 6, 1, kAnyNumber, 1, {}, variadic<BinaryKind::minimum>},
        {"Mish", 18, 1, 1, 1, {}, translate_mish},
        {"Mod", 10, 2, 2, 1, {{"fmod", K::integer}}, translate_mod},
        {"Mul", 7, 2, 2, 1, {}, binary<BinaryKind::multiply>},
        {"Neg", 6, 1, 1, 1, {}, unary<UnaryKind::negate>},
        {"Not", 1, 1, 1, 1, {}, translate_not},
        {"Or", 7, 2, 2, 1, {}, binary<BinaryKind::logical_or>},
        {"PRelu", 7, 2, 2, 1, {}, binary<BinaryKind::slope>},
        {"Pow", 7, 2, 2, 1, {}, binary<BinaryKind::power>},
        {"Reciprocal", 6, 1, 1, 1, {}, unary<UnaryKind::reciprocal>},
        {"Relu", 6, 1, 1, 1, {}, unary<UnaryKind::relu>},
        {"Round", 11, 1, 1, 1, {}, unary<UnaryKind::round>},
        {"Selu", 6, 1, 1, 1, kAlpha + AttributeRow{"gamma", K::real}, selu},
        {"Sigmoid", 6, 1, 1, 1, {}, unary<UnaryKind::sigmoid>},
        {"Sign", 9, 1, 1, 1, {}, unary<UnaryKind::sign>},
        {"Sin", 7, 1, 1, 1, {}, unary<UnaryKind::sine>},
        {"Softplus", 1, 1, 1, 1, {}, unary<UnaryKind::softplus>},
        {"Softsign", 1, 1, 1, 1, {}, unary<UnaryKind::softsign>},
        {"Sqrt", 6, 1, 1, 1, {}, unary<UnaryKind::square_root>},
        {"Sub", 7, 2, 2, 1, {}, binary<BinaryKind::subtract>},
        {"Sum", 6, 1, kAnyNumber, 1, {}, variadic<BinaryKind::add>},
        {"Swish", 24, 1, 1, 1, kAlpha, swish},
        {"Tan", 7, 1, 1, 1, {}, translate_tan},
        {"Tanh", 6, 1, 1, 1, {}, unary<UnaryKind::tanh>},
        {"ThresholdedRelu", 10, 1, 1, 1, kAlpha, thresholded_relu},
        {"Where", 9, 3, 3, 1, {}, plain<Select>},
        {"Xor", 7, 2, 2, 1, {}, binary<BinaryKind::logical_xor>},
    };
    return rows;
}

}  // namespace tidegate
