// SPDX-License-Identifier: MIT
// Single elements of any integer type, as 64-bit numbers.
#pragma once

#include <cstdint>

#include "format/extents.h"

namespace tidegate::ops {

inline std::int64_t load_integer(const void* x, format::ElementType type, std::int64_t i) {
    switch (type) {
        case format::ElementType::i32:
            return static_cast<const std::int32_t*>(x)[i];
        case format::ElementType::i64:
            return static_cast<const std::int64_t*>(x)[i];
        case format::ElementType::i8:
            return static_cast<const std::int8_t*>(x)[i];
        default:
            return static_cast<const std::uint8_t*>(x)[i];
    }
}

/// The low bits of the number; f32: the nearest float; boolean: is it not 0?
inline void store_integer(void* y, format::ElementType type, std::int64_t i, std::int64_t value) {
    switch (type) {
        case format::ElementType::f32:
            static_cast<float*>(y)[i] = static_cast<float>(value);
            break;
        case format::ElementType::i32:
            static_cast<std::int32_t*>(y)[i] = static_cast<std::int32_t>(value);
            break;
        case format::ElementType::i64:
            static_cast<std::int64_t*>(y)[i] = value;
            break;
        case format::ElementType::i8:
            static_cast<std::int8_t*>(y)[i] = static_cast<std::int8_t>(value);
            break;
        case format::ElementType::u8:
            static_cast<std::uint8_t*>(y)[i] = static_cast<std::uint8_t>(value);
            break;
        case format::ElementType::boolean:
            static_cast<std::uint8_t*>(y)[i] = value != 0;
            break;
    }
}

}  // namespace tidegate::ops
