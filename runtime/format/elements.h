// SPDX-License-Identifier: MIT
// What every reader of the format asks of its lists and elements.
#pragma once

#include <cstdint>
#include <cstring>

#include "format/model_generated.h"

namespace tidegate::format {

/// Elements of a list that may be missing.
template <class List>
std::uint32_t length(const List* list) {
    return list == nullptr ? 0 : list->size();
}

/// 0 for what is no type.
constexpr std::uint32_t element_bytes(ElementType type) {
    switch (type) {
        case ElementType::f32:
        case ElementType::i32:
            return 4;
        case ElementType::i64:
            return 8;
        case ElementType::u8:
        case ElementType::i8:
        case ElementType::boolean:
            return 1;
    }
    return 0;
}

/// Is every one of these f32 at most `limit` in size? By bits: no alignment is needed, NaN is beyond every limit, and
/// the caller's floating-point mode does not matter.
inline bool are_within(const std::uint8_t* floats, std::uint64_t count, float limit) {
    std::uint32_t limit_bits = 0;
    std::memcpy(&limit_bits, &limit, sizeof(limit_bits));
    for (std::uint64_t i = 0; i < count; ++i) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, floats + i * sizeof(bits), sizeof(bits));
        if ((bits & 0x7fffffffu) > limit_bits) { return false; }
    }
    return true;
}

}  // namespace tidegate::format
