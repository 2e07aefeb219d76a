// SPDX-License-Identifier: MIT
#include "reference/shapes_reduce.h"

#include <algorithm>

namespace tidegate {

std::vector<bool> reduced_axes(const Reduce& op, const std::vector<std::int64_t>* axes, std::size_t rank) {
    const bool has_axes = axes != nullptr && !axes->empty();
    std::vector<bool> reduced(rank, !has_axes && !op.or_none);
    if (!has_axes) { return reduced; }
    for (const std::size_t axis : normalise_axes(*axes, rank)) { reduced[axis] = true; }
    return reduced;
}

std::vector<std::size_t> reduced_places(const Dims& dims, const std::vector<bool>& reduced) {
    if (std::ranges::find(dims, 0) != dims.end()) { return {}; }  // however long the other axes are
    std::vector<std::size_t> places = {0};
    std::size_t stride = 1;
    for (std::size_t axis = dims.size(); axis-- > 0;) {  // the walk over the axes from here on, repeated
        const auto extent = static_cast<std::size_t>(dims[axis]);
        const std::size_t step = reduced[axis] ? 0 : stride;
        std::vector<std::size_t> longer;
        longer.reserve(places.size() * extent);
        for (std::size_t i = 0; i < extent; ++i) {
            for (const std::size_t place : places) { longer.push_back(i * step + place); }
        }
        places = std::move(longer);
        stride *= reduced[axis] ? 1 : extent;
    }
    return places;
}

}  // namespace tidegate
