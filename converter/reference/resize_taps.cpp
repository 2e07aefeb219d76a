// SPDX-License-Identifier: MIT
#include "reference/resize_taps.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "reference/shape_parts.h"

namespace tidegate {
namespace {

/// The place in x that place i of the result stands for.
double coordinate(const Resize& op, std::int64_t i, std::int64_t from, std::int64_t to, double scale) {
    const auto at = static_cast<double>(i);
    switch (op.coordinates) {
        case ResizeCoordinates::asymmetric:
            return at / scale;
        case ResizeCoordinates::align_corners:
            return to == 1 ? 0 : at * static_cast<double>(from - 1) / static_cast<double>(to - 1);
        case ResizeCoordinates::pytorch_half_pixel:
            return to > 1 ? (at + 0.5) / scale - 0.5 : 0;
        default:
            return (at + 0.5) / scale - 0.5;
    }
}

double rounded(ResizeRounding rounding, double x) {
    switch (rounding) {
        case ResizeRounding::floor:
            return std::floor(x);
        case ResizeRounding::ceil:
            return std::ceil(x);
        case ResizeRounding::prefer_ceil:
            return std::floor(x + 0.5);
        default:
            return std::ceil(x - 0.5);
    }
}

/// Up to the rounding of a scale to a float.
bool is_whole(std::int64_t extent, double scale) {
    const double length = static_cast<double>(extent) * scale;
    return std::abs(length - std::round(length)) <= 1e-6 * length;
}

std::int64_t scaled(std::int64_t extent, double scale) {
    const double result = std::floor(static_cast<double>(extent) * scale);
    require(result < 0x1p31, "a scale of " + std::to_string(scale) + " makes an axis too long");
    return static_cast<std::int64_t>(result);
}

Extent scaled(const Extent& extent, double scale) {
    if (extent.is_constant()) { return scaled(extent.constant(), scale); }
    require(
        std::floor(scale) == scale && scale < 0x1p31,
        "an axis of " + to_text(extent) + " elements can only be scaled by a whole number; " + how_to_bind({extent}));
    return extent * Extent(static_cast<std::int64_t>(scale));
}

}  // namespace

ResizeTap resize_tap(const Resize& op, std::int64_t i, std::int64_t from, std::int64_t to, double scale) {
    const auto last = static_cast<double>(from - 1);
    const double x = coordinate(op, i, from, to, scale);
    if (!op.linear) {
        const auto at = static_cast<std::int64_t>(std::clamp(rounded(op.rounding, x), 0.0, last));
        return {at, at, 0};
    }
    const double inside = std::clamp(x, 0.0, last), low = std::floor(inside);
    return {static_cast<std::int64_t>(low), static_cast<std::int64_t>(std::min(low + 1, last)), inside - low};
}

/// Half pixels: (i + 1/2) / s - 1/2 lies within 1/2 of floor(i / s).
bool resize_repeats(const Resize& op, double scale) {
    if (op.linear || scale < 1 || std::floor(scale) != scale) { return false; }
    const bool to_nearest = op.rounding == ResizeRounding::prefer_floor || op.rounding == ResizeRounding::prefer_ceil;
    return op.coordinates == ResizeCoordinates::asymmetric
               ? op.rounding == ResizeRounding::floor
               : op.coordinates == ResizeCoordinates::half_pixel && to_nearest;
}

template <class S>
std::vector<ResizeAxis<typename S::value_type>> resize_axes(const Resize& op, const S& dims,
                                                            const std::vector<double>* scales, const S* sizes) {
    std::vector<ResizeAxis<typename S::value_type>> result;
    result.reserve(dims.size());
    for (const auto& extent : dims) { result.push_back({extent, 1}); }
    std::vector<std::size_t> axes(dims.size());
    for (std::size_t i = 0; i < axes.size(); ++i) { axes[i] = i; }
    if (!op.axes.empty()) { axes = normalise_axes(op.axes, dims.size()); }
    require((scales != nullptr) != (sizes != nullptr), "exactly one of scales and sizes must be given");
    require((scales != nullptr ? scales->size() : sizes->size()) == axes.size(),
            "scales or sizes are not one for each of " + std::to_string(axes.size()) + " axes");
    for (std::size_t i = 0; i < axes.size(); ++i) {
        auto& axis = result[axes[i]];
        if (scales == nullptr) {
            if (!((*sizes)[i] == axis.extent)) { axis = {(*sizes)[i], 0}; }
            continue;
        }
        const double scale = (*scales)[i];
        require(scale > 0 && std::isfinite(scale), "a scale is " + std::to_string(scale));
        require(op.coordinates != ResizeCoordinates::align_corners || is_whole(planned(dims[axes[i]]), scale),
                "with align_corners frameworks and ONNX's own tests do not agree on a length that the scale " +
                    std::to_string(scale) + " makes fractional; export with sizes instead of scales");
        axis = {scaled(dims[axes[i]], scale), scale};
    }
    return result;
}

template std::vector<ResizeAxis<std::int64_t>> resize_axes(const Resize&, const Dims&, const std::vector<double>*,
                                                           const Dims*);
template std::vector<ResizeAxis<Extent>> resize_axes(const Resize&, const Extents&, const std::vector<double>*,
                                                     const Extents*);

}  // namespace tidegate
