// SPDX-License-Identifier: MIT
// What a value of the whole sequence is to a stream of its steps. Inside stream/ only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/extent.h"
#include "graph/tensor.h"

namespace tidegate {

struct Time {
    enum class Kind {
        fixed,    ///< does not follow from the steps
        along,    ///< has an axis of steps
        uniform,  ///< has one, with the same elements at every step
        ending,   ///< has none: what the steps so far come to
        length,   ///< follows from how many steps there are
        unknown   ///< was made by a node that is refused
    };
    Kind kind = Kind::fixed;
    std::size_t axis = 0;
    std::int64_t every = 1;  ///< steps that one element comes of: t counts these
    /// The axis merges `outer` rows of such elements, each of `inner`: outer * (steps / every + extra) * inner.
    std::int64_t outer = 1, inner = 1;
    /// t of the stream makes element t + shift; the last elements of the whole are not made if shift < extra.
    /// Of an `ending` value: the first -shift steps have none.
    std::int64_t shift = 0, extra = 0;
    std::int64_t late = 0;                 ///< of an `ending` value: how many later steps it needs
    std::shared_ptr<const Tensor> lead;    ///< elements 0..shift - 1, if shift > 0: they follow from no step
    std::optional<std::int64_t> position;  ///< element j is the number j + position
    std::string ahead;                     ///< the node that looks ahead, if one does

    bool has_axis() const { return kind == Kind::along || kind == Kind::uniform; }
    bool is_plain() const { return outer == 1 && inner == 1; }
    /// A uniform value is taken step by step, as far as it goes.
    void walk() {
        if (kind != Kind::uniform) { return; }
        kind = Kind::along;
        shift = extra < 0 ? extra : 0;
    }
    /// Later steps.
    std::int64_t needed() const { return kind == Kind::ending ? late : has_axis() ? (extra - shift) * every : 0; }
};

/// factor * symbol + rest, if the extent is that.
struct Steady {
    std::int64_t factor, rest;
};
std::optional<Steady> steady(const Extent& extent, const Symbol& symbol);
bool follows_from(const Extents& list, const Symbol& symbol);
/// The axes that follow from the symbol.
std::vector<std::size_t> axes_of(const Extents& dims, const Symbol& symbol);

/// `count` elements from `first` on along an axis; those before element 0 are zero.
Tensor lead_part(const Time& time, const Dims& dims, ElementType type, std::int64_t first, std::int64_t count);

}  // namespace tidegate
