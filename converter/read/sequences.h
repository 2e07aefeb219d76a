// SPDX-License-Identifier: MIT
// Sequences of tensors. None exists at run time: what a sequence holds is known when the model is read, as elements,
// as the slices of a tensor, or as what a loop adds to it in each of its trips.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace tidegate {

/// Elements of a sequence, next to each other.
struct SequencePart {
    enum class Kind { element, slices, loop };
    Kind kind = Kind::element;
    ValueId value = kNone;               ///< the element; the tensor; what the loop's body adds
    std::int64_t axis = 0;               ///< of slices: along which the tensor is cut
    std::int64_t length = 1;             ///< of a slice along it; the last one may be shorter
    bool keeps_axis = false;             ///< a slice has it
    bool reverse = false;                ///< the loop adds in front
    std::vector<Node>* nodes = nullptr;  ///< in which the loop's LoopEnd is
    std::size_t end = 0;                 ///< its place there
    ValueId stack = kNone;               ///< of a loop: its elements along a new axis 0, if one asked for them
};

struct Sequence {
    std::vector<SequencePart> parts = {};
    /// Itself, within the body of the loop that carries it: its parts are what the body adds.
    ValueId carried = kNone;
    bool in_front = false;  ///< it adds them there
};

}  // namespace tidegate
