// SPDX-License-Identifier: MIT
// The reference: what a graph means, in double precision, written from the ONNX text and nothing else. The converter
// folds constants with it and checks every conversion against it; it is simple on purpose and shares no code with the
// runtime.
//
// Numbers: f32 values are doubles that are never rounded to float (only Cast from an integer rounds); integers are
// exact and wrap as two's complement of their type. Where the text is silent: clip also acts on C before h,
// input_forget means f = 1 - i, past sequence_lens Y is 0, Y_h and Y_c are the state after the last valid step, a
// length of 0 gives zeros.
#pragma once

#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// An output with more elements than this is refused.
inline constexpr std::int64_t kMaxReferenceElements = std::int64_t{1} << 28;

/// Evaluates one node; an input is null where it is missing. Returns one tensor per node.outputs entry; entries that
/// are kNone are computed all the same. Throws ConvertError naming the node on a bad count, type, shape or value.
std::vector<Tensor> evaluate(const Node& node, const std::vector<const Tensor*>& inputs);

/// Evaluates a whole graph: inputs in the order of graph.inputs; states are the current values in the order of
/// graph.states and are replaced by the new ones. Returns the outputs in the order of graph.outputs. Throws
/// ConvertError.
std::vector<Tensor> evaluate(const Graph& graph, const std::vector<Tensor>& inputs, std::vector<Tensor>& states);

/// The values that the states of a session start with, in the order of graph.states: `initial`, or zeros of the state
/// input's shape (which must be known).
std::vector<Tensor> initial_states(const Graph& graph);

}  // namespace tidegate
