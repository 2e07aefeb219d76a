// SPDX-License-Identifier: MIT
// Walks over tensors with strides: extents are merged once, at start, and the innermost one becomes a kernel's n.
#pragma once

#include <cstdint>

#include "format/file.h"
#include "ops/op.h"

namespace tidegate::ops {

/// Up to kOperands tensors walked together. Strides in elements; 0 repeats, negative walks backwards.
template <int kOperands>
struct Loops {
    struct Axis {
        std::int32_t extent = 1;
        std::int32_t strides[kOperands] = {};
    };
    std::uint32_t rank = 0;  ///< merged axes, at least 1; the last is the innermost
    std::uint32_t pad = 0;
    Axis axes[format::kMaxRank];

    /// Appends an axis inside the ones before it; extents of 1 vanish, an axis that continues the last one is merged.
    void append(std::int32_t extent, const std::int64_t (&strides)[kOperands]) {
        if (extent == 1) { return; }
        if (rank > 0) {
            Axis& outer = axes[rank - 1];
            bool merges = true;
            for (int i = 0; i < kOperands; ++i) { merges = merges && outer.strides[i] == strides[i] * extent; }
            if (merges) {
                outer.extent *= extent;
                for (int i = 0; i < kOperands; ++i) { outer.strides[i] = static_cast<std::int32_t>(strides[i]); }
                return;
            }
        }
        axes[rank].extent = extent;
        for (int i = 0; i < kOperands; ++i) { axes[rank].strides[i] = static_cast<std::int32_t>(strides[i]); }
        ++rank;
    }
    /// A walk needs an innermost axis, if only of one element.
    void finish() {
        if (rank == 0) { axes[rank++] = Axis(); }
    }

    const Axis& inner() const { return axes[rank - 1]; }

    /// Calls body(const std::int64_t offsets[kOperands]) for every index of the outer axes, in row-major order.
    template <class Body>
    void for_each_row(Body body) const {
        std::int32_t index[format::kMaxRank] = {};
        std::int64_t offsets[kOperands] = {};
        for (;;) {
            body(offsets);
            std::uint32_t a = rank - 1;
            for (;; --a) {
                if (a == 0) { return; }
                const Axis& axis = axes[a - 1];
                if (++index[a - 1] < axis.extent) {
                    for (int i = 0; i < kOperands; ++i) { offsets[i] += axis.strides[i]; }
                    break;
                }
                index[a - 1] = 0;
                for (int i = 0; i < kOperands; ++i) { offsets[i] -= std::int64_t{axis.strides[i]} * (axis.extent - 1); }
            }
        }
    }
};

/// Row-major strides of a tensor.
inline void row_major(const TensorView& t, std::int64_t (&strides)[format::kMaxRank]) {
    std::int64_t stride = 1;
    for (std::uint32_t i = t.rank; i-- > 0;) {
        strides[i] = stride;
        stride *= t.dims[i];
    }
}

/// Strides of `t` when broadcast to `rank` axes (numpy's rule): aligned to the right, 0 where its extent is 1 or
/// missing.
inline void broadcast_strides(const TensorView& t, std::uint32_t rank, std::int64_t (&strides)[format::kMaxRank]) {
    std::int64_t own[format::kMaxRank] = {};
    row_major(t, own);
    for (std::uint32_t i = 0; i < rank; ++i) {
        const std::uint32_t missing = rank - t.rank;
        strides[i] = i < missing || t.dims[i - missing] == 1 ? 0 : own[i - missing];
    }
}

}  // namespace tidegate::ops
