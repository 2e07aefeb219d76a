// SPDX-License-Identifier: MIT
#include "simplify/infer.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "graph/error.h"
#include "reference/shapes.h"
#include "simplify/infer_loop.h"
#include "simplify/infer_node.h"
#include "simplify/trip_count.h"

namespace tidegate {

namespace {

using E = ElementType;
using Outputs = std::vector<Inferred>;

Outputs one(E type, Extents dims) { return {{type, std::move(dims)}}; }

Outputs binary(const InferNode& node, const Binary& op) {
    const bool is_logical = op.kind >= BinaryKind::logical_and;
    const E type = is_logical                     ? node.need(0, {E::boolean})
                   : op.kind == BinaryKind::equal ? node.need(0, {E::f32, E::i32, E::i64, E::u8, E::i8, E::boolean})
                                                  : node.need(0, {E::f32, E::i32, E::i64, E::u8, E::i8});
    if (op.kind == BinaryKind::power) {
        node.need(1, {E::f32, E::i32, E::i64, E::u8, E::i8});
    } else {
        node.need(1, {type});
    }
    return one(is_truth(op.kind) ? E::boolean : type, broadcast_dims(node.dims(0), node.dims(1)));
}

Outputs unary(const InferNode& node, const Unary& op) {
    const E type = takes_integers(op.function.kind) ? node.need(0, {E::f32, E::i32, E::i64, E::u8, E::i8})
                                                    : node.need(0, {E::f32});
    return one(type, node.dims(0));
}

Outputs select(const InferNode& node) {
    node.need(0, {E::boolean});
    node.need(2, {node.type(1)});
    return one(node.type(1), broadcast_dims(node.dims(0), broadcast_dims(node.dims(1), node.dims(2))));
}

Outputs matmul(const InferNode& node) {
    node.need(0, {E::f32});
    node.need(1, {E::f32});
    return one(E::f32, matmul_dims(node.dims(0), node.dims(1)));
}

Outputs gemm(const InferNode& node, const Gemm& op) {
    Extents a = node.dims(0);
    Extents b = node.dims(1);
    if (a.size() != 2 || b.size() != 2) { throw ShapeFault("A and B must have 2 axes"); }
    if (op.transpose_a) { std::swap(a[0], a[1]); }
    if (op.transpose_b) { std::swap(b[0], b[1]); }
    Extents result = matmul_dims(a, b);
    for (std::size_t i = 0; i < node.inputs(); ++i) { node.need(i, {E::f32}); }
    if (node.has(2) && !broadcasts_to(node.dims(2), result)) {
        throw ShapeFault("C " + to_text(node.dims(2)) + " does not broadcast to " + to_text(result));
    }
    return one(E::f32, std::move(result));
}

Outputs softmax(const InferNode& node, Softmax& op) {
    node.need(0, {E::f32});
    op.axis = static_cast<std::int64_t>(normalise_axis(op.axis, node.dims(0).size()));
    return one(E::f32, node.dims(0));
}

Outputs concat(const InferNode& node, Concat& op) {
    std::vector<Extents> parts;
    for (std::size_t i = 0; i < node.inputs(); ++i) {
        node.need(i, {node.type(0)});
        parts.push_back(node.dims(i));
    }
    Extents result = concat_dims(parts, op.axis);
    op.axis = static_cast<std::int64_t>(normalise_axis(op.axis, result.size()));
    return one(node.type(0), std::move(result));
}

Outputs slice(const InferNode& node) {
    const auto axes = node.maybe_numbers(3), steps = node.maybe_numbers(4);
    return one(node.type(0),
               dims_of(slice_ranges(node.dims(0), node.list(1), node.list(2), pointer(axes), pointer(steps))));
}

/// Unequal parts without sizes exist from opset 18 on.
Outputs split(const InferNode& node, Split& op) {
    const Extents& dims = node.dims(0);
    op.axis = static_cast<std::int64_t>(normalise_axis(op.axis, dims.size()));
    const Extent& extent = dims[static_cast<std::size_t>(op.axis)];
    const auto parts = static_cast<std::int64_t>(node.outputs());
    std::optional<Extents> sizes = node.maybe_list(1);
    if (!sizes && node.opset() < 18) {
        if (extent.planned() % parts != 0) {
            throw ShapeFault(to_text(extent) + " elements along axis " + std::to_string(op.axis) + " are not " +
                             std::to_string(parts) + " equal parts");
        }
        sizes = Extents(node.outputs(), exact_divide(extent, Extent(parts)));
    }
    Outputs outputs;
    for (const Extent& size : split_sizes(extent, pointer(sizes), node.outputs())) {
        outputs.push_back({node.type(0), dims});
        outputs.back().dims[static_cast<std::size_t>(op.axis)] = size;
    }
    return outputs;
}

/// A number must be an index at the largest extent (a smaller one is refused when it is set); an expression always.
void check_indices(const InferNode& node, const Extent& extent, std::int64_t axis) {
    for (const Extent& index : node.elements(1).value_or(Extents())) {
        const std::int64_t largest = extent.planned();
        const bool fits = index.is_constant() ? index.constant() >= -largest && index.constant() < largest
                                              : always_at_most(0 - extent, index) && always_at_most(index + 1, extent);
        if (fits) { continue; }
        throw ShapeFault("index " + to_text(index) + " is outside axis " + std::to_string(axis) + " of " +
                         to_text(node.dims(0)) +
                         (index.is_constant() ? "" : " at some length; " + how_to_bind({index})));
    }
}

Outputs gather(const InferNode& node, Gather& op) {
    node.need(1, {E::i32, E::i64});
    const Extents& data = node.dims(0);
    Extents result = gather_dims(data, node.dims(1), op.axis);
    op.axis = static_cast<std::int64_t>(normalise_axis(op.axis, data.size()));
    check_indices(node, data[static_cast<std::size_t>(op.axis)], op.axis);
    return one(node.type(0), std::move(result));
}

Outputs flatten(const InferNode& node, const Flatten& op) {
    if (op.axis < 0 && node.opset() < 11) { throw ShapeFault("a negative axis exists from opset 11 on"); }
    return one(node.type(0), flatten_dims(node.dims(0), op.axis));
}

Outputs transpose(const InferNode& node, Transpose& op) {
    const std::vector<std::size_t> full = full_permutation(op.perm, node.dims(0).size());
    op.perm.assign(full.begin(), full.end());
    return one(node.type(0), transpose_dims(node.dims(0), op.perm));
}

Outputs squeeze(const InferNode& node) {
    const auto axes = node.maybe_numbers(1);
    return one(node.type(0), squeeze_dims(node.dims(0), pointer(axes)));
}

/// start and end count from the back when negative, and are clamped to the rank.
Outputs shape(const InferNode& node, Shape& op) {
    const auto rank = static_cast<std::int64_t>(node.dims(0).size());
    const auto clamp = [rank](std::int64_t i) { return std::clamp<std::int64_t>(i < 0 ? i + rank : i, 0, rank); };
    op.start = clamp(op.start);
    op.end = std::max(clamp(op.end), op.start);
    return one(E::i64, {op.end - op.start});
}

Outputs expand(const InferNode& node) { return one(node.type(0), broadcast_dims(node.dims(0), node.list(1))); }

/// Of a range with a symbol in it: all three are whole numbers, and the step is known.
Extent symbolic_count(const InferNode& node) {
    Extents bounds;
    bool are_whole = true;
    for (std::size_t i = 0; i < 3; ++i) {
        const Tensor* constant = node.constant(i);
        if (constant != nullptr && constant->is_real()) {
            const double value = constant->reals[0];
            const bool is_whole = std::floor(value) == value && std::abs(value) <= 0x1p24;
            are_whole = are_whole && is_whole;
            bounds.emplace_back(is_whole ? static_cast<std::int64_t>(value) : 0);
        } else {
            bounds.push_back(node.elements(i).value()[0]);
        }
    }
    if (!are_whole) {
        throw ShapeFault("a range whose length depends on a symbol needs whole numbers; " + how_to_bind(bounds));
    }
    if (!bounds[2].is_constant()) {
        throw ShapeFault("the step " + to_text(bounds[2]) + " of a range must be the same at every length; " +
                         how_to_bind({bounds[2]}));
    }
    return range_count(bounds[0], bounds[1], bounds[2].constant());
}

Outputs range(const InferNode& node) {
    const E type = node.need(0, {E::f32, E::i32, E::i64});
    bool all_constant = true;
    for (std::size_t i = 0; i < 3; ++i) {
        node.need(i, {type});
        node.need_known(i);
        if (!(element_count(node.dims(i)) == 1)) { throw ShapeFault("start, limit and delta must be scalars"); }
        all_constant = all_constant && node.constant(i) != nullptr;
    }
    if (!all_constant) { return one(type, {symbolic_count(node)}); }
    const auto real = [&](std::size_t i) { return node.constant(i)->reals[0]; };
    const auto integer = [&](std::size_t i) { return node.constant(i)->integers[0]; };
    return one(type, {type == E::f32 ? range_count(real(0), real(1), real(2))
                                     : range_count(integer(0), integer(1), integer(2))});
}

Outputs constant_of_shape(const InferNode& node, const ConstantOfShape& op) { return one(op.value.type, node.list(0)); }

Outputs dispatch(const InferNode& node, Op& any, const Graph& graph) {
    return std::visit(
        Overloaded{
            [&](Recurrent& op) { return infer_recurrent(node, op); },
            [&](MatMul&) { return matmul(node); },
            [&](Gemm& op) { return gemm(node, op); },
            [&](Binary& op) { return binary(node, op); },
            [&](Unary& op) { return unary(node, op); },
            [&](Select&) { return select(node); },
            [](If&) -> Outputs { throw ShapeFault("a branch was not chosen"); },
            [&](LoopBegin& op) { return infer_loop_begin(node, op); },
            [&](LoopEnd& op) { return infer_loop_end(node, op, graph); },
            [&](Softmax& op) { return softmax(node, op); },
            [&](Concat& op) { return concat(node, op); },
            [&](Slice&) { return slice(node); },
            [&](Split& op) { return split(node, op); },
            [&](Gather& op) { return gather(node, op); },
            [&](Squeeze&) { return squeeze(node); },
            [&](Unsqueeze&) { return one(node.type(0), unsqueeze_dims(node.dims(0), node.numbers(1))); },
            [&](Reshape& op) { return one(node.type(0), reshape_dims(node.dims(0), node.list(1), op.allow_zero)); },
            [&](Flatten& op) { return flatten(node, op); },
            [&](Transpose& op) { return transpose(node, op); },
            [&](Identity&) { return one(node.type(0), node.dims(0)); },
            [&](Cast& op) {
                if (node.has(1)) { op.to = node.type(1); }
                return one(op.to, node.dims(0));
            },
            [&](Shape& op) { return shape(node, op); },
            [&](Expand&) { return expand(node); },
            [&](ConstantOfShape& op) { return constant_of_shape(node, op); },
            [&](Range&) { return range(node); },
            [&](Conv& op) { return infer_conv(node, op); },
            [&](ConvTranspose& op) { return infer_conv_transpose(node, op); },
            [&](Pool& op) { return infer_pool(node, op); },
            [&](Pad& op) { return infer_pad(node, op); },
            [&](Tile&) { return infer_tile(node); },
            [&](GatherElements& op) { return infer_gather_elements(node, op); },
            [&](GatherND& op) { return infer_gather_nd(node, op); },
            [&](ScatterElements& op) { return infer_scatter_elements(node, op); },
            [&](ScatterND& op) { return infer_scatter_nd(node, op); },
            [&](Trilu&) { return infer_trilu(node); },
            [&](EyeLike& op) { return infer_eye_like(node, op); },
            [&](NonZero&) { return infer_non_zero(node); },
            [&](Resize& op) { return infer_resize(node, op); },
            [&](BatchNormalization&) { return infer_batch_normalization(node); },
            [&](QuantizeLinear& op) { return infer_quantize_linear(node, op); },
            [&](DequantizeLinear& op) { return infer_dequantize_linear(node, op); },
            [&](DynamicQuantizeLinear&) { return infer_dynamic_quantize_linear(node); },
            [&](MatMulInteger&) { return infer_matmul_integer(node); },
            [&](ConvInteger& op) { return infer_conv_integer(node, op); },
            [&](FusedMatMul& op) { return infer_fused_matmul(node, op); },
            [&](RandomNumbers& op) { return infer_random(node, op); },
            [&](Reduce& op) { return infer_reduce(node, op); },
            [&](Extreme& op) { return infer_extreme(node, op); },
            [&](CumSum&) { return infer_cum_sum(node); },
            [&](Normalization& op) { return infer_normalization(node, op); },
            [&](TopK& op) { return infer_top_k(node, op); },
        },
        any);
}

}  // namespace

void infer(Graph& graph, Node& node) {
    const InferNode operands(graph, node);
    const auto refuse = [&](const std::string& what) {
        throw ConvertError(node.name, name_of(node.op), what + " " + operands.describe_inputs());
    };
    try {
        if (std::holds_alternative<LoopEnd>(node.op)) { count_trips(graph, node); }
        const std::vector<Inferred> results = dispatch(operands, node.op, graph);
        if (results.size() < node.outputs.size()) { throw ShapeFault("it has more outputs than the operator"); }
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            if (node.outputs[i] == kNone) { continue; }
            element_count(results[i].dims);
            Value& value = graph.values[static_cast<std::size_t>(node.outputs[i])];
            value.type = results[i].type;
            value.dims = results[i].dims;
        }
        if (std::holds_alternative<Cast>(node.op)) { node.inputs.resize(1); }
    } catch (const ShapeFault& fault) { refuse(fault.what()); } catch (const std::length_error& fault) {
        refuse(fault.what());
    }
}

}  // namespace tidegate
