// SPDX-License-Identifier: MIT
#include "reference/evaluate.h"

#include <stdexcept>

#include "graph/error.h"
#include "reference/ops.h"

namespace tidegate {
namespace reference {
namespace {

using Outputs = std::vector<Tensor>;

/// One output from `x` with other extents.
Outputs reshaped(const Tensor& x, Dims dims) { return {with_dims(x, std::move(dims))}; }

Outputs slice_of(const Operands& in) {
    const Tensor& x = in.at(0);
    return {slice(x, slice_ranges(x.dims, in.integers(1), in.integers(2), in.maybe_integers(3), in.maybe_integers(4)))};
}

Outputs split_of(const Split& op, const Operands& in, std::size_t parts) {
    const Tensor& x = in.at(0);
    const std::int64_t extent = x.dims[normalise_axis(op.axis, x.dims.size())];
    return split(x, op.axis, split_sizes(extent, in.maybe_integers(1), parts));
}

Outputs dispatch(const Op& any, const std::vector<const Tensor*>& inputs, std::size_t outputs) {
    const Operands in(inputs);
    return std::visit(
        Overloaded{
            [&](const Recurrent& op) { return recurrent(op, in); },
            [&](const MatMul&) -> Outputs { return {matmul(in.real(0), in.real(1))}; },
            [&](const Gemm& op) -> Outputs { return {gemm(op, in.real(0), in.real(1), in.maybe_real(2))}; },
            [&](const Binary& op) -> Outputs { return {binary(op.kind, in.at(0), in.at(1))}; },
            [&](const Unary& op) -> Outputs { return {unary(op.function, in.at(0))}; },
            [](const If&) -> Outputs { throw ShapeFault("a branch was not chosen"); },
            [](const LoopBegin&) -> Outputs { throw ShapeFault("a loop is no single node"); },
            [](const LoopEnd&) -> Outputs { throw ShapeFault("a loop is no single node"); },
            [&](const Select&) -> Outputs { return {select(in.at(0), in.at(1), in.at(2))}; },
            [&](const Pad& op) -> Outputs { return {pad(op, in)}; },
            [&](const Tile&) -> Outputs { return {tile(in.at(0), in.integers(1))}; },
            [&](const GatherElements& op) -> Outputs { return {gather_elements(op, in.at(0), in.at(1))}; },
            [&](const GatherND& op) -> Outputs { return {gather_nd(op, in.at(0), in.at(1))}; },
            [&](const ScatterElements& op) -> Outputs { return {scatter_elements(op, in.at(0), in.at(1), in.at(2))}; },
            [&](const ScatterND& op) -> Outputs { return {scatter_nd(op, in.at(0), in.at(1), in.at(2))}; },
            [&](const Trilu& op) -> Outputs { return {trilu(op, in)}; },
            [&](const NonZero&) -> Outputs { return {non_zero(in.at(0))}; },
            [&](const EyeLike& op) -> Outputs { return {eye_like(op, in.at(0))}; },
            [&](const Resize& op) -> Outputs { return {resize(op, in)}; },
            [&](const Softmax& op) -> Outputs { return {softmax(op, in.real(0))}; },
            [&](const Concat& op) -> Outputs { return {concat(inputs, op.axis)}; },
            [&](const Slice&) { return slice_of(in); },
            [&](const Split& op) { return split_of(op, in, outputs); },
            [&](const Gather& op) -> Outputs { return {gather(in.at(0), in.at(1), op.axis)}; },
            [&](const Squeeze&) { return reshaped(in.at(0), squeeze_dims(in.at(0).dims, in.maybe_integers(1))); },
            [&](const Unsqueeze&) { return reshaped(in.at(0), unsqueeze_dims(in.at(0).dims, in.integers(1))); },
            [&](const Reshape& op) {
                return reshaped(in.at(0), reshape_dims(in.at(0).dims, in.integers(1), op.allow_zero));
            },
            [&](const Flatten& op) { return reshaped(in.at(0), flatten_dims(in.at(0).dims, op.axis)); },
            [&](const Transpose& op) -> Outputs { return {transpose(in.at(0), op.perm)}; },
            [&](const Identity&) -> Outputs { return {in.at(0)}; },
            [&](const Cast& op) -> Outputs { return {cast(in.at(0), op.to)}; },
            [&](const Shape& op) -> Outputs { return {shape(op, in.at(0))}; },
            [&](const Expand&) -> Outputs { return {expand(in.at(0), in.integers(1))}; },
            [&](const ConstantOfShape& op) -> Outputs { return {constant_of_shape(op.value, in.integers(0))}; },
            [&](const Range&) -> Outputs { return {range(in.at(0), in.at(1), in.at(2))}; },
            [&](const Conv& op) -> Outputs { return {conv(op, in.real(0), in.real(1), in.maybe_real(2))}; },
            [&](const ConvTranspose& op) -> Outputs {
                return {conv_transpose(op, in.real(0), in.real(1), in.maybe_real(2))};
            },
            [&](const Pool& op) { return pool(op, in.at(0)); },
            [&](const BatchNormalization& op) -> Outputs { return {batch_normalization(op, in)}; },
            [&](const QuantizeLinear& op) -> Outputs { return {quantize_linear(op, in)}; },
            [&](const DequantizeLinear& op) -> Outputs { return {dequantize_linear(op, in)}; },
            [&](const DynamicQuantizeLinear&) { return dynamic_quantize_linear(in.real(0)); },
            [&](const MatMulInteger&) -> Outputs { return {matmul_integer(in)}; },
            [&](const ConvInteger& op) -> Outputs { return {conv_integer(op, in)}; },
            [&](const FusedMatMul& op) -> Outputs { return {fused_matmul(op, in.real(0), in.real(1))}; },
            [](const RandomNumbers&) -> Outputs { throw ShapeFault("random numbers have no value"); },
            [&](const Reduce& op) -> Outputs { return {reduce(op, in.at(0), in.maybe_integers(1))}; },
            [&](const Extreme& op) -> Outputs { return {extreme(op, in.at(0))}; },
            [&](const CumSum& op) -> Outputs { return {cum_sum(op, in.at(0), in.at(1))}; },
            [&](const Normalization& op) { return normalization(op, in); },
            [&](const TopK& op) { return top_k(op, in.at(0), in.at(1)); },
        },
        any);
}

}  // namespace
}  // namespace reference

std::vector<Tensor> evaluate(const Node& node, const std::vector<const Tensor*>& inputs) {
    try {
        std::vector<Tensor> outputs = reference::dispatch(node.op, inputs, node.outputs.size());
        if (outputs.size() < node.outputs.size()) {
            throw ShapeFault("has " + std::to_string(node.outputs.size()) + " outputs, of which only " +
                             std::to_string(outputs.size()) + " exist");
        }
        outputs.resize(node.outputs.size());
        return outputs;
    } catch (const ShapeFault& fault) {
        throw ConvertError(node.name, name_of(node.op), fault.what());
    } catch (const std::length_error& fault) {  // element_count
        throw ConvertError(node.name, name_of(node.op), fault.what());
    }
}

}  // namespace tidegate
