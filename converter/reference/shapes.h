// SPDX-License-Identifier: MIT
// The shape rules of the ONNX operators: for the reference, shape inference and lowering alike. S is Dims (numbers), or
// Extents (expressions over symbols): what then does not hold at every value of the symbols is refused.
// Every function throws ShapeFault.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/error.h"
#include "graph/extent.h"

namespace tidegate {

/// axis in [-rank, rank) -> [0, rank).
std::size_t normalise_axis(std::int64_t axis, std::size_t rank);
/// The same for a list; refuses an axis that is named twice. Keeps the order.
std::vector<std::size_t> normalise_axes(const std::vector<std::int64_t>& axes, std::size_t rank);
/// Elements between neighbours along each axis, row-major.
template <class S = Dims>
S strides(const S& dims);

/// numpy's rule: aligned at the last axis; equal, or one of them 1. A symbolic extent is not 1.
template <class S = Dims>
S broadcast_dims(const S& a, const S& b);
/// Does `from` broadcast to exactly `to`?
template <class S = Dims>
bool broadcasts_to(const S& from, const S& to);
/// numpy.matmul: batch axes broadcast; a 1-D operand is a row (a) or a column (b), and its axis vanishes.
template <class S = Dims>
S matmul_dims(const S& a, const S& b);

/// Extents must agree except along `axis`.
template <class S = Dims>
S concat_dims(const std::vector<S>& parts, std::int64_t axis);
/// data[:axis] + indices + data[axis + 1:].
template <class S = Dims>
S gather_dims(const S& data, const S& indices, std::int64_t axis);
/// y.dims[i] = x.dims[perm[i]]; an empty perm reverses. Returns the full perm.
std::vector<std::size_t> full_permutation(const std::vector<std::int64_t>& perm, std::size_t rank);
template <class S = Dims>
S transpose_dims(const S& dims, const std::vector<std::int64_t>& perm);
/// 0 copies the extent (unless allow_zero), one -1 takes what is left.
template <class S = Dims>
S reshape_dims(const S& dims, const S& shape, bool allow_zero);
/// [product before axis, product from axis on]; axis in [-rank, rank].
template <class S = Dims>
S flatten_dims(const S& dims, std::int64_t axis);
/// Without axes (null) every extent of 1 goes.
template <class S = Dims>
S squeeze_dims(const S& dims, const std::vector<std::int64_t>* axes);
/// Axes count in the result.
template <class S = Dims>
S unsqueeze_dims(const S& dims, const std::vector<std::int64_t>& axes);
/// Parts along an axis of `extent`: as given (they must add up), or `parts` of them, equal, the last one smaller.
template <class S = Dims>
S split_sizes(const typename S::value_type& extent, const S* sizes, std::size_t parts);
/// max(ceil((limit - start) / delta), 0), as a real or exactly for integers.
std::int64_t range_count(double start, double limit, double delta);
std::int64_t range_count(std::int64_t start, std::int64_t limit, std::int64_t delta);
Extent range_count(const Extent& start, const Extent& limit, std::int64_t delta);

/// One axis of a Slice: elements start, start + step, ... `extent` of them. Where there are none, start means nothing.
template <class E>
struct SliceRange {
    E start = 0;
    std::int64_t step = 1;
    E extent = 0;
};
/// One per axis of `dims`, clamped as ONNX says; null axes are 0, 1, ..., null steps are 1.
template <class S = Dims>
std::vector<SliceRange<typename S::value_type>> slice_ranges(const S& dims, const S& starts, const S& ends,
                                                             const std::vector<std::int64_t>* axes,
                                                             const std::vector<std::int64_t>* steps);
Dims dims_of(const std::vector<SliceRange<std::int64_t>>& ranges);
Extents dims_of(const std::vector<SliceRange<Extent>>& ranges);

}  // namespace tidegate
