// SPDX-License-Identifier: MIT
// A copy between two walks over memory: what most operators that move elements are.
#pragma once

#include <cstdint>

#include "ops/loops.h"

namespace tidegate::ops {

/// dst[at] = src[at] over the loops (src, dst); elements of 1, 4 or 8 bytes.
struct StridedCopy {
    Wide<const std::uint8_t> src;
    Wide<std::uint8_t> dst;
    Loops<2> loops;
    std::uint64_t element_bytes = 4;

    void run() const;
};
static_assert(sizeof(StridedCopy) % 8 == 0);

/// From the first element of one to the first of the other; the caller adds the loops.
inline StridedCopy copy_between(const TensorView& src, const TensorView& dst) {
    StridedCopy copy;
    copy.src = static_cast<const std::uint8_t*>(src.data);
    copy.dst = static_cast<std::uint8_t*>(dst.data);
    copy.element_bytes = format::element_bytes(dst.type);
    return copy;
}

}  // namespace tidegate::ops
