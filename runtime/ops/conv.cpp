// SPDX-License-Identifier: MIT
// Conv: for every window y = bias + W x, x being the window's elements in the order of the matrix' columns: input
// channels, of each its taps in row-major order. Up to kMostSeries windows are gathered and multiplied at once.
#include "format/sizes.h"
#include "ops/blocks.h"
#include "ops/conv_windows.h"

namespace tidegate::ops {
namespace {

/// Is every window one element, in the order of x?
bool is_pointwise(const ConvWork& work) {
    const ConvSlot& slot = work.slot;
    const auto is_one = [](const PartAxisAt& part, const ConvAxisAt& axis, std::int32_t in, std::int32_t out) {
        return part.taps == 1 && part.first == axis.pad && axis.stride == 1 && axis.phases == 1 && in == out;
    };
    return is_one(work.part.height, slot.height, slot.in.height, slot.out.height) &&
           is_one(work.part.width, slot.width, slot.in.width, slot.out.width);
}

/// The elements of `count` windows from number `first` on, window_stride floats from one to the next.
const float* gathered(const ConvWork& work, std::uint32_t first, std::uint32_t count) {
    const ConvSlot& slot = work.slot;
    std::uint32_t row = first / work.width, col = first % work.width;
    if (count == 1 && is_whole(work, work.corner(row, col))) { return work.x; }
    if (work.is_pointwise) {
        transpose({work.x + first, slot.in.size()}, slot.channels, count, {slot.windows, slot.window_stride});
        return slot.windows;
    }
    for (std::uint32_t s = 0; s < count; ++s) {
        gather(work, work.corner(row, col), slot.windows + std::size_t{s} * slot.window_stride);
        if (++col == work.width) {
            col = 0;
            ++row;
        }
    }
    return slot.windows;
}

/// Results go to their places in each channel of y.
void scatter(const ConvWork& work, std::uint32_t first, std::uint32_t count) {
    const ConvSlot& slot = work.slot;
    const std::size_t plane = slot.out.size();
    if (slot.phases() == 1) {
        return transpose({slot.results, slot.result_stride}, count, slot.units, {work.y + first, plane});
    }
    std::uint32_t row = first / work.width, col = first % work.width;
    for (std::uint32_t s = 0; s < count; ++s) {
        const float* from = slot.results + std::size_t{s} * slot.result_stride;
        float* to = work.y + work.place(row, col);
        for (std::uint32_t m = 0; m < slot.units; ++m, to += plane) { *to = from[m]; }
        if (++col == work.width) {
            col = 0;
            ++row;
        }
    }
}

/// `count` windows from number `first` on.
void convolve(const ConvWork& work, std::uint32_t first, std::uint32_t count, const kernels::Kernels& kernels) {
    const ConvSlot& slot = work.slot;
    const bool is_direct = slot.out.size() == 1;
    float* results = is_direct ? work.y : slot.results.get();
    const kernels::Product product{work.part.matrix.input_part(slot.input_scale),
                                   slot.units,
                                   count,
                                   {gathered(work, first, count), slot.window_stride},
                                   {work.part.matrix.bias, 0},
                                   {results, slot.result_stride},
                                   slot.quantized};
    slot.multiply(kernels, product);
    if (!is_direct) { scatter(work, first, count); }
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
            ConvWork work{slot,
                          *part,
                          x,
                          y,
                          static_cast<std::int32_t>(phase_y),
                          static_cast<std::int32_t>(phase_x),
                          in_phase(slot.out.width, slot.width.phases, phase_x),
                          false};
            work.is_pointwise = is_pointwise(work);
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
