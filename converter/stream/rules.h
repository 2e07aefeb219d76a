// SPDX-License-Identifier: MIT
// The rules of the operators: what a node of the whole sequence is to a stream of its steps. Inside stream/ only.
#pragma once

#include "stream/steps.h"

namespace tidegate {

// rules_elements.cpp
void step_elements(Steps& steps, Node node);  ///< each element of the result is one of each operand
void step_apart_from(Steps& steps, Node node, std::int64_t axis, const char* what);  ///< the same along one axis
void step_expand(Steps& steps, Node node);
void step_fill(Steps& steps, Node node);  ///< ConstantOfShape
void step_range(Steps& steps, Node node);
// rules_moves.cpp
void step_reshape(Steps& steps, Node node);
void step_transpose(Steps& steps, Node node, const Transpose& op);
void step_concat(Steps& steps, Node node, const Concat& op);
void step_split(Steps& steps, Node node, const Split& op);
void step_gather(Steps& steps, Node node, const Gather& op);
// rules_places.cpp
void step_slice(Steps& steps, Node node);
void step_pad(Steps& steps, Node node, const Pad& op);
// rules_windows.cpp
void step_window(Steps& steps, Node node, const Conv& op);
void step_window(Steps& steps, Node node, const Pool& op);
void step_window(Steps& steps, Node node, const ConvTranspose& op);
// rules_products.cpp
void step_matmul(Steps& steps, Node node);
void step_gemm(Steps& steps, Node node, const Gemm& op);
// rules_reduce.cpp
void step_reduce(Steps& steps, Node node, const Reduce& op);
void step_extreme(Steps& steps, Node node, const Extreme& op);
void step_top_k(Steps& steps, Node node, const TopK& op);
void step_cum_sum(Steps& steps, Node node, const CumSum& op);
// rules_recurrent.cpp
void step_recurrent(Steps& steps, Node node, const Recurrent& op);
/// Is it a forward pass over the axis of steps, whose states a session can hold?
bool is_recurrent_over(const Graph& graph, const Node& node, const Symbol& symbol);

/// "it needs all of 'time' before its first result; ..." and the like.
std::string needs_all(const Steps& steps, const char* what);

}  // namespace tidegate
