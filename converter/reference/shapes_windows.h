// SPDX-License-Identifier: MIT
// The shape rules of convolutions and pools, as shapes.h: S is Dims or Extents. Every function throws ShapeFault.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/extent.h"
#include "graph/op_windows.h"

namespace tidegate {

/// Windows along one spatial axis: element i of window o is x[o * stride + i * dilation - pad], and nothing (or +0)
/// where that is outside of x. Of a ConvTranspose x[j] adds to y[j * stride + i * dilation - pad] instead.
template <class E>
struct WindowRange {
    E kernel = 1;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
    E pad = 0;
    E pad_end = 0;
    E extent = 1;  ///< of the result
};
template <class S>
using WindowRanges = std::vector<WindowRange<typename S::value_type>>;

/// x [N, C, ...], w [M, C / group, ...].
template <class S = Dims>
WindowRanges<S> conv_windows(const Conv& op, const S& x, const S& w);
/// x [N, C, ...], w [C, M / group, ...].
template <class S = Dims>
WindowRanges<S> conv_transpose_windows(const ConvTranspose& op, const S& x, const S& w);
template <class S = Dims>
WindowRanges<S> pool_windows(const Pool& op, const S& x);

/// [N, channels, the extents of the windows].
template <class S = Dims>
S windowed_dims(const S& x, const typename S::value_type& channels, const WindowRanges<S>& windows);

}  // namespace tidegate
