// SPDX-License-Identifier: MIT
// Convolutions and pools. Where a window leaves x the operators look at every index, so that no extent of y and no pad
// can lead out of memory; what is checked here is that sizes agree and that no product of them wraps.
#include "format/check_parts.h"
#include "format/sizes.h"

namespace tidegate::format {
namespace {

constexpr std::uint32_t kMaxAxes = 2;
constexpr std::int32_t kMaxFirst = 1 << 30;

bool is_step(std::uint32_t n) { return n >= 1 && n <= kMaxMatrixSide; }

/// x [N, C, ...], y [N, M, ...] with `axes` more, and both of whole groups.
bool are_images(const Shape& x, const Shape& y, std::uint32_t axes, std::uint32_t groups) {
    return axes >= 1 && axes <= kMaxAxes && groups >= 1 && x.type == ElementType::f32 && y.type == ElementType::f32 &&
           x.rank == axes + 2 && y.rank == x.rank && x.dims[0] == y.dims[0] && x.dims[1] % groups == 0 &&
           y.dims[1] % groups == 0;
}

// ---- Conv -----------------------------------------------------------------------------------------------------------

bool part_fits(const Operands& at, const ConvPart& part, std::uint32_t axes, const MatrixSize& channels) {
    if (part.axes()->size() != axes) { return false; }
    std::uint64_t cols = channels.input_cols;
    for (const PartAxis* axis : *part.axes()) {
        if (!is_step(axis->taps()) || axis->first() > kMaxFirst || axis->first() < -kMaxFirst) { return false; }
        cols *= axis->taps();
        if (cols > kMaxMatrixSide) { return false; }
    }
    MatrixSize size = channels;
    size.input_cols = static_cast<std::uint32_t>(cols);
    return matrix_fits(at.context, part.matrix(), size);
}

bool conv_fits(const Operands& at) {
    const Conv& op = *at.op.params_as_Conv();
    const Shape x = at.input(0), y = at.output(0);
    const std::uint32_t axes = op.axes()->size();
    if (!are_images(x, y, axes, op.groups()) || x.dims[1] / op.groups() > kMaxMatrixSide) { return false; }
    std::uint64_t parts = op.groups();
    for (const ConvAxis* axis : *op.axes()) {
        if (!is_step(axis->stride()) || !is_step(axis->dilation()) || !is_step(axis->phases()) ||
            !at.context.extents.exists(axis->pad())) {
            return false;
        }
        parts *= axis->phases();
        if (parts > op.parts()->size()) { return false; }
    }
    const MatrixForm form = op.parts()->Get(0)->matrix()->form();
    if (parts != op.parts()->size() || !is_scale(op.input_scale(), form)) { return false; }
    for (const ConvPart* part : *op.parts()) {
        if (!part_fits(at, *part, axes, {form, 1, y.dims[1] / op.groups(), x.dims[1] / op.groups(), 0})) {
            return false;
        }
    }
    return true;
}

std::uint64_t conv_scratch_bytes(const Op& op) {
    WindowSize largest;
    for (const ConvPart* part : *op.params_as_Conv()->parts()) {
        const Matrix& matrix = *part->matrix();
        if (matrix.input_cols() > largest.cols) { largest.cols = matrix.input_cols(); }
        largest.units = matrix.units();
        largest.quantized = matrix.form() == MatrixForm::i8_panels;
    }
    return window_lane_bytes(largest);
}

template <MatrixForm kForm>
bool has_form(const Model&, const Op& op) {
    const Conv& conv = *op.params_as_Conv();
    return conv.parts()->size() != 0 && conv.parts()->Get(0)->matrix()->form() == kForm;
}

// ---- ChannelConv, Pool ----------------------------------------------------------------------------------------------

using WindowAxes = flatbuffers::Vector<const WindowAxis*>;

/// A kernel that follows symbols may not be larger than an extent can be.
bool axes_fit(const Operands& at, const WindowAxes& axes) {
    for (const WindowAxis* axis : axes) {
        const Extents& extents = at.context.extents;
        if (!extents.exists(axis->kernel()) || !extents.exists(axis->pad()) || !extents.exists(axis->pad_end()) ||
            extents.value(axis->kernel()) < 1 || !is_step(axis->stride()) || !is_step(axis->dilation()) ||
            !is_step(axis->upsample())) {
            return false;
        }
    }
    return true;
}

bool channel_conv_fits(const Operands& at) {
    const ChannelConv& op = *at.op.params_as_ChannelConv();
    const Shape x = at.input(0), w = at.input(1), y = at.output(0);
    const std::uint32_t axes = op.axes()->size();
    if (!are_images(x, y, axes, op.groups()) || !axes_fit(at, *op.axes())) { return false; }
    if (w.type != ElementType::f32 || w.rank != x.rank || w.dims[0] != x.dims[1] / op.groups() ||
        w.dims[w.rank - 1] != y.dims[1]) {
        return false;
    }
    for (std::uint32_t i = 0; i < axes; ++i) {
        const std::int32_t kernel = at.context.extents.value(op.axes()->Get(i)->kernel());
        if (w.dims[i + 1] != static_cast<std::uint32_t>(kernel)) { return false; }
    }
    if (!at.has_input(2)) { return true; }
    const Shape b = at.input(2);
    return b.type == ElementType::f32 && b.rank == 1 && b.dims[0] == y.dims[1];
}

bool pool_fits(const Operands& at) {
    const Pool& op = *at.op.params_as_Pool();
    const Shape x = at.input(0), y = at.output(0);
    if (op.kind() > PoolKind::MAX || !are_images(x, y, op.axes()->size(), 1) || x.dims[1] != y.dims[1]) {
        return false;
    }
    if (!axes_fit(at, *op.axes())) { return false; }
    for (const WindowAxis* axis : *op.axes()) {
        if (axis->upsample() != 1) { return false; }
    }
    return true;
}

constexpr MatrixForm kF32 = MatrixForm::f32_panels, kF16 = MatrixForm::f16_panels, kI8 = MatrixForm::i8_panels;

}  // namespace

const Rule conv_rule = {OpParams::Conv, {1, 1}, conv_fits, has_form<kF32>, conv_scratch_bytes};
const Rule conv_f16_rule = {OpParams::Conv, {1, 1}, conv_fits, has_form<kF16>, conv_scratch_bytes};
const Rule conv_i8_rule = {OpParams::Conv, {1, 1}, conv_fits, has_form<kI8>, conv_scratch_bytes};
const Rule channel_conv_rule = {OpParams::ChannelConv, {3, 1, 1u << 2}, channel_conv_fits};
const Rule pool_rule = {OpParams::Pool, {1, 1}, pool_fits};

}  // namespace tidegate::format
