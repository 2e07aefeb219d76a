// SPDX-License-Identifier: MIT
// What every reader of the format asks of its lists and elements.
#pragma once

#include <cstdint>

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

}  // namespace tidegate::format
