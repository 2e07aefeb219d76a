// SPDX-License-Identifier: MIT
// Operators that move elements to and from places that are named.
#pragma once

#include <cstdint>

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

}  // namespace tidegate
