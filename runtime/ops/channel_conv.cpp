// SPDX-License-Identifier: MIT
// ChannelConv: convolutions without packed weights. Each output is one chain of fused multiply-adds: its bias, then the
// input channels of its group ascending, of each the taps in row-major order; what lies outside of x is +0 and is
// multiplied too. Long rows go along the row, short ones along the channels: the same chains.
#include <cstring>

#include "ops/windows.h"

namespace tidegate::ops {
namespace {

/// Elements on the stack at a time.
constexpr std::uint32_t kChunk = 32;
/// Rows shorter than this are not worth a call each, where the channels can be taken together.
constexpr std::int32_t kShortRow = 8;

struct ChannelConvSlot {
    Prepared head;
    Wide<const float> x;
    Wide<const float> w;  ///< [channels][taps][outputs]
    Wide<const float> b;  ///< or null
    Wide<float> y;
    WindowPair window;
    Image in, out;
    std::uint32_t batch = 0;
    std::uint32_t groups = 1;
    std::uint32_t channels = 0;  ///< inputs of a group
    std::uint32_t outputs = 0;   ///< of all groups

    std::uint32_t inputs() const { return groups * channels; }
    std::uint32_t group_outputs() const { return outputs / groups; }
};

/// Where tap `i` of a window lies; -1: nowhere.
std::int64_t element(const WindowAt& axis, std::int64_t window, std::int64_t i, std::int32_t extent) {
    const std::int64_t at = axis.first(window) + i * axis.dilation;
    if (at < 0 || (axis.upsample != 1 && at % axis.upsample != 0)) { return -1; }
    const std::int64_t place = axis.upsample != 1 ? at / axis.upsample : at;
    return place < extent ? place : -1;
}

/// Calls visit(tap, row, col) for all taps of a kernel in row-major order.
template <class Visit>
void for_each_tap(const WindowPair& window, Visit visit) {
    std::uint64_t tap = 0;
    for (std::int32_t i = 0; i < window.height.kernel; ++i) {
        for (std::int32_t j = 0; j < window.width.kernel; ++j) { visit(tap++, i, j); }
    }
}

/// Tap j of `count` windows from `first` on, of one row of x: where they lie, or gathered in `room` (kChunk at most).
const float* taps_of_row(const ChannelConvSlot& slot, const float* row, std::int32_t first, std::uint32_t count,
                         std::int32_t j, float* room) {
    const WindowAt& axis = slot.window.width;
    const std::int64_t at = axis.first(first) + std::int64_t{j} * axis.dilation;
    const bool is_run = axis.stride == 1 && axis.upsample == 1 && at >= 0 && at + count <= slot.in.width;
    if (is_run) { return row + at; }
    for (std::uint32_t k = 0; k < count; ++k) {
        const std::int64_t place = element(axis, std::int64_t{first} + k, j, slot.in.width);
        room[k] = place < 0 ? 0.0F : row[place];
    }
    return room;
}

/// A row outside of x is of zeros, which count: y may be -0.
void add_zeros(float w, float* y, std::uint32_t count, const kernels::Kernels& kernels) {
    const float zeros[kChunk] = {};
    for (; count > kChunk; count -= kChunk, y += kChunk) { kernels.axpy(w, zeros, y, kChunk); }
    kernels.axpy(w, zeros, y, count);
}

/// `count` results of row y_at of output channel m, more than kChunk only if all taps lie inside of x's rows. x: the
/// first input channel of its group.
void run_row(const ChannelConvSlot& slot, const float* x, std::uint32_t m, std::int32_t y_at, std::int32_t first,
             std::uint32_t count, float* y, const kernels::Kernels& kernels) {
    float room[kChunk];
    const float bias = slot.b != nullptr ? slot.b[m] : 0.0F;
    for (std::uint32_t k = 0; k < count; ++k) { y[k] = bias; }
    const float* w = slot.w + m;
    for (std::uint32_t c = 0; c < slot.channels; ++c, x += slot.in.size()) {
        for_each_tap(slot.window, [&](std::uint64_t, std::int32_t i, std::int32_t j) {
            const std::int64_t row = element(slot.window.height, y_at, i, slot.in.height);
            if (row < 0) {
                add_zeros(*w, y, count, kernels);
            } else {
                const float* from = x + row * slot.in.width;
                kernels.axpy(*w, taps_of_row(slot, from, first, count, j, room), y, count);
            }
            w += slot.outputs;
        });
    }
}

/// Windows [begin, end) of a row lie inside of x with all their taps, one beside the other.
struct Inside {
    std::int32_t begin, end;
};

Inside inside_of(const WindowAt& axis, std::int32_t in, std::int32_t out) {
    if (axis.stride != 1 || axis.upsample != 1) { return {0, 0}; }
    const auto limited = [out](std::int64_t at) {
        return static_cast<std::int32_t>(at < 0 ? 0 : at < out ? at : std::int64_t{out});
    };
    const std::int32_t begin = limited(axis.pad);
    const std::int32_t end = limited(std::int64_t{in} + axis.pad - std::int64_t{axis.kernel - 1} * axis.dilation);
    return {begin, end < begin ? begin : end};
}

void run_rows(const ChannelConvSlot& slot, const float* x, float* y, const kernels::Kernels& kernels) {
    constexpr auto kMost = static_cast<std::int32_t>(kChunk);
    const Inside inside = inside_of(slot.window.width, slot.in.width, slot.out.width);
    for (std::uint32_t m = 0; m < slot.outputs; ++m) {
        const float* group = x + m / slot.group_outputs() * slot.channels * slot.in.size();
        for (std::int32_t row = 0; row < slot.out.height; ++row, y += slot.out.width) {
            for (std::int32_t first = 0, end = 0; first < slot.out.width; first = end) {
                const bool is_inside = first >= inside.begin && first < inside.end;
                end = is_inside ? inside.end : first < inside.begin ? inside.begin : slot.out.width;
                if (!is_inside && end - first > kMost) { end = first + kMost; }
                run_row(slot, group, m, row, first, static_cast<std::uint32_t>(end - first), y + first, kernels);
            }
        }
    }
}

/// values[k] = the element that output m + k reads; null: none.
void gather_channels(const ChannelConvSlot& slot, const float* element, std::uint32_t m, std::uint32_t count,
                     float* values) {
    const std::size_t plane = slot.in.size();
    const std::uint32_t each = slot.group_outputs();
    if (element == nullptr) {
        std::memset(values, 0, count * sizeof(float));
    } else if (each == 1) {
        const float* from = element + m * plane;
        for (std::uint32_t k = 0; k < count; ++k, from += plane) { values[k] = *from; }
    } else {
        for (std::uint32_t k = 0; k < count; ++k) { values[k] = element[(m + k) / each * plane]; }
    }
}

/// One window of outputs [m, m + count), each of its own input channel. x, y: of channel 0.
void run_window(const ChannelConvSlot& slot, const float* x, std::uint32_t m, std::uint32_t count, std::int32_t row,
                std::int32_t col, float* y, const kernels::Kernels& kernels) {
    float sums[kChunk], values[kChunk];
    for (std::uint32_t k = 0; k < count; ++k) { sums[k] = slot.b != nullptr ? slot.b[m + k] : 0.0F; }
    for_each_tap(slot.window, [&](std::uint64_t tap, std::int32_t i, std::int32_t j) {
        const std::int64_t y_at = element(slot.window.height, row, i, slot.in.height);
        const std::int64_t x_at = element(slot.window.width, col, j, slot.in.width);
        const bool exists = y_at >= 0 && x_at >= 0;
        gather_channels(slot, exists ? x + y_at * slot.in.width + x_at : nullptr, m, count, values);
        kernels.multiply_add(slot.w + (tap * slot.outputs + m), values, sums, sums, count);
    });
    const std::size_t plane = slot.out.size();
    for (std::uint32_t k = 0; k < count; ++k) { y[(m + k) * plane] = sums[k]; }
}

void run_windows(const ChannelConvSlot& slot, const float* x, float* y, const kernels::Kernels& kernels) {
    for (std::int32_t row = 0; row < slot.out.height; ++row) {
        for (std::int32_t col = 0; col < slot.out.width; ++col, ++y) {
            for (std::uint32_t m = 0; m < slot.outputs; m += kChunk) {
                const std::uint32_t left = slot.outputs - m;
                run_window(slot, x, m, left < kChunk ? left : kChunk, row, col, y, kernels);
            }
        }
    }
}

void run_channel_conv(const Prepared& self, const kernels::Kernels& kernels) {
    const ChannelConvSlot& slot = reinterpret_cast<const ChannelConvSlot&>(self);
    const bool by_channels = slot.channels == 1 && slot.out.width < kShortRow;
    for (std::uint32_t n = 0; n < slot.batch; ++n) {
        const float* x = slot.x + n * slot.inputs() * slot.in.size();
        float* y = slot.y + n * slot.outputs * slot.out.size();
        by_channels ? run_windows(slot, x, y, kernels) : run_rows(slot, x, y, kernels);
    }
}

void prepare_channel_conv(const Site& site, Prepared* head) {
    ChannelConvSlot& slot = *reinterpret_cast<ChannelConvSlot*>(head);
    const format::ChannelConv& op = *site.op->params_as_ChannelConv();
    const TensorView x = site.input(0), y = site.output(0);
    slot = ChannelConvSlot();
    slot.head.run = run_channel_conv;
    slot.x = x.floats();
    slot.w = site.input(1).floats();
    slot.b = site.input(2).floats();
    slot.y = static_cast<float*>(y.data);
    slot.window = windows_at(site, *op.axes());
    slot.in = Image(x);
    slot.out = Image(y);
    slot.batch = static_cast<std::uint32_t>(x.dims[0]);
    slot.groups = op.groups();
    slot.channels = static_cast<std::uint32_t>(x.dims[1]) / slot.groups;
    slot.outputs = static_cast<std::uint32_t>(y.dims[1]);
}

}  // namespace

const Operator channel_conv_operator = {fixed_slot_bytes<ChannelConvSlot>, prepare_channel_conv};

}  // namespace tidegate::ops
