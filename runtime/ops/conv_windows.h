// SPDX-License-Identifier: MIT
// The windows of a Conv op: where they lie in x and y, and how their elements are gathered in the order of the matrix'
// columns.
#pragma once

#include <cstring>
#include <type_traits>

#include "ops/recurrent.h"
#include "ops/windows.h"

namespace tidegate::ops {

struct ConvAxisAt {
    std::uint32_t stride = 1;
    std::uint32_t dilation = 1;
    std::uint32_t phases = 1;
    std::int32_t pad = 0;
};

struct PartAxisAt {
    std::uint32_t taps = 1;
    std::int32_t first = 0;
};

struct ConvPart {
    PackedMatrix matrix;
    PartAxisAt height, width;
};
static_assert(sizeof(ConvPart) % 8 == 0);

struct ConvSlot {
    Prepared head;
    Wide<const float> x;
    Wide<float> y;
    Wide<float> windows;  ///< [at_once][window_stride]
    Wide<float> results;  ///< [at_once][result_stride]
    Wide<std::int8_t> quantized;
    Wide<Multiply> multiply;
    ConvAxisAt height, width;
    Image in, out;
    std::uint32_t batch = 0;
    std::uint32_t groups = 1;
    std::uint32_t channels = 0;  ///< inputs of a group
    std::uint32_t units = 0;     ///< outputs of a group
    std::uint32_t at_once = 0;
    std::uint32_t window_stride = 0;
    std::uint32_t result_stride = 0;
    float input_scale = 0;

    std::uint32_t phases() const { return height.phases * width.phases; }
    const ConvPart* parts() const { return reinterpret_cast<const ConvPart*>(this + 1); }
    ConvPart* parts() { return reinterpret_cast<ConvPart*>(this + 1); }
};

/// One phase of one group of one image.
struct ConvWork {
    const ConvSlot& slot;
    const ConvPart& part;
    const float* x;  ///< the group's first input channel
    float* y;        ///< its first output channel
    std::int32_t phase_y, phase_x;
    std::uint32_t width;  ///< windows in a row
    bool is_pointwise;

    struct Corner {
        std::int64_t y, x;  ///< of the window's first element in x
    };
    Corner corner(std::int64_t row, std::int64_t col) const {
        return {row * slot.height.stride + part.height.first - slot.height.pad,
                col * slot.width.stride + part.width.first - slot.width.pad};
    }
    /// The place of the window's result in each channel of y.
    std::uint64_t place(std::int64_t row, std::int64_t col) const {
        const std::int64_t y_at = row * slot.height.phases + phase_y, x_at = col * slot.width.phases + phase_x;
        return static_cast<std::uint64_t>(y_at * slot.out.width + x_at);
    }
};

inline bool is_inside(std::int64_t first, std::uint32_t taps, std::uint32_t dilation, std::int32_t extent) {
    return first >= 0 && first + std::int64_t{taps - 1} * dilation < extent;
}

/// All rows of a window that lies inside of x. Copies of a known size take a few moves.
template <class Taps>
inline void copy_rows(const ConvWork& work, const ConvWork::Corner& at, Taps taps, float* to) {
    const ConvSlot& slot = work.slot;
    const std::int64_t row = std::int64_t{slot.height.dilation} * slot.in.width;
    const float* channel = work.x + at.y * slot.in.width + at.x;
    for (std::uint32_t c = 0; c < slot.channels; ++c, channel += slot.in.size()) {
        const float* from = channel;
        for (std::uint32_t i = 0; i < work.part.height.taps; ++i, from += row, to += taps) {
            std::memcpy(to, from, taps * sizeof(float));
        }
    }
}

inline void gather_inside(const ConvWork& work, const ConvWork::Corner& at, float* to) {
    const std::uint32_t taps = work.part.width.taps;
    switch (taps) {
        case 1:
            return copy_rows(work, at, std::integral_constant<std::size_t, 1>(), to);
        case 2:
            return copy_rows(work, at, std::integral_constant<std::size_t, 2>(), to);
        case 3:
            return copy_rows(work, at, std::integral_constant<std::size_t, 3>(), to);
        case 5:
            return copy_rows(work, at, std::integral_constant<std::size_t, 5>(), to);
        default:
            return copy_rows(work, at, std::size_t{taps}, to);
    }
}

/// All of a window that lies inside of x, whatever the steps between its taps.
inline void gather_spread(const ConvWork& work, const ConvWork::Corner& at, float* to) {
    const ConvSlot& slot = work.slot;
    const std::size_t rows = work.part.height.taps, cols = work.part.width.taps, step = slot.width.dilation;
    const std::size_t row = std::size_t{slot.height.dilation} * static_cast<std::size_t>(slot.in.width);
    const float* channel = work.x + at.y * slot.in.width + at.x;
    for (std::uint32_t c = 0; c < slot.channels; ++c, channel += slot.in.size()) {
        for (std::size_t i = 0; i < rows; ++i) {
            const float* from = channel + i * row;
            for (std::size_t j = 0; j < cols; ++j) { *to++ = from[j * step]; }
        }
    }
}

/// Elements outside of x are +0.
inline void gather(const ConvWork& work, const ConvWork::Corner& at, float* to) {
    const ConvSlot& slot = work.slot;
    const PartAxisAt &rows = work.part.height, &cols = work.part.width;
    const bool inside = is_inside(at.y, rows.taps, slot.height.dilation, slot.in.height) &&
                        is_inside(at.x, cols.taps, slot.width.dilation, slot.in.width);
    if (inside && (slot.width.dilation == 1 || cols.taps == 1)) { return gather_inside(work, at, to); }
    if (inside) { return gather_spread(work, at, to); }
    for (std::uint32_t c = 0; c < slot.channels; ++c) {
        const float* channel = work.x + c * slot.in.size();
        for (std::uint32_t i = 0; i < rows.taps; ++i) {
            const std::int64_t y = at.y + std::int64_t{i} * slot.height.dilation;
            const bool is_row = y >= 0 && y < slot.in.height;
            std::int64_t x = at.x;
            for (std::uint32_t j = 0; j < cols.taps; ++j, x += slot.width.dilation) {
                *to++ = is_row && x >= 0 && x < slot.in.width ? channel[y * slot.in.width + x] : 0.0F;
            }
        }
    }
}

/// Is the one window all of x, in order? Then it need not be gathered.
inline bool is_whole(const ConvWork& work, const ConvWork::Corner& at) {
    const ConvSlot& slot = work.slot;
    const auto covers = [](std::int64_t first, const PartAxisAt& part, std::uint32_t dilation, std::int32_t extent) {
        return first == 0 && part.taps == static_cast<std::uint32_t>(extent) && (dilation == 1 || extent == 1);
    };
    return covers(at.y, work.part.height, slot.height.dilation, slot.in.height) &&
           covers(at.x, work.part.width, slot.width.dilation, slot.in.width);
}

}  // namespace tidegate::ops
