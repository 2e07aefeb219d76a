// SPDX-License-Identifier: MIT
// One function per operator family: appends the node's steps to the program and binds its outputs.
// Each throws ConvertError (without the node's name: lower() adds it) for what the runtime cannot do.
#pragma once

#include <initializer_list>
#include <vector>

#include "lower/builder.h"
#include "reference/shapes.h"

namespace tidegate {

// recurrent.cpp
void lower_recurrent(Builder& builder, const Node& node, const Recurrent& op);
// dense.cpp
void lower_matmul(Builder& builder, const Node& node, const MatMul& op);
void lower_gemm(Builder& builder, const Node& node, const Gemm& op);
// elementwise.cpp
void lower_binary(Builder& builder, const Node& node, const Binary& op);
void lower_unary(Builder& builder, const Node& node, const Unary& op);
void lower_select(Builder& builder, const Node& node);
void lower_softmax(Builder& builder, const Node& node, const Softmax& op);
void lower_cast(Builder& builder, const Node& node, const Cast& op);
// convolution.cpp
void lower_conv(Builder& builder, const Node& node, const Conv& op);
void lower_conv_transpose(Builder& builder, const Node& node, const ConvTranspose& op);
// pool.cpp
void lower_pool(Builder& builder, const Node& node, const Pool& op);
// reduce.cpp
void lower_reduce(Builder& builder, const Node& node, const Reduce& op);
void lower_extreme(Builder& builder, const Node& node, const Extreme& op);
void lower_cum_sum(Builder& builder, const Node& node, const CumSum& op);
void lower_top_k(Builder& builder, const Node& node, const TopK& op);
// movement.cpp
void lower_alias(Builder& builder, const Node& node);  ///< Reshape, Squeeze, Unsqueeze, Flatten, Identity
void lower_transpose(Builder& builder, const Node& node, const Transpose& op);
void lower_concat(Builder& builder, const Node& node, const Concat& op);
void lower_slice(Builder& builder, const Node& node);
void lower_split(Builder& builder, const Node& node, const Split& op);
void lower_gather(Builder& builder, const Node& node, const Gather& op);
// indexed.cpp
void lower_pad(Builder& builder, const Node& node);
void lower_gather_elements(Builder& builder, const Node& node, const GatherElements& op);
void lower_gather_nd(Builder& builder, const Node& node, const GatherND& op);
void lower_scatter_elements(Builder& builder, const Node& node, const ScatterElements& op);
void lower_scatter_nd(Builder& builder, const Node& node, const ScatterND& op);
// fill.cpp
void lower_expand(Builder& builder, const Node& node);
void lower_constant_of_shape(Builder& builder, const Node& node, const ConstantOfShape& op);
void lower_range(Builder& builder, const Node& node);
// loop.cpp
void lower_loop_begin(Builder& builder, const Node& node, const LoopBegin& op);
void lower_loop_end(Builder& builder, const Node& node, const LoopEnd& op);
// interface.cpp
void lower_inputs(Builder& builder);
void lower_outputs(Builder& builder);
/// Values of `id` steer memory: if they come from an input of the graph unchanged, they are checked before each run.
void limit_range(Builder& builder, ValueId id, RangeKind kind, const Extent& extent);
// forecast_check.cpp
/// Does the block fit the program's interface? Throws ConvertError naming the key.
void check_forecast(const ForecastSpec& spec, const Program& program);

/// A part of x: a view if its elements lie together at a place that is the same at every length, else a Slice.
TensorId part_of(Builder& builder, const Node& node, TensorId x, const std::vector<SliceRange<Extent>>& ranges);
/// A constant that is the same at every length; null for any other value. What follows from a shape stays an operand,
/// so that a model of one length computes as one of many does.
const Tensor* weights_of(const Builder& builder, ValueId id);
/// Throws if the value's type is none of `types`.
void need_type(const Builder& builder, ValueId id, std::initializer_list<ElementType> types);
/// Appends a transpose of `x`, or a view of it if no element moves.
TensorId transposed(Builder& builder, const Node& node, TensorId x, const std::vector<std::size_t>& perm);

}  // namespace tidegate
