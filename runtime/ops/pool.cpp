// SPDX-License-Identifier: MIT
// Pool: the maximum or the average of windows.
#include "ops/windows.h"

namespace tidegate::ops {
namespace {

struct PoolSlot {
    Prepared head;
    Wide<const float> x;
    Wide<float> y;
    WindowPair window;
    Image in, out;
    std::uint64_t planes = 0;  ///< batch and channels
    std::uint32_t is_average = 0;
    std::uint32_t counts_padding = 0;
};

/// The elements of a window that lie in x, and how many lie in x with its padding.
struct Span {
    std::int64_t begin = 0;  ///< in x
    std::int64_t count = 0;
    std::int64_t padded = 0;
};

/// How many steps of `by` from `from` on lie below `limit`.
std::int64_t steps_below(std::int64_t from, std::int64_t limit, std::int64_t by) {
    if (limit <= from) { return 0; }
    return by == 1 ? limit - from : (limit - from + by - 1) / by;
}

std::int64_t smaller(std::int64_t a, std::int64_t b) { return a < b ? a : b; }

Span span_of(const WindowAt& axis, std::int64_t window, std::int32_t extent) {
    const std::int64_t first = axis.first(window), by = axis.dilation;
    const std::int64_t before = smaller(steps_below(first, 0, by), axis.kernel);
    const std::int64_t up_to = smaller(steps_below(first, extent, by), axis.kernel);
    const std::int64_t padded = smaller(steps_below(first, std::int64_t{extent} + axis.pad_end, by), axis.kernel);
    return {first + before * by, up_to > before ? up_to - before : 0, padded};
}

/// NaN stays.
float largest_of(const PoolSlot& slot, const float* plane, const Span& rows, const Span& cols) {
    float largest = -__builtin_inff();
    for (std::int64_t i = 0; i < rows.count; ++i) {
        const float* at = plane + (rows.begin + i * slot.window.height.dilation) * slot.in.width + cols.begin;
        for (std::int64_t j = 0; j < cols.count; ++j, at += slot.window.width.dilation) {
            if (*at > largest || *at != *at) { largest = *at; }
        }
    }
    return largest;
}

float sum_of(const PoolSlot& slot, const float* plane, const Span& rows, const Span& cols) {
    float sum = 0;
    for (std::int64_t i = 0; i < rows.count; ++i) {
        const float* at = plane + (rows.begin + i * slot.window.height.dilation) * slot.in.width + cols.begin;
        for (std::int64_t j = 0; j < cols.count; ++j, at += slot.window.width.dilation) { sum += *at; }
    }
    return sum;
}

void run_pool(const Prepared& self, const kernels::Kernels&) {
    const PoolSlot& slot = reinterpret_cast<const PoolSlot&>(self);
    const float* plane = slot.x;
    float* y = slot.y;
    for (std::uint64_t n = 0; n < slot.planes; ++n, plane += slot.in.size()) {
        for (std::int32_t row = 0; row < slot.out.height; ++row) {
            const Span rows = span_of(slot.window.height, row, slot.in.height);
            for (std::int32_t col = 0; col < slot.out.width; ++col) {
                const Span cols = span_of(slot.window.width, col, slot.in.width);
                if (slot.is_average == 0) {
                    *y++ = largest_of(slot, plane, rows, cols);
                    continue;
                }
                const std::int64_t count =
                    slot.counts_padding != 0 ? rows.padded * cols.padded : rows.count * cols.count;
                *y++ = sum_of(slot, plane, rows, cols) / static_cast<float>(count);
            }
        }
    }
}

void prepare_pool(const Site& site, Prepared* head) {
    PoolSlot& slot = *reinterpret_cast<PoolSlot*>(head);
    const format::Pool& op = *site.op->params_as_Pool();
    const TensorView x = site.input(0), y = site.output(0);
    slot = PoolSlot();
    slot.head.run = run_pool;
    slot.x = x.floats();
    slot.y = static_cast<float*>(y.data);
    slot.window = windows_at(site, *op.axes());
    slot.in = Image(x);
    slot.out = Image(y);
    slot.planes = std::uint64_t{static_cast<std::uint32_t>(x.dims[0])} * static_cast<std::uint32_t>(x.dims[1]);
    slot.is_average = op.kind() == format::PoolKind::average;
    slot.counts_padding = op.count_padding();
}

}  // namespace

const Operator pool_operator = {fixed_slot_bytes<PoolSlot>, prepare_pool};

}  // namespace tidegate::ops
