// SPDX-License-Identifier: MIT
// Transposing a matrix, four by four elements in registers where there are any that wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace tidegate::ops {

/// A matrix inside of a larger one: floats from row to row.
template <class Float>
struct Block {
    Float* data;
    std::size_t stride;
    Float* at(std::size_t row, std::size_t col) const { return data + row * stride + col; }
};

#if defined(__SSE2__) || defined(__ARM_NEON)
#define TIDEGATE_FOUR_LANES 1
inline void transpose_4x4(const Block<const float>& from, const Block<float>& to) {
    using Four = float __attribute__((vector_size(16)));
    Four row[4];
    for (std::size_t i = 0; i < 4; ++i) { std::memcpy(&row[i], from.at(i, 0), sizeof(Four)); }
    const Four low01 = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
    const Four low23 = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
    const Four high01 = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
    const Four high23 = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
    const Four col[4] = {
        __builtin_shufflevector(low01, low23, 0, 1, 4, 5), __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
        __builtin_shufflevector(high01, high23, 0, 1, 4, 5), __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    for (std::size_t i = 0; i < 4; ++i) { std::memcpy(to.at(i, 0), &col[i], sizeof(Four)); }
}
#else
#define TIDEGATE_FOUR_LANES 0
#endif

/// to[col][row] = from[row][col]; the two share no element.
inline void transpose(const Block<const float>& from, std::size_t rows, std::size_t cols, const Block<float>& to) {
    std::size_t whole_rows = 0, whole_cols = 0;
#if TIDEGATE_FOUR_LANES
    whole_rows = rows / 4 * 4;
    whole_cols = cols / 4 * 4;
    for (std::size_t i = 0; i < whole_rows; i += 4) {
        for (std::size_t j = 0; j < whole_cols; j += 4) {
            transpose_4x4({from.at(i, j), from.stride}, {to.at(j, i), to.stride});
        }
    }
#endif
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t j = i < whole_rows ? whole_cols : 0; j < cols; ++j) { *to.at(j, i) = *from.at(i, j); }
    }
}

}  // namespace tidegate::ops
