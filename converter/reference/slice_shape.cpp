// SPDX-License-Identifier: MIT
#include <algorithm>
#include <numeric>
#include <string>

#include "reference/shapes.h"

namespace tidegate {
namespace {

/// Negative bounds count from the end; both are then clamped to where a step can begin or end: [0, extent] going up,
/// [0, extent - 1] (start) and [-1, extent - 1] (end) going down.
SliceRange<std::int64_t> range_of(std::int64_t extent, std::int64_t start, std::int64_t end, std::int64_t step) {
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

/// Does the bound count from the end? It must be the same at every value of its symbols.
bool counts_from_end(const Extent& bound) {
    if (always_at_most(0, bound)) { return false; }
    if (always_at_most(bound, -1)) { return true; }
    throw ShapeFault("the bound " + to_text(bound) + " of a slice may be negative, and then counts from the end; " +
                     how_to_bind({bound}));
}

/// Numbers that mean "as far as it goes" leave room for arithmetic.
Extent within_reach(const Extent& bound) {
    constexpr std::int64_t kFar = std::int64_t{1} << 41;
    return bound.is_constant() ? Extent(std::clamp(bound.constant(), -kFar, kFar)) : bound;
}

/// The same with symbols, going up. A start behind the end needs no clamp: there are no elements either way. With
/// start = max(p, 0), end - start = min(end - p, end).
SliceRange<Extent> range_upwards(const Extent& extent, const Extent& start, const Extent& end, std::int64_t step) {
    const Extent stop = counts_from_end(end) ? extent + end : minimum(end, extent);
    if (!counts_from_end(start)) { return {start, step, range_count(start, stop, step)}; }
    const Extent first = extent + start;
    return {maximum(first, Extent(0)), step, range_count(Extent(0), minimum(stop - first, stop), step)};
}

SliceRange<Extent> range_of(const Extent& extent, const Extent& from, const Extent& to, std::int64_t step) {
    const Extent start = within_reach(from), end = within_reach(to);
    step = within_reach(step).constant();
    if (step > 0) { return range_upwards(extent, start, end, step); }
    const Extent first = counts_from_end(start) ? maximum(extent + start, 0) : minimum(start, extent - 1);
    const Extent stop = counts_from_end(end) ? maximum(extent + end, -1) : minimum(end, extent - 1);
    return {first, step, range_count(first, stop, step)};
}

template <class Ranges, class S>
S extents_of(const Ranges& ranges, S dims) {
    for (const auto& range : ranges) { dims.push_back(range.extent); }
    return dims;
}

}  // namespace

template <class S>
std::vector<SliceRange<typename S::value_type>> slice_ranges(const S& dims, const S& starts, const S& ends,
                                                             const std::vector<std::int64_t>* axes,
                                                             const std::vector<std::int64_t>* steps) {
    const std::size_t count = starts.size();
    if (ends.size() != count || (axes != nullptr && axes->size() != count) ||
        (steps != nullptr && steps->size() != count)) {
        throw ShapeFault("starts, ends, axes and steps of a slice differ in length");
    }
    std::vector<std::int64_t> first_axes(count);
    std::iota(first_axes.begin(), first_axes.end(), 0);
    const std::vector<std::size_t> where = normalise_axes(axes != nullptr ? *axes : first_axes, dims.size());

    std::vector<SliceRange<typename S::value_type>> result(dims.size());
    for (std::size_t i = 0; i < dims.size(); ++i) { result[i].extent = dims[i]; }
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t step = steps != nullptr ? (*steps)[i] : 1;
        if (step == 0) { throw ShapeFault("the step of a slice is 0"); }
        result[where[i]] = range_of(dims[where[i]], starts[i], ends[i], step);
    }
    return result;
}

template std::vector<SliceRange<std::int64_t>> slice_ranges(const Dims&, const Dims&, const Dims&,
                                                            const std::vector<std::int64_t>*,
                                                            const std::vector<std::int64_t>*);
template std::vector<SliceRange<Extent>> slice_ranges(const Extents&, const Extents&, const Extents&,
                                                      const std::vector<std::int64_t>*,
                                                      const std::vector<std::int64_t>*);

Dims dims_of(const std::vector<SliceRange<std::int64_t>>& ranges) { return extents_of(ranges, Dims()); }
Extents dims_of(const std::vector<SliceRange<Extent>>& ranges) { return extents_of(ranges, Extents()); }

}  // namespace tidegate
