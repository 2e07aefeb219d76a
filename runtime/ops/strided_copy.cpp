// SPDX-License-Identifier: MIT
#include "ops/strided_copy.h"

#include <cstring>

namespace tidegate::ops {
namespace {

template <class T>
void copy_row(const std::uint8_t* src, std::int64_t src_stride, std::uint8_t* dst, std::int64_t dst_stride,
              std::int32_t n) {
    for (std::int32_t i = 0; i < n; ++i) {
        std::memcpy(dst + i * dst_stride * std::int64_t{sizeof(T)}, src + i * src_stride * std::int64_t{sizeof(T)},
                    sizeof(T));
    }
}

}  // namespace

void StridedCopy::run() const {
    const auto& inner = loops.inner();
    const std::int64_t bytes = static_cast<std::int64_t>(element_bytes);
    const std::int64_t src_stride = inner.strides[0], dst_stride = inner.strides[1];
    loops.for_each_row([&](const std::int64_t(&at)[2]) {
        const std::uint8_t* from = src + at[0] * bytes;
        std::uint8_t* to = dst + at[1] * bytes;
        if (src_stride == 1 && dst_stride == 1) {
            std::memcpy(to, from, static_cast<std::size_t>(inner.extent * bytes));
        } else if (bytes == 1) {
            copy_row<std::uint8_t>(from, src_stride, to, dst_stride, inner.extent);
        } else if (bytes == 4) {
            copy_row<std::uint32_t>(from, src_stride, to, dst_stride, inner.extent);
        } else {
            copy_row<std::uint64_t>(from, src_stride, to, dst_stride, inner.extent);
        }
    });
}

}  // namespace tidegate::ops
