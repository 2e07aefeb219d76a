// SPDX-License-Identifier: MIT
// Graph -> Program: every node becomes the steps of the runtime that do it.
#include <algorithm>

#include "convert.h"
#include "lower/nodes.h"
#include "reference/shapes.h"

namespace tidegate {
namespace {

/// How many of a node's first inputs must be there.
std::size_t required_inputs(const Op& op) {
    return std::visit(Overloaded{
                          [](const Recurrent&) -> std::size_t { return 3; },
                          [](const Slice&) -> std::size_t { return 3; },
                          [](const MatMul&) -> std::size_t { return 2; },
                          [](const Gemm&) -> std::size_t { return 2; },
                          [](const Binary&) -> std::size_t { return 2; },
                          [](const Gather&) -> std::size_t { return 2; },
                          [](const Range&) -> std::size_t { return 3; },
                          [](const Conv&) -> std::size_t { return 2; },
                          [](const ConvTranspose&) -> std::size_t { return 2; },
                          [](const Select&) -> std::size_t { return 3; },
                          [](const Pad&) -> std::size_t { return 2; },
                          [](const GatherElements&) -> std::size_t { return 2; },
                          [](const GatherND&) -> std::size_t { return 2; },
                          [](const ScatterElements&) -> std::size_t { return 3; },
                          [](const ScatterND&) -> std::size_t { return 3; },
                          [](const CumSum&) -> std::size_t { return 2; },
                          [](const TopK&) -> std::size_t { return 2; },
                          [](const LoopBegin&) -> std::size_t { return 0; },
                          [](const LoopEnd&) -> std::size_t { return 0; },
                          [](const auto&) -> std::size_t { return 1; },
                      },
                      op);
}

[[noreturn]] void refuse_dynamic() {
    throw ConvertError(
        "depends on values that are only known at run time; bind the dimensions with --dim or freeze "
        "the inputs it depends on with --fix-input");
}

[[noreturn]] void refuse_unexpanded() { throw std::logic_error("came to lowering unexpanded"); }

bool has_known_inputs(const Graph& graph, const Node& node) {
    return std::ranges::all_of(
        node.inputs, [&](ValueId id) { return id != kNone && graph.values[static_cast<std::size_t>(id)].is_known(); });
}

void lower_op(Builder& builder, const Node& node) {
    std::visit(Overloaded{
                   [&](const Recurrent& op) { lower_recurrent(builder, node, op); },
                   [&](const MatMul& op) { lower_matmul(builder, node, op); },
                   [&](const Gemm& op) { lower_gemm(builder, node, op); },
                   [&](const Binary& op) { lower_binary(builder, node, op); },
                   [&](const Unary& op) { lower_unary(builder, node, op); },
                   [&](const Select&) { lower_select(builder, node); },
                   [](const If&) { refuse_dynamic(); },
                   [&](const LoopBegin& op) { lower_loop_begin(builder, node, op); },
                   [&](const LoopEnd& op) { lower_loop_end(builder, node, op); },
                   [&](const Softmax& op) { lower_softmax(builder, node, op); },
                   [&](const Concat& op) { lower_concat(builder, node, op); },
                   [&](const Slice&) { lower_slice(builder, node); },
                   [&](const Split& op) { lower_split(builder, node, op); },
                   [&](const Gather& op) { lower_gather(builder, node, op); },
                   [&](const Squeeze&) { lower_alias(builder, node); },
                   [&](const Unsqueeze&) { lower_alias(builder, node); },
                   [&](const Reshape&) { lower_alias(builder, node); },
                   [&](const Flatten&) { lower_alias(builder, node); },
                   [&](const Identity&) { lower_alias(builder, node); },
                   [&](const Transpose& op) { lower_transpose(builder, node, op); },
                   [&](const Cast& op) { lower_cast(builder, node, op); },
                   [&](const Expand&) { lower_expand(builder, node); },
                   [](const Shape&) { refuse_dynamic(); },
                   [&](const ConstantOfShape& op) {
                       if (!has_known_inputs(builder.graph(), node)) { refuse_dynamic(); }
                       lower_constant_of_shape(builder, node, op);
                   },
                   [&](const Range&) {
                       if (!has_known_inputs(builder.graph(), node)) { refuse_dynamic(); }
                       lower_range(builder, node);
                   },
                   [&](const Conv& op) { lower_conv(builder, node, op); },
                   [&](const ConvTranspose& op) { lower_conv_transpose(builder, node, op); },
                   [&](const Pool& op) { lower_pool(builder, node, op); },
                   [&](const Pad&) { lower_pad(builder, node); },
                   [&](const GatherElements& op) { lower_gather_elements(builder, node, op); },
                   [&](const GatherND& op) { lower_gather_nd(builder, node, op); },
                   [&](const ScatterElements& op) { lower_scatter_elements(builder, node, op); },
                   [&](const ScatterND& op) { lower_scatter_nd(builder, node, op); },
                   [](const Tile&) { refuse_unexpanded(); },
                   [](const Trilu&) { refuse_unexpanded(); },
                   [](const EyeLike&) { refuse_unexpanded(); },
                   [](const NonZero&) { refuse_unexpanded(); },
                   [](const Resize&) { refuse_unexpanded(); },
                   [](const QuantizeLinear&) { refuse_unexpanded(); },
                   [](const DequantizeLinear&) { refuse_unexpanded(); },
                   [](const DynamicQuantizeLinear&) { refuse_unexpanded(); },
                   [](const MatMulInteger&) { refuse_unexpanded(); },
                   [](const ConvInteger&) { refuse_unexpanded(); },
                   [](const FusedMatMul&) { refuse_unexpanded(); },
                   [](const RandomNumbers&) {
                       throw ConvertError("random numbers are not supported; sample from an output of the model");
                   },
                   [&](const Reduce& op) { lower_reduce(builder, node, op); },
                   [&](const Extreme& op) { lower_extreme(builder, node, op); },
                   [&](const CumSum& op) { lower_cum_sum(builder, node, op); },
                   [&](const TopK& op) { lower_top_k(builder, node, op); },
                   [](const Normalization&) { refuse_unexpanded(); },
                   [](const BatchNormalization&) { throw std::logic_error("came to lowering unexpanded"); },
               },
               node.op);
}

void lower_node(Builder& builder, const Node& node) {
    const std::string op = name_of(node.op);
    try {
        const std::size_t required = required_inputs(node.op);
        if (node.inputs.size() < required ||
            std::any_of(node.inputs.begin(), node.inputs.begin() + static_cast<std::ptrdiff_t>(required),
                        [](ValueId id) { return id == kNone; })) {
            throw ConvertError("has fewer than its " + std::to_string(required) + " inputs");
        }
        lower_op(builder, node);
    } catch (const ConvertError& error) {
        throw ConvertError(node.name, op, error.what());
    } catch (const ShapeFault& fault) {
        throw ConvertError(node.name, op, fault.what());
    } catch (const std::length_error& error) { throw ConvertError(node.name, op, error.what()); }
}

/// After a complaint some values are not made; their readers have nothing to say of their own.
bool is_ready(const Builder& builder, const Node& node) {
    return std::ranges::all_of(node.inputs, [&](ValueId id) {
        return id == kNone || builder.is_bound(id) || builder.graph().values[static_cast<std::size_t>(id)].is_known();
    });
}

bool is_wanted(const Builder& builder, const Node& node) {
    const bool is_border = std::holds_alternative<LoopBegin>(node.op) || std::holds_alternative<LoopEnd>(node.op);
    return is_border || std::ranges::any_of(node.outputs, [&](ValueId id) { return builder.wanted(id); });
}

ProgramStream stream_of(const Stream& stream) {
    ProgramStream result;
    result.axis = stream.axis;
    result.steps = stream.steps;
    for (const Stream::Port& port : stream.inputs) { result.inputs.push_back(static_cast<std::int32_t>(port.axis)); }
    for (const Stream::Port& port : stream.outputs) {
        result.outputs.push_back(static_cast<std::int32_t>(port.axis));
        result.shifts.push_back(static_cast<std::int32_t>(port.shift));
    }
    return result;
}

}  // namespace

Program lower(const Graph& graph, const std::optional<ForecastSpec>& forecast) {
    Builder builder(graph);
    builder.program().name = graph.name;
    builder.program().producer = graph.producer;
    builder.program().symbols = graph.symbols;
    builder.program().source_sha256 = graph.source_sha256;
    lower_inputs(builder);
    Complaints complaints;
    for (const Node& node : graph.nodes) {
        if (builder.is_absorbed(node) || !is_wanted(builder, node)) { continue; }
        if (!complaints.empty() && !is_ready(builder, node)) { continue; }
        try {
            lower_node(builder, node);
        } catch (const ConvertError& error) { complaints.add(error); }
    }
    complaints.throw_if_any();
    lower_outputs(builder);
    if (graph.stream) { builder.program().stream = stream_of(*graph.stream); }
    if (forecast) {
        check_forecast(*forecast, builder.program());
        builder.program().forecast = forecast;
    }
    return std::move(builder.program());
}

}  // namespace tidegate
