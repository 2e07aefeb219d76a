// SPDX-License-Identifier: MIT
// What convolutions and pools share: images [N, channels, height, width], of which the height may be missing (1).
#pragma once

#include "ops/op.h"

namespace tidegate::ops {

/// The spatial extents of x or y as height and width.
struct Image {
    std::int32_t height = 1;
    std::int32_t width = 1;

    Image() = default;
    explicit Image(const TensorView& t) : height(t.rank == 4 ? t.dims[2] : 1), width(t.dims[t.rank - 1]) {}
    std::size_t size() const { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }
};

/// Element i of window o is x[(o * stride + i * dilation - pad) / upsample], see WindowAxis in model.fbs.
struct WindowAt {
    std::int32_t kernel = 1;
    std::uint32_t stride = 1;
    std::uint32_t dilation = 1;
    std::uint32_t upsample = 1;
    std::int32_t pad = 0;
    std::int32_t pad_end = 0;

    std::int64_t first(std::int64_t window) const { return window * stride - pad; }
};

/// Of height and width.
struct WindowPair {
    WindowAt height, width;
};

inline WindowAt window_at(const Site& site, const format::WindowAxis& axis) {
    return {site.extent(axis.kernel()), axis.stride(), axis.dilation(), axis.upsample(), site.extent(axis.pad()),
            site.extent(axis.pad_end())};
}

inline WindowPair windows_at(const Site& site, const flatbuffers::Vector<const format::WindowAxis*>& axes) {
    WindowPair pair;
    if (axes.size() == 2) { pair.height = window_at(site, *axes.Get(0)); }
    pair.width = window_at(site, *axes.Get(axes.size() - 1));
    return pair;
}

}  // namespace tidegate::ops
