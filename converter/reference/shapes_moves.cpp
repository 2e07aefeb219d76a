// SPDX-License-Identifier: MIT
#include "reference/shapes_moves.h"

#include <algorithm>
#include <string>

#include "reference/shape_parts.h"

namespace tidegate {
namespace {

std::int64_t modulo(std::int64_t a, std::int64_t b) { return (a % b + b) % b; }

}  // namespace

template <class S>
Padding<S> padding_of(const S& pads, const std::vector<std::int64_t>* axes, std::size_t rank) {
    const std::size_t count = axes != nullptr ? axes->size() : rank;
    require(pads.size() == 2 * count,
            "pads " + to_text(pads) + " are not two for each of " + std::to_string(count) + " axes");
    Padding<S> padding{S(rank, 0), S(rank, 0)};
    const auto where = axes != nullptr ? normalise_axes(*axes, rank) : std::vector<std::size_t>();
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t axis = axes != nullptr ? where[i] : i;
        padding.begins[axis] = pads[i];
        padding.ends[axis] = pads[i + count];
    }
    return padding;
}

template <class S>
S padded_dims(const S& dims, const Padding<S>& padding) {
    S result = dims;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        result[i] = dims[i] + padding.begins[i] + padding.ends[i];
        require(planned(result[i]) >= 0,
                "pads take more away than axis " + std::to_string(i) + " of " + to_text(dims) + " has");
    }
    return result;
}

std::int64_t padded_source(PadMode mode, std::int64_t i, std::int64_t extent) {
    if (i >= 0 && i < extent) { return i; }
    require(mode == PadMode::constant || extent > 0, "an axis without elements can only be padded with a constant");
    switch (mode) {
        case PadMode::constant:
            return -1;
        case PadMode::edge:
            return std::clamp<std::int64_t>(i, 0, extent - 1);
        case PadMode::wrap:
            return modulo(i, extent);
        default: {  // back and forth
            if (extent == 1) { return 0; }
            const std::int64_t at = modulo(i, 2 * (extent - 1));
            return std::min(at, 2 * (extent - 1) - at);
        }
    }
}

template <class S>
S tiled_dims(const S& dims, const S& repeats) {
    require(repeats.size() == dims.size(),
            "repeats " + to_text(repeats) + " are not one for each axis of " + to_text(dims));
    S result = dims;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        require(planned(repeats[i]) >= 0, "repeats " + to_text(repeats) + " must not be negative");
        result[i] = dims[i] * repeats[i];
    }
    return result;
}

template <class S>
S gather_nd_dims(const S& data, const S& indices, std::int64_t batch_axes) {
    const std::string what = "indices " + to_text(indices) + " do not fit data " + to_text(data);
    require(!indices.empty() && is_number(indices.back()), what + ": their last axis must be a number");
    const std::int64_t width = planned(indices.back());
    const auto rank = static_cast<std::int64_t>(data.size());
    require(batch_axes >= 0 && batch_axes < static_cast<std::int64_t>(indices.size()) && width >= 1 &&
                batch_axes + width <= rank,
            what + " with " + std::to_string(batch_axes) + " batch axes");
    const auto batch = static_cast<std::size_t>(batch_axes), named = batch + static_cast<std::size_t>(width);
    S result(indices.begin(), indices.end() - 1);
    for (std::size_t i = 0; i < batch; ++i) {
        require(data[i] == indices[i], what + at_every_length(S{data[i], indices[i]}));
    }
    result.insert(result.end(), data.begin() + static_cast<std::ptrdiff_t>(named), data.end());
    return result;
}

template <class S>
void check_element_indices(const S& data, const S& indices, std::int64_t axis) {
    const std::string what = "indices " + to_text(indices) + " do not fit data " + to_text(data);
    const std::size_t a = normalise_axis(axis, data.size());
    require(indices.size() == data.size(), what);
    for (std::size_t i = 0; i < data.size(); ++i) {
        require(i == a || always_at_most(indices[i], data[i]), what + at_every_length(S{indices[i], data[i]}));
    }
}

#define TIDEGATE_RULES_ON(S)                                                                 \
    template Padding<S> padding_of(const S&, const std::vector<std::int64_t>*, std::size_t); \
    template S padded_dims(const S&, const Padding<S>&);                                     \
    template S tiled_dims(const S&, const S&);                                               \
    template S gather_nd_dims(const S&, const S&, std::int64_t);                             \
    template void check_element_indices(const S&, const S&, std::int64_t);
TIDEGATE_RULES_ON(Dims)
TIDEGATE_RULES_ON(Extents)
#undef TIDEGATE_RULES_ON

}  // namespace tidegate
