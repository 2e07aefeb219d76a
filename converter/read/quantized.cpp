// SPDX-License-Identifier: MIT
// QuantizeLinear and DequantizeLinear, and the LSTM of quantized weights, which become real numbers again by operators
// that fold away. The integers are found anew when weights are stored as int8 (emit/integers.h).
#include "graph/text.h"
#include "read/operators.h"
#include "read/types.h"

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

/// Before opset 13 there is no axis: one scale for all.
QuantizedSlices slices_of(const Attributes& attributes) {
    const std::int64_t block = attributes.integer("block_size", 0);
    if (block < 0) { throw NodeFault("block_size is " + std::to_string(block)); }
    return {attributes.integer("axis", 1), block};
}

}  // namespace

/// https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html, opsets 10 to 22.
void translate_dequantize_linear(const NodeReader& node) { node.add(DequantizeLinear{slices_of(node.attributes)}); }

/// `saturate` only concerns 8-bit floats, which are refused.
void translate_quantize_linear(const NodeReader& node) {
    QuantizeLinear op{slices_of(node.attributes), ElementType::u8};
    if (const std::int64_t asked = node.attributes.integer("output_dtype", 0); asked != 0) {
        const OnnxType* type = asked > 0 && asked < 1000 ? find_type(static_cast<int>(asked)) : nullptr;
        if (type == nullptr || (type->type != ElementType::u8 && type->type != ElementType::i8)) {
            throw NodeFault("output_dtype is " + std::to_string(asked) + "; int8 and uint8 are supported");
        }
        op.type = type->type;
    }
    node.add(op);
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
