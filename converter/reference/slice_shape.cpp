// SPDX-License-Identifier: MIT
#include <algorithm>
#include <numeric>
#include <string>

#include "reference/shapes.h"

namespace tidegate {
namespace {

/// Negative bounds count from the end; both are then clamped to where a step can begin or end: [0, extent] going up,
/// [0, extent - 1] (start) and [-1, extent - 1] (end) going down.
SliceRange range_of(std::int64_t extent, std::int64_t start, std::int64_t end, std::int64_t step) {
    if (step == 0) { throw ShapeFault("the step of a slice is 0"); }
    if (extent == 0) { return {0, step, 0}; }
    if (start < 0) { start += extent; }
    if (end < 0) { end += extent; }
    if (step > 0) {
        start = std::clamp<std::int64_t>(start, 0, extent);
        end = std::clamp<std::int64_t>(end, 0, extent);
    } else {
        start = std::clamp<std::int64_t>(start, 0, extent - 1);
        end = std::clamp<std::int64_t>(end, -1, extent - 1);
    }
    return {start, step, range_count(start, end, step)};
}

}  // namespace

std::vector<SliceRange> slice_ranges(const Dims& dims, const std::vector<std::int64_t>& starts,
                                     const std::vector<std::int64_t>& ends, const std::vector<std::int64_t>* axes,
                                     const std::vector<std::int64_t>* steps) {
    const std::size_t count = starts.size();
    if (ends.size() != count || (axes != nullptr && axes->size() != count) ||
        (steps != nullptr && steps->size() != count)) {
        throw ShapeFault("starts, ends, axes and steps of a slice differ in length");
    }
    std::vector<std::int64_t> first_axes(count);
    std::iota(first_axes.begin(), first_axes.end(), 0);
    const std::vector<std::size_t> where = normalise_axes(axes != nullptr ? *axes : first_axes, dims.size());

    std::vector<SliceRange> result(dims.size());
    for (std::size_t i = 0; i < dims.size(); ++i) { result[i].extent = dims[i]; }
    for (std::size_t i = 0; i < count; ++i) {
        result[where[i]] = range_of(dims[where[i]], starts[i], ends[i], steps != nullptr ? (*steps)[i] : 1);
    }
    return result;
}

Dims dims_of(const std::vector<SliceRange>& ranges) {
    Dims dims;
    for (const SliceRange& range : ranges) { dims.push_back(range.extent); }
    return dims;
}

}  // namespace tidegate
