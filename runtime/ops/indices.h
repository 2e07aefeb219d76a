// SPDX-License-Identifier: MIT
// Indices of a model while they are followed: one out of range is clamped and counted.
#pragma once

#include <cstdint>

#include "ops/loops.h"

namespace tidegate::ops {

/// i32 or i64.
struct Indices {
    Wide<const void> data;
    Wide<std::uint64_t> clamped;
    std::uint64_t is_wide = 0;  ///< i64

    void set(const Site& site, const TensorView& tensor) {
        data = tensor.data;
        clamped = site.clamped;
        is_wide = tensor.type == format::ElementType::i64 ? 1 : 0;
    }
    /// Number j as a place on an axis of `extent`.
    std::int64_t at(std::int64_t j, std::int64_t extent) const {
        std::int64_t index = is_wide != 0 ? static_cast<const std::int64_t*>(data.get())[j]
                                          : static_cast<const std::int32_t*>(data.get())[j];
        *clamped += index < -extent || index >= extent;
        if (index < 0) { index = index < -extent ? 0 : index + extent; }
        return index < extent ? index : extent - 1;
    }
};

/// GatherElements and ScatterElements: every index replaces the place on one axis of its own.
struct ElementWalk {
    Indices indices;
    Loops<2> loops;  ///< data (0 along the axis), indices
    std::int64_t extent = 1;
    std::int64_t stride = 1;

    void set(const Site& site, const TensorView& data, const TensorView& places, std::uint32_t axis) {
        std::int64_t from[format::kMaxRank] = {}, own[format::kMaxRank] = {};
        row_major(data, from);
        row_major(places, own);
        indices.set(site, places);
        extent = data.dims[axis];
        stride = from[axis];
        for (std::uint32_t i = 0; i < data.rank; ++i) {
            loops.append(places.dims[i], {i == axis ? 0 : from[i], own[i]});
        }
        loops.finish();
    }
    /// body(element of the data, number of the index), in the order of the indices.
    template <class Body>
    void for_each(Body body) const {
        const auto& inner = loops.inner();
        loops.for_each_row([&](const std::int64_t(&at)[2]) {
            for (std::int64_t i = 0; i < inner.extent; ++i) {
                const std::int64_t j = at[1] + i * inner.strides[1];
                body(at[0] + i * inner.strides[0] + indices.at(j, extent) * stride, j);
            }
        });
    }
};

/// GatherND and ScatterND: `width` indices together name a row, the axes behind theirs.
struct RowWalk {
    Indices indices;
    std::uint64_t batches = 1;
    std::uint64_t tuples = 1;          ///< of each batch
    std::uint64_t batch_elements = 1;  ///< of data
    std::uint64_t row_elements = 1;
    std::uint64_t width = 1;
    std::int64_t extents[format::kMaxRank] = {};
    std::int64_t strides[format::kMaxRank] = {};

    void set(const Site& site, const TensorView& data, const TensorView& places, std::uint32_t batch_axes) {
        std::int64_t from[format::kMaxRank] = {};
        row_major(data, from);
        indices.set(site, places);
        width = static_cast<std::uint64_t>(places.dims[places.rank - 1]);
        for (std::uint32_t i = 0; i + 1 < places.rank; ++i) {
            (i < batch_axes ? batches : tuples) *= static_cast<std::uint64_t>(places.dims[i]);
        }
        for (std::uint32_t i = batch_axes; i < data.rank; ++i) {
            const std::uint32_t k = i - batch_axes;
            batch_elements *= static_cast<std::uint64_t>(data.dims[i]);
            if (k >= width) { row_elements *= static_cast<std::uint64_t>(data.dims[i]); }
            extents[k] = data.dims[i];
            strides[k] = from[i];
        }
    }
    /// body(first element of the row, number of the tuple), in the order of the tuples.
    template <class Body>
    void for_each(Body body) const {
        std::int64_t next = 0;
        for (std::uint64_t t = 0; t < batches * tuples; ++t) {
            std::int64_t row = static_cast<std::int64_t>(t / tuples * batch_elements);
            for (std::uint64_t k = 0; k < width; ++k) { row += indices.at(next++, extents[k]) * strides[k]; }
            body(row, t);
        }
    }
};

}  // namespace tidegate::ops
