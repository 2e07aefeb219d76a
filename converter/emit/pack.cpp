// SPDX-License-Identifier: MIT
#include "emit/pack.h"

#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "emit/half.h"
#include "emit/integers.h"
#include "format/panels.h"

namespace tidegate {
namespace {

using format::kPanelRows;

constexpr std::uint64_t kQuad = 4;

struct Row {
    std::uint64_t index;  ///< of the matrix
    std::uint64_t panel;
    std::uint64_t lane;
};

/// Calls place(Row) for every row.
template <class Place>
void for_each_row(const ProgramMatrix& matrix, Place place) {
    for (std::uint32_t gate = 0; gate < matrix.gates; ++gate) {
        for (std::uint32_t unit = 0; unit < matrix.units; ++unit) {
            const std::uint64_t padded = format::padded_row(matrix.gates, matrix.units, gate, unit);
            place(Row{std::uint64_t{gate} * matrix.units + unit, padded / kPanelRows, padded % kPanelRows});
        }
    }
}

std::uint64_t columns(const ProgramMatrix& matrix) { return std::uint64_t{matrix.input_cols} + matrix.state_cols; }

std::uint64_t panel_count(const ProgramMatrix& matrix) { return format::panel_count(matrix.gates, matrix.units); }

/// Elements of one type, at their indices, as bytes.
template <class Element>
class Elements {
public:
    explicit Elements(std::uint64_t count) : bytes_(count * sizeof(Element), '\0') {}
    void set(std::uint64_t i, Element value) { std::memcpy(bytes_.data() + i * sizeof(value), &value, sizeof(value)); }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

template <class Element, class Convert>
std::string pack_columns(const ProgramMatrix& matrix, Convert convert) {
    const std::uint64_t cols = columns(matrix);
    Elements<Element> panels(panel_count(matrix) * cols * kPanelRows);
    for_each_row(matrix, [&](const Row& row) {
        for (std::uint64_t col = 0; col < cols; ++col) {
            panels.set((row.panel * cols + col) * kPanelRows + row.lane,
                       convert(matrix.weights[row.index * cols + col]));
        }
    });
    return panels.take();
}

/// Columns [first, first + count) of a row: those of W, or those of R.
struct Part {
    std::uint64_t first, count, quads;
};

std::vector<Part> parts_of(const ProgramMatrix& matrix) {
    const auto part = [](std::uint64_t first, std::uint64_t count) {
        return Part{first, count, (count + kQuad - 1) / kQuad};
    };
    std::vector<Part> parts = {part(0, matrix.input_cols)};
    if (matrix.state_cols != 0) { parts.push_back(part(matrix.input_cols, matrix.state_cols)); }
    return parts;
}

/// Both at once: a row's integers say its scale and its correction.
PackedWeights pack_integers(const ProgramMatrix& matrix) {
    const std::vector<Part> parts = parts_of(matrix);
    std::uint64_t quads = 0;
    for (const Part& part : parts) { quads += part.quads; }
    Elements<std::int8_t> panels(panel_count(matrix) * quads * kPanelRows * kQuad);
    Elements<std::uint32_t> scales(panel_count(matrix) * parts.size() * 2 * kPanelRows);
    for_each_row(matrix, [&](const Row& row) {
        const auto weights = std::span(matrix.weights).subspan(row.index * columns(matrix), columns(matrix));
        std::uint64_t quad = row.panel * quads, scale = row.panel * parts.size() * 2 * kPanelRows + row.lane;
        for (const Part& part : parts) {
            const IntegerRow packed = to_integers(weights.subspan(part.first, part.count));
            std::int32_t sum = 0;
            for (std::uint64_t col = 0; col < part.count; ++col) {
                panels.set(((quad + col / kQuad) * kPanelRows + row.lane) * kQuad + col % kQuad, packed.integers[col]);
                sum += packed.integers[col];
            }
            scales.set(scale, std::bit_cast<std::uint32_t>(packed.scale));
            scales.set(scale + kPanelRows, static_cast<std::uint32_t>(-128 * sum));
            quad += part.quads;
            scale += 2 * kPanelRows;
        }
    });
    return {panels.take(), scales.take()};
}

}  // namespace

PackedWeights pack_weights(const ProgramMatrix& matrix) {
    switch (matrix.form) {
        case WeightForm::f16:
            return {pack_columns<std::uint16_t>(matrix, to_half), ""};
        case WeightForm::i8:
            return pack_integers(matrix);
        default:
            return {pack_columns<float>(matrix, [](float w) { return w; }), ""};
    }
}

std::vector<float> pack_bias(const ProgramMatrix& matrix) {
    std::vector<float> bias(panel_count(matrix) * kPanelRows);
    for_each_row(matrix, [&](const Row& row) { bias[row.panel * kPanelRows + row.lane] = matrix.bias[row.index]; });
    return bias;
}

}  // namespace tidegate
