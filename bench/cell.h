// SPDX-License-Identifier: MIT
// The cells and sizes that are measured. "8->64": input size 8, hidden size 64.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace tidegate::bench {

enum class Cell { lstm, gru, gru_linear };  ///< GRU with linear_before_reset=0, 1
inline constexpr std::array<Cell, 3> kCells = {Cell::lstm, Cell::gru, Cell::gru_linear};

struct Size {
    std::uint32_t input, hidden;
};
inline constexpr std::array<Size, 8> kSizes = {
    {{8, 16}, {8, 32}, {8, 64}, {8, 128}, {8, 256}, {8, 512}, {128, 128}, {256, 256}}};

/// How a cell is run: steps in one call, series side by side.
struct Way {
    std::uint32_t steps, batch;
};
inline constexpr std::array<Way, 4> kWays = {{{1, 1}, {96, 1}, {1, 8}, {1, 64}}};
/// Of several series.
inline constexpr std::array<Size, 4> kBatchSizes = {{{8, 16}, {8, 64}, {8, 256}, {128, 128}}};

/// What weights are: tables of their own for each.
enum class Number { f32, f16, i8 };
inline constexpr std::array<Number, 3> kNumbers = {Number::f32, Number::f16, Number::i8};
inline double bytes_of(Number number) {
    constexpr double kBytes[] = {4, 2, 1};
    return kBytes[static_cast<int>(number)];
}
/// In the names of lines and in titles: f32 is not said.
inline std::string prefix_of(Number number) {
    constexpr const char* kPrefixes[] = {"", "f16/", "i8/"};
    return kPrefixes[static_cast<int>(number)];
}
inline std::string suffix_of(Number number) {
    constexpr const char* kSuffixes[] = {"", ", half-precision weights", ", int8"};
    return kSuffixes[static_cast<int>(number)];
}

/// In the names of lines: "lstm", "gru", "gru_linear".
inline const char* name_of(Cell cell) {
    constexpr const char* kNames[] = {"lstm", "gru", "gru_linear"};
    return kNames[static_cast<int>(cell)];
}
inline const char* title_of(Cell cell) {
    constexpr const char* kTitles[] = {"LSTM", "GRU, linear_before_reset=0", "GRU, linear_before_reset=1"};
    return kTitles[static_cast<int>(cell)];
}
inline std::string to_text(Size size) { return std::to_string(size.input) + "->" + std::to_string(size.hidden); }

/// "T=1", "T=1/B=64"
inline std::string to_text(Way way) {
    return "T=" + std::to_string(way.steps) + (way.batch == 1 ? "" : "/B=" + std::to_string(way.batch));
}

inline std::uint32_t gates_of(Cell cell) { return cell == Cell::lstm ? 4 : 3; }

/// Of W x, and of R h, in one step.
inline double input_products(Cell cell, Size size) { return 1.0 * gates_of(cell) * size.hidden * size.input; }
inline double state_products(Cell cell, Size size) { return 1.0 * gates_of(cell) * size.hidden * size.hidden; }
inline double products(Cell cell, Size size) { return input_products(cell, size) + state_products(cell, size); }

}  // namespace tidegate::bench
