// SPDX-License-Identifier: MIT
// Small valid models made by hand, for tests that damage them. The objects are FlatBuffers' own, generated from
// model.fbs into the namespace tidegate::objects.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model_objects_generated.h"

namespace tidegate::test {

/// A model and the names of its parts.
struct Sample {
    objects::ModelT model;
    std::map<std::string, int> tensors;

    int index(const std::string& tensor_name) const { return tensors.at(tensor_name); }
    objects::TensorT& tensor(const std::string& name);
    /// The buffer that the tensor lies in.
    objects::Buffer& buffer(const std::string& tensor_name);
    objects::OpT& op(const std::string& name);
    objects::RecurrentT& recurrent(const std::string& op_name);
    objects::Buffer& scratch(const std::string& op_name);
};

/// LSTM (peepholes, clip) with h and c as states -> Dense -> affine; forecast block with every kind of feature.
/// Ops lstm, dense, scale. Tensors features, x, h, c, y_h, y_c, row, hidden, forecast.
Sample forecaster_sample();

/// GRU in both directions with lengths from an input and a constant initial_h -> reverse RNN with constant lengths.
/// Ops gru, rnn. Tensors x, lengths, h0, y, y_h, wide, fixed_lengths, back.
Sample recurrent_sample();

/// Ops transpose, slice, gather, concat, pick (Gather with constant indices), expand, add, relu, softmax, matmul, cast,
/// square. Tensors a, i, then the results named as their ops, and the constants picks, row, right.
Sample moves_sample();

/// Symbols time 1..4 and batch 1..3. RNN with lengths -> last step (Slice from time - 1); pairs of steps
/// ([time / 2, 2, batch, 5], a view) -> relu; lengths as values. Ops rnn, last, relu, extents. Tensors x, lengths, y,
/// last, pairs, relu, extents.
Sample symbolic_sample();

/// Symbol time 1..2. LSTM of integers, three series, two at once; h within 1 -> GRU of halves in both directions ->
/// Dense of integers with a fixed scale. Ops lstm, gru, dense. Tensors x, h, c, y, y_h, y_c, rows, both, result.
Sample quantized_sample();

/// Symbol time 2..5. Conv of integers in two groups -> Conv of two phases -> ChannelConv -> Pool (average, pool); Pool
/// (maximum, mean) over all the time. Ops conv, up, depth, pool, mean. Tensors x, conv, up, image (up's), depth, pool,
/// mean, taps, bias.
Sample windows_sample();
/// Symbol time 3..6. Reduce (mean, and of integers least), Extreme (where), CumSum (sums) -> TopK (best, places), TopK
/// without indices (worst), Reduce of a constant (product). Tensors as the ops; inputs x, whole; constant factors.
Sample reduce_sample();

/// Symbol time 2..4. Overlay of x over a constant; GatherElements, ScatterElements and ScatterND with constant indices,
/// GatherND with those of an input (named) and constant ones (picked). Ops and results overlay, elements, named,
/// scattered, picked, summed; tensors x, rows, zero, places, pairs.
Sample indexed_sample();

/// Symbol time 2..4. Loop (walk) over x, which stacks the parts from the back in y and carries sum; in it a Loop
/// (inner) that a condition ends after two of three trips. Ops first, walk, inner, add, less, inner_end, keep,
/// walk_end. Tensors x, start, begun, sum, row, y, round, part, added, goes_on, kept; constants one, yes.
Sample loop_sample();

/// The FlatBuffer of a model.
std::vector<std::uint8_t> payload_of(const objects::ModelT& model);
/// The file: a header with the right sizes and CRC, then the payload.
std::vector<std::uint8_t> sealed(const std::vector<std::uint8_t>& payload);
/// Puts the CRC right again.
void reseal(std::vector<std::uint8_t>& file);

inline std::vector<std::uint8_t> file_of(const Sample& sample) { return sealed(payload_of(sample.model)); }

}  // namespace tidegate::test
