// SPDX-License-Identifier: MIT
// Operators of models that were quantized before: integers and scales become real numbers again, by operators that fold
// away where they are constant. The integers are found anew when weights are stored as int8 (emit/integers.h).
#include <algorithm>
#include <cmath>

#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {
namespace {

/// The extents of an operand that must be constant.
const Dims& constant_dims(const NodeReader& node, std::size_t input, const char* what) {
    const ValueId id = node.input(input);
    const Tensor* tensor = id == kNone ? nullptr : node.context.graph.constant(id);
    if (tensor == nullptr) {
        throw NodeFault(std::string(what) + " is not an initializer; quantize with constant weights and scales");
    }
    return tensor->dims;
}

bool is_single(const Dims& scales) { return scales.empty() || scales == Dims{1}; }

void refuse_blocks(const NodeReader& node) {
    if (node.attributes.integer("block_size", 0) != 0) {
        throw NodeFault("blocked quantization is not supported; export with one scale for each tensor or axis");
    }
}

/// The axis that has a scale for each slice.
std::int64_t scaled_axis(const NodeReader& node, const Dims& dims, const Dims& scales) {
    const auto rank = static_cast<std::int64_t>(dims.size());
    const std::int64_t asked = node.attributes.integer("axis", 1);
    const std::int64_t axis = asked < 0 ? asked + rank : asked;
    if (scales.size() != 1 || axis < 0 || axis >= rank || dims[static_cast<std::size_t>(axis)] != scales[0]) {
        throw NodeFault("a scale of shape " + to_text(scales) + " does not fit axis " + std::to_string(asked) + " of " +
                        to_text(dims));
    }
    return axis;
}

/// (integers - zero point) * scale, the two with axes of 1 put in where `unit_axes` says.
ValueId dequantized(const NodeReader& node, const std::string& name, ValueId integers, ValueId scale, ValueId zero,
                    const std::vector<std::int64_t>& unit_axes) {
    const auto in_shape = [&](ValueId id, const std::string& part) {
        if (unit_axes.empty()) { return id; }
        const ValueId shaped = node.between(name + "_" + part);
        node.add(Unsqueeze{}, {id, node.list(name + "_" + part + "_axes", unit_axes)}, {shaped});
        return shaped;
    };
    const auto real = [&](ValueId id, const std::string& part) {
        const ValueId cast = node.between(name + "_" + part);
        node.add(Cast{ElementType::f32}, {id}, {cast});
        return cast;
    };
    ValueId difference = real(integers, "real");
    if (zero != kNone) {
        const ValueId of = difference;
        difference = node.between(name + "_difference");
        node.add(Binary{BinaryKind::subtract}, {of, in_shape(real(zero, "zero_real"), "zero")}, {difference});
    }
    const ValueId product = node.between(name + "_weights");
    node.add(Binary{BinaryKind::multiply}, {difference, in_shape(scale, "scale")}, {product});
    return product;
}

/// W or R of DynamicQuantizeLSTM, [directions, columns, 4 * hidden] with scales [directions] or [directions, 4 *
/// hidden], as LSTM has it: [directions, 4 * hidden, columns].
ValueId lstm_weights(const NodeReader& node, const std::string& name, std::size_t weights, std::size_t scale) {
    const Dims& dims = constant_dims(node, weights, name.c_str());
    const ElementType type = node.context.graph.constant(node.input(weights))->type;
    if (type != ElementType::i8 && type != ElementType::u8) {
        throw NodeFault(name + " is " + name_of(type) + ", not int8 or uint8");
    }
    const Dims& scales = constant_dims(node, scale, (name + "_scale").c_str());
    const bool by_direction = dims.size() == 3 && scales == Dims{dims[0]};
    const bool by_row = dims.size() == 3 && scales == Dims{dims[0], dims[2]};
    if (!by_direction && !by_row) {
        throw NodeFault(name + "_scale has shape " + to_text(scales) + ", for " + name + " " + to_text(dims) +
                        " it must be [directions] or [directions, 4 * hidden_size]");
    }
    if (node.input(scale + 1) != kNone && constant_dims(node, scale + 1, (name + "_zero_point").c_str()) != scales) {
        throw NodeFault(name + "_zero_point has another shape than " + name + "_scale");
    }
    const std::vector<std::int64_t> unit_axes =
        by_direction ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{1};
    const ValueId real =
        dequantized(node, name, node.input(weights), node.input(scale), node.input(scale + 1), unit_axes);
    const ValueId transposed = node.between(name);
    node.add(Transpose{{0, 2, 1}}, {real}, {transposed});
    return transposed;
}

}  // namespace

/// https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html, opsets 10 to 22: per tensor, or along one axis of a
/// constant.
void translate_dequantize_linear(const NodeReader& node) {
    refuse_blocks(node);
    const Dims& scales = constant_dims(node, 1, "the scale");
    std::vector<std::int64_t> unit_axes;
    if (!is_single(scales)) {
        const Dims& dims = constant_dims(node, 0, "the tensor (with a scale for each slice)");
        const std::int64_t axis = scaled_axis(node, dims, scales);
        for (std::int64_t i = axis + 1; i < static_cast<std::int64_t>(dims.size()); ++i) {
            unit_axes.push_back(i - axis);
        }
    }
    const ValueId result = dequantized(node, "dequantized", node.input(0), node.input(1), node.input(2), unit_axes);
    node.add(Identity{}, {result}, node.outputs);
}

/// round(x / scale) + zero point, ties to even, saturated to int8 or uint8; of constants: weights that a
/// DequantizeLinear follows.
void translate_quantize_linear(const NodeReader& node) {
    refuse_blocks(node);
    if (node.attributes.integer("output_dtype", 0) != 0) {
        throw NodeFault("output_dtype is not supported; give a zero point of type int8 or uint8");
    }
    constant_dims(node, 0, "the tensor");
    const Dims& scales = constant_dims(node, 1, "the scale");
    const Tensor &x = *node.context.graph.constant(node.input(0)), &scale = *node.context.graph.constant(node.input(1));
    const Tensor* zero = node.context.graph.constant(node.input(2));
    const ElementType type = zero == nullptr ? ElementType::u8 : zero->type;
    if (!x.is_real() || !scale.is_real() || (type != ElementType::u8 && type != ElementType::i8)) {
        throw NodeFault("it must make int8 or uint8 of floats");
    }
    if (zero != nullptr && zero->dims != scales) { throw NodeFault("the zero point has another shape than the scale"); }
    std::size_t inner = 1, extent = 1;
    if (!is_single(scales)) {
        const auto axis = static_cast<std::size_t>(scaled_axis(node, x.dims, scales));
        extent = scale.reals.size();
        for (std::size_t i = axis + 1; i < x.dims.size(); ++i) { inner *= static_cast<std::size_t>(x.dims[i]); }
    }
    const double least = type == ElementType::u8 ? 0 : -128, most = type == ElementType::u8 ? 255 : 127;
    Tensor y = Tensor::zeros(type, x.dims);
    for (std::size_t i = 0; i < y.integers.size(); ++i) {
        const std::size_t at = i / inner % extent;
        const float quotient = static_cast<float>(x.reals[i]) / static_cast<float>(scale.reals[at]);
        const double offset = zero == nullptr ? 0 : static_cast<double>(zero->integers[at]);
        const double rounded = std::nearbyint(static_cast<double>(quotient)) + offset;
        if (std::isnan(rounded)) { throw NodeFault("a value is not a number, or a scale is zero"); }
        y.integers[i] = static_cast<std::int64_t>(std::clamp(rounded, least, most));
    }
    Value& value = node.context.graph.values[static_cast<std::size_t>(node.outputs[0])];
    value.type = type;
    value.dims = y.dims;
    value.constant = std::make_shared<const Tensor>(std::move(y));
}

/// com.microsoft.DynamicQuantizeLSTM: LSTM with inputs 8 to 11 W_scale, W_zero_point, R_scale, R_zero_point. Its
/// activations were rounded by one scale for all steps; here each step has its own.
void translate_dynamic_quantize_lstm(const NodeReader& node) {
    std::vector<ValueId> inputs = node.inputs;
    inputs.resize(8, kNone);
    inputs[1] = lstm_weights(node, "W", 1, 8);
    inputs[2] = lstm_weights(node, "R", 2, 10);
    NodeReader lstm = node;
    lstm.inputs = inputs;
    translate_recurrent(lstm, CellKind::lstm, true);
}

}  // namespace tidegate
