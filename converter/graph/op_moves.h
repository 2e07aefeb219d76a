// SPDX-License-Identifier: MIT
// Operators that move elements to and from places that are named.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/tensor.h"

namespace tidegate {

enum class PadMode { constant, reflect, edge, wrap };
enum class Reduction { none, add, multiply, maximum, minimum };  ///< in the order of format::Reduction

struct Pad {
    PadMode mode = PadMode::constant;
};               ///< data, pads, value? (missing: zero), axes?
struct Tile {};  ///< data, repeats
struct GatherElements {
    std::int64_t axis = 0;
};  ///< data, indices
struct GatherND {
    std::int64_t batch_axes = 0;
};  ///< data, indices
struct ScatterElements {
    std::int64_t axis = 0;
    Reduction reduction = Reduction::none;
};  ///< data, indices, updates
struct ScatterND {
    Reduction reduction = Reduction::none;
};  ///< data, indices, updates

struct Trilu {
    bool upper = true;
};  ///< data, diagonal?
struct EyeLike {
    std::optional<ElementType> type;  ///< nothing: the data's
    std::int64_t diagonal = 0;
};  ///< data

enum class ResizeCoordinates { half_pixel, pytorch_half_pixel, align_corners, asymmetric };
enum class ResizeRounding { prefer_floor, prefer_ceil, floor, ceil };
struct Resize {
    bool linear = false;  ///< else the nearest element
    ResizeCoordinates coordinates = ResizeCoordinates::asymmetric;
    ResizeRounding rounding = ResizeRounding::floor;
    std::vector<std::int64_t> axes;  ///< empty: all
};                                   ///< data, scales?, sizes?

}  // namespace tidegate
