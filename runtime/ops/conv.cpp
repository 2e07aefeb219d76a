// SPDX-License-Identifier: MIT
// Conv: for every window y = bias + W x, x being the window's elements in the order of the matrix' columns: input
// channels, of each its taps in row-major order. Up to kMostSeries windows are gathered and multiplied at once.
#include <cstring>
#include <type_traits>

#include "format/sizes.h"
#include "ops/recurrent.h"
#include "ops/windows.h"

namespace tidegate::ops {
namespace {

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
struct Work {
    const ConvSlot& slot;
    const ConvPart& part;
    const float* x;  ///< the group's first input channel
    float* y;        ///< its first output channel
    std::int32_t phase_y, phase_x;
    std::uint32_t width;  ///< windows in a row

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

bool is_inside(std::int64_t first, std::uint32_t taps, std::uint32_t dilation, std::int32_t extent) {
    return first >= 0 && first + std::int64_t{taps - 1} * dilation < extent;
}

/// All rows of a window that lies inside of x. Copies of a known size take a few moves.
template <class Taps>
void copy_rows(const Work& work, const Work::Corner& at, Taps taps, float* to) {
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

void gather_inside(const Work& work, const Work::Corner& at, float* to) {
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

/// Elements outside of x are +0.
void gather(const Work& work, const Work::Corner& at, float* to) {
    const ConvSlot& slot = work.slot;
    const PartAxisAt &rows = work.part.height, &cols = work.part.width;
    const bool inside = is_inside(at.y, rows.taps, slot.height.dilation, slot.in.height) &&
                        is_inside(at.x, cols.taps, slot.width.dilation, slot.in.width);
    if (inside && (slot.width.dilation == 1 || cols.taps == 1)) { return gather_inside(work, at, to); }
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
bool is_whole(const Work& work, const Work::Corner& at) {
    const ConvSlot& slot = work.slot;
    const auto covers = [](std::int64_t first, const PartAxisAt& part, std::uint32_t dilation, std::int32_t extent) {
        return first == 0 && part.taps == static_cast<std::uint32_t>(extent) && (dilation == 1 || extent == 1);
    };
    return covers(at.y, work.part.height, slot.height.dilation, slot.in.height) &&
           covers(at.x, work.part.width, slot.width.dilation, slot.in.width);
}

/// `count` windows from number `first` on.
void convolve(const Work& work, std::uint32_t first, std::uint32_t count, const kernels::Kernels& kernels) {
    const ConvSlot& slot = work.slot;
    const std::size_t plane = slot.out.size();
    kernels::Product product{work.part.matrix.input_part(slot.input_scale),
                             slot.units,
                             count,
                             {slot.windows, slot.window_stride},
                             {work.part.matrix.bias, 0},
                             {slot.results, slot.result_stride},
                             slot.quantized};
    std::uint64_t places[kernels::kMostSeries] = {};
    std::uint32_t row = first / work.width, col = first % work.width;
    for (std::uint32_t s = 0; s < count; ++s) {
        const Work::Corner at = work.corner(row, col);
        if (count == 1 && is_whole(work, at)) {
            product.x.data = work.x;
        } else {
            gather(work, at, slot.windows + std::size_t{s} * slot.window_stride);
        }
        places[s] = work.place(row, col);
        if (++col == work.width) {
            col = 0;
            ++row;
        }
    }
    if (plane == 1) { product.y.data = work.y; }
    slot.multiply(kernels, product);
    if (plane == 1) { return; }
    for (std::uint32_t m = 0; m < slot.units; ++m) {
        const float* from = slot.results + m;
        float* to = work.y + m * plane;
        for (std::uint32_t s = 0; s < count; ++s) { to[places[s]] = from[std::size_t{s} * slot.result_stride]; }
    }
}

/// How many of `extent` places belong to a phase.
std::uint32_t in_phase(std::int32_t extent, std::uint32_t phases, std::uint32_t phase) {
    return (static_cast<std::uint32_t>(extent) + phases - 1 - phase) / phases;
}

void run_conv(const Prepared& self, const kernels::Kernels& kernels) {
    const ConvSlot& slot = reinterpret_cast<const ConvSlot&>(self);
    const float* x = slot.x;
    float* y = slot.y;
    for (std::uint32_t image = 0; image < slot.batch * slot.groups; ++image) {
        const ConvPart* part = slot.parts() + image % slot.groups * slot.phases();
        for (std::uint32_t phase = 0; phase < slot.phases(); ++phase, ++part) {
            const std::uint32_t phase_y = phase / slot.width.phases, phase_x = phase % slot.width.phases;
            const Work work{slot,
                            *part,
                            x,
                            y,
                            static_cast<std::int32_t>(phase_y),
                            static_cast<std::int32_t>(phase_x),
                            in_phase(slot.out.width, slot.width.phases, phase_x)};
            const std::uint32_t windows = work.width * in_phase(slot.out.height, slot.height.phases, phase_y);
            for (std::uint32_t first = 0; first < windows; first += slot.at_once) {
                const std::uint32_t left = windows - first;
                convolve(work, first, left < slot.at_once ? left : slot.at_once, kernels);
            }
        }
        x += slot.channels * slot.in.size();
        y += slot.units * slot.out.size();
    }
}

std::uint64_t conv_slot_bytes(const format::Op& op) {
    return sizeof(ConvSlot) + std::uint64_t{op.params_as_Conv()->parts()->size()} * sizeof(ConvPart);
}

ConvAxisAt axis_at(const Site& site, const format::ConvAxis& axis) {
    return {axis.stride(), axis.dilation(), axis.phases(), site.extent(axis.pad())};
}

/// Returns the largest number of columns.
std::uint32_t prepare_parts(const Site& site, const format::Conv& op, ConvPart* parts) {
    std::uint32_t cols = 0;
    for (std::uint32_t i = 0; i < op.parts()->size(); ++i) {
        const format::ConvPart& from = *op.parts()->Get(i);
        parts[i] = ConvPart();
        parts[i].matrix = PackedMatrix(site, *from.matrix());
        const format::PartAxis &outer = *from.axes()->Get(0), &inner = *from.axes()->Get(from.axes()->size() - 1);
        if (from.axes()->size() == 2) { parts[i].height = {outer.taps(), outer.first()}; }
        parts[i].width = {inner.taps(), inner.first()};
        if (parts[i].matrix.input_cols > cols) { cols = parts[i].matrix.input_cols; }
    }
    return cols;
}

/// As many windows at once as the scratch has room for.
template <class Form>
void prepare_conv(const Site& site, Prepared* head) {
    ConvSlot& slot = *reinterpret_cast<ConvSlot*>(head);
    const format::Conv& op = *site.op->params_as_Conv();
    const TensorView x = site.input(0), y = site.output(0);
    slot = ConvSlot();
    slot.head.run = run_conv;
    slot.multiply = Form::multiply;
    slot.x = x.floats();
    slot.y = static_cast<float*>(y.data);
    slot.in = Image(x);
    slot.out = Image(y);
    if (op.axes()->size() == 2) { slot.height = axis_at(site, *op.axes()->Get(0)); }
    slot.width = axis_at(site, *op.axes()->Get(op.axes()->size() - 1));
    slot.batch = static_cast<std::uint32_t>(x.dims[0]);
    slot.groups = op.groups();
    slot.channels = static_cast<std::uint32_t>(x.dims[1]) / slot.groups;
    slot.units = static_cast<std::uint32_t>(y.dims[1]) / slot.groups;
    slot.input_scale = op.input_scale();

    format::WindowSize size;
    size.cols = prepare_parts(site, op, slot.parts());
    size.units = slot.units;
    size.quantized = slot.parts()->matrix.form == format::MatrixForm::i8_panels;
    const std::uint64_t room = site.scratch_bytes() / format::window_lane_bytes(size);
    slot.at_once = room < kernels::kMostSeries ? static_cast<std::uint32_t>(room) : kernels::kMostSeries;
    slot.window_stride = static_cast<std::uint32_t>(format::align_up(size.cols, format::kPanelRows));
    slot.result_stride = static_cast<std::uint32_t>(format::padded_units(size.units));
    slot.windows = site.scratch();
    slot.results = slot.windows + std::size_t{slot.at_once} * slot.window_stride;
    slot.quantized = reinterpret_cast<std::int8_t*>(slot.results + std::size_t{slot.at_once} * slot.result_stride);
}

}  // namespace

const Operator conv_operator = {conv_slot_bytes, prepare_conv<F32>};
const Operator conv_f16_operator = {conv_slot_bytes, prepare_conv<F16>};
const Operator conv_i8_operator = {conv_slot_bytes, prepare_conv<I8>};

}  // namespace tidegate::ops
