// SPDX-License-Identifier: MIT
// Loop and Scan: the nodes of a body stand between a LoopBegin and its LoopEnd in the same list as all others, so that
// what holds for nodes holds for them. Loops lie one inside the other or one behind the other.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "graph/extent.h"

namespace tidegate {

/// An axis along which a tensor is cut into slices, or results are stacked.
struct WalkedAxis {
    std::int64_t axis = 0;
    bool reverse = false;
};

/// Inputs: most (i64, one element; kNone: no limit), condition (boolean, one element; kNone: true), initial values,
/// walked tensors. Outputs: iteration (i64 scalar), current values, slices.
struct LoopBegin {
    int loop = 0;  ///< the same as the LoopEnd's, and no other's
    std::size_t carried = 0;
    std::vector<WalkedAxis> scans;
    /// Known once shapes are inferred: how often the body is run, if no condition ends the loop before.
    std::optional<Extent> trips = {};
};

/// Inputs: condition (kNone: true), next values, results. Outputs: final values, stacked results.
struct LoopEnd {
    int loop = 0;
    std::size_t carried = 0;
    std::vector<WalkedAxis> stacks;
};

/// Where operands stand.
inline constexpr std::size_t kLoopMost = 0, kLoopCondition = 1, kLoopInitial = 2;
inline constexpr std::size_t kLoopIteration = 0, kLoopCurrent = 1;
inline constexpr std::size_t kEndCondition = 0, kEndNext = 1;

}  // namespace tidegate
