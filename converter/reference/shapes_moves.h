// SPDX-License-Identifier: MIT
// Shape rules of Pad, Tile and what gathers and scatters; S as in shapes.h. They throw ShapeFault.
#pragma once

#include "graph/op_moves.h"
#include "reference/shapes.h"

namespace tidegate {

/// Elements that come before and behind each axis; a negative number are taken away.
template <class S>
struct Padding {
    S begins, ends;
};
/// pads: all begins, then all ends, of these axes (null: of all).
template <class S>
Padding<S> padding_of(const S& pads, const std::vector<std::int64_t>* axes, std::size_t rank);
template <class S>
S padded_dims(const S& dims, const Padding<S>& padding);
/// Where element i of an axis comes from that had `extent` elements before it was padded (i < 0: before them); -1 from
/// the constant. Reflection and repetition go on as far as needed, as numpy's.
std::int64_t padded_source(PadMode mode, std::int64_t i, std::int64_t extent);

template <class S>
S tiled_dims(const S& dims, const S& repeats);
/// data [batch..., named..., row...], indices [batch..., tuples..., named axes] -> [batch..., tuples..., row...].
template <class S>
S gather_nd_dims(const S& data, const S& indices, std::int64_t batch_axes);
/// One index for each element of its own dims: at most as far as the data reaches along all axes but `axis`.
template <class S>
void check_element_indices(const S& data, const S& indices, std::int64_t axis);

}  // namespace tidegate
