// SPDX-License-Identifier: MIT
// The shape rules of the ONNX operators on concrete extents: for the reference, shape inference and lowering alike.
// Every function throws ShapeFault, which does not know the node; who knows it makes a ConvertError of it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <vector>

#include "graph/tensor.h"

namespace tidegate {

class ShapeFault : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// axis in [-rank, rank) -> [0, rank).
std::size_t normalise_axis(std::int64_t axis, std::size_t rank);
/// The same for a list; refuses an axis that is named twice. Keeps the order.
std::vector<std::size_t> normalise_axes(const std::vector<std::int64_t>& axes, std::size_t rank);
/// Elements between neighbours along each axis, row-major.
Dims strides(const Dims& dims);

/// numpy's rule: aligned at the last axis; equal, or one of them 1.
Dims broadcast_dims(const Dims& a, const Dims& b);
/// Does `from` broadcast to exactly `to`?
bool broadcasts_to(const Dims& from, const Dims& to);
/// numpy.matmul: batch axes broadcast; a 1-D operand is a row (a) or a column (b), and its axis vanishes.
Dims matmul_dims(const Dims& a, const Dims& b);

/// Extents must agree except along `axis`.
Dims concat_dims(const std::vector<Dims>& parts, std::int64_t axis);
/// data[:axis] + indices + data[axis + 1:].
Dims gather_dims(const Dims& data, const Dims& indices, std::int64_t axis);
/// y.dims[i] = x.dims[perm[i]]; an empty perm reverses. Returns the full perm.
std::vector<std::size_t> full_permutation(const std::vector<std::int64_t>& perm, std::size_t rank);
Dims transpose_dims(const Dims& dims, const std::vector<std::int64_t>& perm);
/// 0 copies the extent (unless allow_zero), one -1 takes what is left.
Dims reshape_dims(const Dims& dims, const std::vector<std::int64_t>& shape, bool allow_zero);
/// [product before axis, product from axis on]; axis in [-rank, rank].
Dims flatten_dims(const Dims& dims, std::int64_t axis);
/// Without axes (null) every extent of 1 goes.
Dims squeeze_dims(const Dims& dims, const std::vector<std::int64_t>* axes);
/// Axes count in the result.
Dims unsqueeze_dims(const Dims& dims, const std::vector<std::int64_t>& axes);
/// Parts along an axis of `extent`: as given (they must add up), or `parts` of them, equal, the last one smaller.
std::vector<std::int64_t> split_sizes(std::int64_t extent, const std::vector<std::int64_t>* sizes, std::size_t parts);
/// max(ceil((limit - start) / delta), 0), as a real or exactly for integers.
std::int64_t range_count(double start, double limit, double delta);
std::int64_t range_count(std::int64_t start, std::int64_t limit, std::int64_t delta);

/// One axis of a Slice: elements start, start + step, ... `extent` of them.
struct SliceRange {
    std::int64_t start = 0;
    std::int64_t step = 1;
    std::int64_t extent = 0;
};
/// One per axis of `dims`, clamped as ONNX says; null axes are 0, 1, ..., null steps are 1.
std::vector<SliceRange> slice_ranges(const Dims& dims, const std::vector<std::int64_t>& starts,
                                     const std::vector<std::int64_t>& ends, const std::vector<std::int64_t>* axes,
                                     const std::vector<std::int64_t>* steps);
Dims dims_of(const std::vector<SliceRange>& ranges);

}  // namespace tidegate
