// SPDX-License-Identifier: MIT
#include "reference/shapes_windows.h"

#include <string>

#include "reference/shape_parts.h"

namespace tidegate {
namespace {

using List = std::vector<std::int64_t>;

std::int64_t number(std::int64_t extent) { return extent; }
std::int64_t number(const Extent& extent) { return extent.constant(); }

template <class S>
std::size_t spatial_axes(const S& x) {
    require(x.size() >= 3, "its input " + to_text(x) + " has no axis behind batch and channels");
    return x.size() - 2;
}

void require_length(const char* name, const List& list, std::size_t wanted) {
    require(list.empty() || list.size() == wanted, std::string(name) + " " + to_text(list) + " has not " +
                                                       std::to_string(wanted) + " values, which its input asks for");
}

std::int64_t at(const List& list, std::size_t i, std::int64_t missing) { return list.empty() ? missing : list[i]; }

void check_attributes(const Window& window, std::size_t axes) {
    require_length("kernel_shape", window.kernel, axes);
    require_length("strides", window.strides, axes);
    require_length("dilations", window.dilations, axes);
    require_length("pads", window.pads, 2 * axes);
}

/// All but pads and extents.
template <class S>
WindowRanges<S> ranges_of(const Window& window, const S& kernel) {
    check_attributes(window, kernel.size());
    WindowRanges<S> ranges(kernel.size());
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        ranges[i].kernel = kernel[i];
        ranges[i].stride = at(window.strides, i, 1);
        ranges[i].dilation = at(window.dilations, i, 1);
    }
    return ranges;
}

/// From the first to the last element.
template <class E>
E reach(const WindowRange<E>& range) {
    return (range.kernel - E(1)) * E(range.dilation) + E(1);
}

/// `total` on both sides, the larger half at the end (SAME_UPPER) or at the begin.
template <class E>
void share(const E& total, bool more_at_end, WindowRange<E>& range) {
    const E half = floor_divide(total, E(2));
    range.pad = more_at_end ? half : total - half;
    range.pad_end = total - range.pad;
}

template <class E>
E divide_up(const E& a, std::int64_t b) {
    return floor_divide(a + E(b - 1), E(b));
}

/// Pads and extents. `ceil`: a last window may reach beyond the padding, but must begin before it.
template <class S>
void place_windows(const Window& window, const S& x, bool ceil, WindowRanges<S>& ranges) {
    using E = typename S::value_type;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        WindowRange<E>& range = ranges[i];
        const E& in = x[i + 2];
        const E stride = range.stride;
        if (window.auto_pad == AutoPad::same_upper || window.auto_pad == AutoPad::same_lower) {
            range.extent = divide_up(in, range.stride);
            const E total = maximum((range.extent - E(1)) * stride + reach(range) - in, E(0));
            share(total, window.auto_pad == AutoPad::same_upper, range);
            continue;
        }
        if (window.auto_pad == AutoPad::notset) {
            range.pad = at(window.pads, i, 0);
            range.pad_end = window.pads.empty() ? 0 : window.pads[i + ranges.size()];
        }
        const E room = in + range.pad + range.pad_end - reach(range);
        require(planned(room) >= 0, "a window of " + to_text(S{reach(range)}) + " elements does not fit axis " +
                                        std::to_string(i + 2) + " of " + to_text(x) + " with its padding");
        range.extent = (ceil ? divide_up(room, range.stride) : floor_divide(room, stride)) + E(1);
        if (ceil) { range.extent = minimum(range.extent, divide_up(in + range.pad, range.stride)); }
    }
}

/// The kernel's extents, which the weights know; the attribute may say them again.
template <class S>
S kernel_of(const Window& window, const S& w) {
    S kernel(w.begin() + 2, w.end());
    for (std::size_t i = 0; i < kernel.size(); ++i) {
        require(is_number(kernel[i]) && planned(kernel[i]) >= 1,
                "its weights " + to_text(w) + " have no kernel" + at_every_length(S{kernel[i]}));
        require(window.kernel.size() != kernel.size() || kernel[i] == typename S::value_type(window.kernel[i]),
                "kernel_shape " + to_text(window.kernel) + " is not that of its weights " + to_text(w));
    }
    return kernel;
}

template <class S>
void check_channels(const S& x, const S& w, const typename S::value_type& channels, std::int64_t group) {
    using E = typename S::value_type;
    require(is_number(w[0]) && is_number(w[1]) && x[1] == channels,
            "its input " + to_text(x) + " does not have the channels that its weights " + to_text(w) + " in " +
                std::to_string(group) + " groups ask for" + at_every_length(S{x[1], channels}));
    require(floor_divide(w[0], E(group)) * E(group) == w[0],
            "the first axis of its weights " + to_text(w) + " is not " + std::to_string(group) + " equal groups");
}

template <class E>
void place_transposed(const ConvTranspose& op, const E& in, std::size_t i, std::size_t axes, WindowRange<E>& range) {
    const Window& window = op.window;
    const E whole = E(range.stride) * (in - E(1)) + E(at(op.output_padding, i, 0)) + reach(range);
    const bool same = window.auto_pad == AutoPad::same_upper || window.auto_pad == AutoPad::same_lower;
    if (same || !op.output_shape.empty()) {
        range.extent = op.output_shape.empty() ? in * E(range.stride) : E(op.output_shape[i]);
        share(maximum(whole - range.extent, E(0)), window.auto_pad == AutoPad::same_upper, range);
        return;
    }
    if (window.auto_pad == AutoPad::notset) {
        range.pad = at(window.pads, i, 0);
        range.pad_end = window.pads.empty() ? 0 : window.pads[i + axes];
    }
    range.extent = whole - range.pad - range.pad_end;
}

}  // namespace

template <class S>
WindowRanges<S> conv_windows(const Conv& op, const S& x, const S& w) {
    const std::size_t axes = spatial_axes(x);
    require(w.size() == x.size(), "its weights " + to_text(w) + " do not have the axes of its input " + to_text(x));
    check_channels(x, w, w[1] * typename S::value_type(op.group), op.group);
    check_attributes(op.window, axes);
    WindowRanges<S> ranges = ranges_of<S>(op.window, kernel_of(op.window, w));
    place_windows(op.window, x, false, ranges);
    return ranges;
}

template <class S>
WindowRanges<S> conv_transpose_windows(const ConvTranspose& op, const S& x, const S& w) {
    const std::size_t axes = spatial_axes(x);
    require(w.size() == x.size(), "its weights " + to_text(w) + " do not have the axes of its input " + to_text(x));
    check_channels(x, w, w[0], op.group);
    check_attributes(op.window, axes);
    require_length("output_padding", op.output_padding, axes);
    require_length("output_shape", op.output_shape, axes);
    WindowRanges<S> ranges = ranges_of<S>(op.window, kernel_of(op.window, w));
    for (std::size_t i = 0; i < axes; ++i) {
        place_transposed(op, x[i + 2], i, axes, ranges[i]);
        require(is_number(ranges[i].pad), "its padding depends on the length" + at_every_length(S{ranges[i].pad}));
        require(planned(ranges[i].extent) >= 1, "its result has no elements along axis " + std::to_string(i + 2));
    }
    return ranges;
}

template <class S>
WindowRanges<S> pool_windows(const Pool& op, const S& x) {
    const std::size_t axes = spatial_axes(x);
    if (op.global) { return ranges_of<S>({}, S(x.begin() + 2, x.end())); }
    check_attributes(op.window, axes);
    require(!op.window.kernel.empty(), "kernel_shape is missing");
    WindowRanges<S> ranges = ranges_of<S>(op.window, S(op.window.kernel.begin(), op.window.kernel.end()));
    place_windows(op.window, x, op.ceil, ranges);
    for (const auto& range : ranges) {
        require(!is_number(range.pad) || !is_number(range.pad_end) ||
                    (number(range.pad) < planned(reach(range)) && number(range.pad_end) < planned(reach(range))),
                "a window lies in the padding alone");
    }
    return ranges;
}

template <class S>
S windowed_dims(const S& x, const typename S::value_type& channels, const WindowRanges<S>& windows) {
    S dims = {x[0], channels};
    for (const auto& window : windows) { dims.push_back(window.extent); }
    return dims;
}

#define TIDEGATE_RULES_ON(S)                                                                   \
    template WindowRanges<S> conv_windows(const Conv&, const S&, const S&);                    \
    template WindowRanges<S> conv_transpose_windows(const ConvTranspose&, const S&, const S&); \
    template WindowRanges<S> pool_windows(const Pool&, const S&);                              \
    template S windowed_dims(const S&, const S::value_type&, const WindowRanges<S>&);
TIDEGATE_RULES_ON(Dims)
TIDEGATE_RULES_ON(Extents)
#undef TIDEGATE_RULES_ON

}  // namespace tidegate
