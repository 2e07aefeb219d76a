// SPDX-License-Identifier: MIT
// Operators over windows of the spatial axes (all behind batch and channels): convolutions and pools; and
// BatchNormalization, which stands between them.
#pragma once

#include <cstdint>
#include <vector>

namespace tidegate {

enum class AutoPad { notset, same_upper, same_lower, valid };

/// As ONNX has it: one entry per spatial axis; an empty list stands for its default.
struct Window {
    AutoPad auto_pad = AutoPad::notset;
    std::vector<std::int64_t> kernel;  ///< empty: that of the weights
    std::vector<std::int64_t> strides;
    std::vector<std::int64_t> dilations;
    std::vector<std::int64_t> pads;  ///< all begins, then all ends
};

struct Conv {
    Window window;
    std::int64_t group = 1;
    bool of_integers = false;  ///< as MatMul's
};                             ///< x [N, C, ...], w [M, C / group, ...], b [M]?
struct ConvTranspose {
    Window window;
    std::int64_t group = 1;
    std::vector<std::int64_t> output_padding;
    std::vector<std::int64_t> output_shape;
};  ///< x [N, C, ...], w [C, M / group, ...], b [M]?

enum class PoolKind { maximum, average };  ///< in the order of format::PoolKind
struct Pool {
    PoolKind kind = PoolKind::maximum;
    Window window;
    bool global = false;         ///< one window over all; `window` means nothing
    bool ceil = false;           ///< a last window may reach beyond the padding, but not begin there
    bool count_padding = false;  ///< the average counts padding, as zeros
    bool column_major = false;   ///< the places count so
};                               ///< x -> y, places of the maxima in x (i64)?

struct BatchNormalization {
    double epsilon = 1e-5;
};  ///< y = scale (x - mean) / sqrt(variance + epsilon) + b;  x [N, C, ...], scale, b, mean, variance [C]

}  // namespace tidegate
