// SPDX-License-Identifier: MIT
// Convolutions. Constant weights become one packed matrix for each group and phase; those with one input channel in
// each group, and weights that are computed, go channel by channel.
#include <algorithm>
#include <functional>
#include <numeric>

#include "lower/nodes.h"
#include "lower/weights.h"
#include "reference/shapes_windows.h"

namespace tidegate {
namespace {

/// With so few outputs of one channel a panel of 16 rows would be mostly padding.
constexpr std::int64_t kFewRows = 4;
constexpr std::int64_t kMostParts = 4096;

using Ranges = WindowRanges<Extents>;

/// A convolution on its way: w(m, c, taps) is the weight of output m of a group, its input c and a tap.
struct Work {
    Builder& builder;
    const Node& node;
    Ranges windows;
    std::int64_t groups, in, out;  ///< channels of a group
    const Tensor* w = nullptr;     ///< null: computed
    const Tensor* b = nullptr;
    bool has_bias = false;

    std::size_t axes() const { return windows.size(); }
    std::int64_t kernel(std::size_t axis) const { return windows[axis].kernel.constant(); }
    Dims kernels() const {
        Dims dims;
        for (std::size_t i = 0; i < axes(); ++i) { dims.push_back(kernel(i)); }
        return dims;
    }
    bool is_packed() const { return w != nullptr && (!has_bias || b != nullptr) && !(in == 1 && out <= kFewRows); }
};

Work work_of(Builder& builder, const Node& node, Ranges windows, std::int64_t groups, std::int64_t in,
             std::int64_t out) {
    for (const ValueId id : node.inputs) {
        if (id != kNone) { need_type(builder, id, {ElementType::f32}); }
    }
    if (windows.size() > 2) {
        throw ConvertError("it has " + std::to_string(windows.size()) +
                           " spatial axes; 1 and 2 are supported; do this part outside of the model");
    }
    const ValueId bias = node.inputs.size() > 2 ? node.inputs[2] : kNone;
    return {builder,
            node,
            std::move(windows),
            groups,
            in,
            out,
            weights_of(builder, node.inputs[1]),
            weights_of(builder, bias),
            bias != kNone};
}

std::uint32_t narrow(std::int64_t value) { return static_cast<std::uint32_t>(value); }

/// The taps of one axis that a matrix has: first, first - step, ... (a transposed kernel runs backwards), or none.
struct Taps {
    std::int64_t first = 0, step = 1, count = 0;
};

/// Rows: outputs of a group; columns: its inputs, then taps, of which `at` says where they lie in w (group, m, c, tap).
using WeightAt = std::function<std::int64_t(std::int64_t, std::int64_t, std::int64_t, const Dims&)>;

ProgramMatrix matrix_of(const Work& work, std::int64_t group, const std::vector<Taps>& taps, const WeightAt& at) {
    ProgramMatrix matrix;
    matrix.units = narrow(work.out);
    std::int64_t cols = work.in;
    for (const Taps& t : taps) { cols *= std::max<std::int64_t>(t.count, 1); }
    matrix.input_cols = narrow(cols);
    matrix.weights.reserve(static_cast<std::size_t>(work.out * cols));
    const Taps one{0, 1, 1};
    const Taps &outer = taps.size() == 2 ? taps[0] : one, &inner = taps.back();
    const bool is_empty = outer.count == 0 || inner.count == 0;
    const std::string& name = work.builder.name(work.node.inputs[1]);
    for (std::int64_t m = 0; m < work.out; ++m) {
        for (std::int64_t c = 0; c < work.in && !is_empty; ++c) {
            for (std::int64_t i = 0; i < outer.count; ++i) {
                for (std::int64_t j = 0; j < inner.count; ++j) {
                    Dims tap = {outer.first + i * outer.step, inner.first + j * inner.step};
                    if (taps.size() == 1) { tap.erase(tap.begin()); }
                    const auto from = static_cast<std::size_t>(at(group, m, c, tap));
                    matrix.weights.push_back(weight(work.w->reals[from], name));
                }
            }
        }
        const auto bias = static_cast<std::size_t>(group * work.out + m);
        const bool has_bias = work.b != nullptr;
        matrix.bias.push_back(has_bias ? weight(work.b->reals[bias], work.builder.name(work.node.inputs[2])) : 0.0F);
    }
    matrix.weights.resize(static_cast<std::size_t>(work.out * cols));  // of an empty phase: zeros
    return matrix;
}

void finish(const Work& work, StepParams params, std::vector<TensorId> inputs) {
    Builder& builder = work.builder;
    const Extents x = builder.dims(work.node.inputs[0]);
    const TensorId made =
        builder.make(ElementType::f32, windowed_dims(x, Extent(work.groups * work.out), work.windows));
    builder.add(work.node, std::move(params), std::move(inputs), {made});
    builder.bind(work.node.outputs[0], made);
}

// ---- by channels: w as [inputs of a group, taps, outputs] -------------------------------------------------------

void lower_by_channels(const Work& work, TensorId w, std::vector<step::WindowAxis> axes) {
    Builder& builder = work.builder;
    step::ChannelConv step{narrow(work.groups), std::move(axes)};
    const TensorId x = builder.tensor(work.node.inputs[0]);
    const TensorId b = work.has_bias ? builder.tensor(work.node.inputs[2]) : -1;
    finish(work, std::move(step), {x, w, b});
}

/// The axes of w in the order perm, after they were split to `split`; `shape` is what the result is called.
TensorId rearranged(const Work& work, const Extents& split, const std::vector<std::size_t>& perm,
                    const Extents& shape) {
    Builder& builder = work.builder;
    const TensorId whole = builder.shaped(builder.tensor(work.node.inputs[1]), split);
    return builder.shaped(transposed(builder, work.node, whole, perm), shape);
}

/// A constant is rearranged here, not on the device.
TensorId constant_taps(const Work& work, const WeightAt& at, bool backwards) {
    const Dims kernel = work.kernels();
    Dims dims = {work.in};
    dims.insert(dims.end(), kernel.begin(), kernel.end());
    dims.push_back(work.groups * work.out);
    Tensor taps = Tensor::zeros(ElementType::f32, dims);
    std::size_t to = 0;
    for (std::int64_t c = 0; c < work.in; ++c) {
        const std::int64_t count = element_count(kernel);
        for (std::int64_t k = 0; k < count; ++k) {
            const std::int64_t j = backwards ? count - 1 - k : k;
            const Dims tap = kernel.size() == 2 ? Dims{j / kernel[1], j % kernel[1]} : Dims{j};
            for (std::int64_t m = 0; m < work.groups * work.out; ++m) {
                taps.reals[to++] = work.w->reals[static_cast<std::size_t>(at(m / work.out, m % work.out, c, tap))];
            }
        }
    }
    for (const double v : taps.reals) { weight(v, work.builder.name(work.node.inputs[1])); }
    return work.builder.constant(std::move(taps), work.builder.name(work.node.inputs[1]));
}

Extents taps_dims(const Work& work) {
    Extents dims = {work.in};
    for (const std::int64_t k : work.kernels()) { dims.emplace_back(k); }
    dims.emplace_back(work.groups * work.out);
    return dims;
}

/// Runtime's x index of window o, tap i: o * stride + i * dilation - pad.
std::vector<step::WindowAxis> plain_axes(const Work& work) {
    std::vector<step::WindowAxis> axes;
    for (const auto& w : work.windows) {
        axes.push_back({w.kernel, narrow(w.stride), narrow(w.dilation), 1, w.pad, 0});
    }
    return axes;
}

/// A transposed convolution is one over x with stride - 1 zeros between its elements, the kernel backwards.
std::vector<step::WindowAxis> upsampled_axes(const Work& work) {
    std::vector<step::WindowAxis> axes;
    for (const auto& w : work.windows) {
        const Extent pad = (w.kernel - Extent(1)) * Extent(w.dilation) - w.pad;
        axes.push_back({w.kernel, 1, narrow(w.dilation), narrow(w.stride), pad, 0});
    }
    return axes;
}

/// w with its taps in the opposite order.
TensorId backwards(const Work& work, TensorId w) {
    std::vector<SliceRange<Extent>> ranges;
    const Extents dims = work.builder.at(w).dims;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        const bool is_tap = i > 0 && i + 1 < dims.size();
        ranges.push_back({is_tap ? dims[i] - Extent(1) : Extent(0), is_tap ? -1 : 1, dims[i]});
    }
    return part_of(work.builder, work.node, w, ranges);
}

// ---- packed ---------------------------------------------------------------------------------------------------------

/// The taps of a transposed kernel that reach outputs p with (p + pad) % stride == phase, inputs ascending:
/// y[stride * j + phase] takes x[j + first + t * dilation / gcd(stride, dilation)].
struct Phase {
    Taps taps;
    step::PartAxis axis;
};

Phase phase_of(const Work& work, std::size_t axis, std::int64_t phase) {
    const auto& window = work.windows[axis];
    const std::int64_t s = window.stride, d = window.dilation, pad = window.pad.constant();
    Phase result;
    result.taps.step = -(s / std::gcd(s, d));
    for (std::int64_t k = 0; k < work.kernel(axis); ++k) {
        if ((phase + pad - k * d) % s != 0) { continue; }
        result.taps.first = k;  // the last one stays
        ++result.taps.count;
    }
    // Of no taps: one of zeros, of inputs that do not exist.
    constexpr std::int32_t kNowhere = -(1 << 30);
    const std::int64_t first = (phase + pad - result.taps.first * d) / s;
    result.axis = {narrow(std::max<std::int64_t>(result.taps.count, 1)),
                   result.taps.count == 0 ? kNowhere : static_cast<std::int32_t>(first)};
    return result;
}

step::Conv packed(const Work& work, const WeightAt& at, bool of_integers) {
    step::Conv step{narrow(work.groups), {}, {}, 0, of_integers};
    std::vector<Taps> taps;
    std::vector<step::PartAxis> axes;
    for (std::size_t i = 0; i < work.axes(); ++i) {
        const auto& w = work.windows[i];
        step.axes.push_back({narrow(w.stride), narrow(w.dilation), 1, w.pad});
        taps.push_back({0, 1, work.kernel(i)});
        axes.push_back({narrow(work.kernel(i)), 0});
    }
    for (std::int64_t g = 0; g < work.groups; ++g) { step.parts.push_back({matrix_of(work, g, taps, at), axes}); }
    return step;
}

step::Conv packed_phases(const Work& work, const WeightAt& at) {
    step::Conv step{narrow(work.groups), {}, {}, 0, false};
    for (const auto& w : work.windows) {
        step.axes.push_back({1, narrow(w.dilation / std::gcd(w.stride, w.dilation)), narrow(w.stride), 0});
    }
    const std::int64_t outer = work.axes() == 2 ? work.windows[0].stride : 1, inner = work.windows.back().stride;
    for (std::int64_t i = 0; i < work.groups * outer * inner; ++i) {
        std::vector<Taps> taps;
        std::vector<step::PartAxis> axes;
        for (std::size_t axis = 0; axis < work.axes(); ++axis) {
            const bool is_last = axis + 1 == work.axes();
            const Phase phase = phase_of(work, axis, is_last ? i % inner : i / inner % outer);
            taps.push_back(phase.taps);
            axes.push_back(phase.axis);
        }
        step.parts.push_back({matrix_of(work, i / (outer * inner), taps, at), axes});
    }
    return step;
}

/// Where the weight lies in a tensor of these dims.
std::int64_t position(const Dims& dims, std::int64_t first, std::int64_t second, const Dims& tap) {
    std::int64_t at = first * dims[1] + second;
    for (std::size_t i = 0; i < tap.size(); ++i) { at = at * dims[i + 2] + tap[i]; }
    return at;
}

}  // namespace

void lower_conv(Builder& builder, const Node& node, const Conv& op) {
    const Extents &x = builder.dims(node.inputs[0]), &w = builder.dims(node.inputs[1]);
    const std::int64_t in = w[1].constant(), out = w[0].constant() / op.group;
    const Work work = work_of(builder, node, conv_windows(op, x, w), op.group, in, out);
    const WeightAt at = [&](std::int64_t g, std::int64_t m, std::int64_t c, const Dims& tap) {
        return position(work.w->dims, g * out + m, c, tap);
    };
    if (work.is_packed() && op.group <= kMostParts) {
        return finish(work, packed(work, at, op.of_integers), {builder.tensor(node.inputs[0])});
    }
    if (work.w != nullptr) { return lower_by_channels(work, constant_taps(work, at, false), plain_axes(work)); }
    const std::vector<std::size_t> perm =
        w.size() == 4 ? std::vector<std::size_t>{1, 2, 3, 0} : std::vector<std::size_t>{1, 2, 0};
    lower_by_channels(work, rearranged(work, w, perm, taps_dims(work)), plain_axes(work));
}

void lower_conv_transpose(Builder& builder, const Node& node, const ConvTranspose& op) {
    const Extents &x = builder.dims(node.inputs[0]), &w = builder.dims(node.inputs[1]);
    const std::int64_t in = w[0].constant() / op.group, out = w[1].constant();
    const Work work = work_of(builder, node, conv_transpose_windows(op, x, w), op.group, in, out);
    const WeightAt at = [&](std::int64_t g, std::int64_t m, std::int64_t c, const Dims& tap) {
        return position(work.w->dims, g * in + c, m, tap);
    };
    std::int64_t parts = op.group;
    for (const auto& window : work.windows) { parts = std::min(parts * window.stride, kMostParts + 1); }
    if (work.is_packed() && parts <= kMostParts) {
        return finish(work, packed_phases(work, at), {builder.tensor(node.inputs[0])});
    }
    if (work.w != nullptr) { return lower_by_channels(work, constant_taps(work, at, true), upsampled_axes(work)); }
    Extents split = {op.group, in};
    split.insert(split.end(), w.begin() + 1, w.end());  // [group, in, out, taps...]
    const std::vector<std::size_t> perm =
        w.size() == 4 ? std::vector<std::size_t>{1, 3, 4, 0, 2} : std::vector<std::size_t>{1, 3, 0, 2};
    const TensorId taps = rearranged(work, split, perm, taps_dims(work));
    lower_by_channels(work, backwards(work, taps), upsampled_axes(work));
}

}  // namespace tidegate
