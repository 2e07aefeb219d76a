// SPDX-License-Identifier: MIT
// What the shape rules say alike of numbers and of expressions over symbols. Inside reference/ only.
#pragma once

#include <string>

#include "graph/error.h"
#include "graph/extent.h"

namespace tidegate {

inline void require(bool ok, const std::string& what) {
    if (!ok) { throw ShapeFault(what); }
}

/// What to say behind "do not fit": nothing for numbers.
inline std::string at_every_length(const Dims&, const Dims& = {}) { return ""; }
inline std::string at_every_length(const Extents& a, const Extents& b = {}) {
    Extents both = a;
    both.insert(both.end(), b.begin(), b.end());
    return symbols_in(both).empty() ? "" : " at every length; " + how_to_bind(both);
}

inline std::int64_t planned(std::int64_t extent) { return extent; }
inline std::int64_t planned(const Extent& extent) { return extent.planned(); }
inline bool is_number(std::int64_t) { return true; }
inline bool is_number(const Extent& extent) { return extent.is_constant(); }

}  // namespace tidegate
