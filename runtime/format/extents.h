// SPDX-License-Identifier: MIT
// Dimensions that are expressions over symbols: what an extent of the file is worth.
#pragma once

#include <cstdint>

#include "format/elements.h"
#include "format/model_generated.h"

namespace tidegate::format {

/// The values of a model's expressions: as planned (every symbol at its maximum), or at dimensions that were set.
class Extents {
public:
    /// values: one per expression, or null for the planned ones.
    Extents(const Model& model, const std::int32_t* values) : expressions_(model.expressions()), values_(values) {}

    std::uint32_t count() const { return length(expressions_); }
    static bool is_expression(std::int32_t extent) { return extent < 0; }
    /// A number, or an expression that exists.
    bool exists(std::int32_t extent) const { return extent >= 0 || static_cast<std::uint32_t>(~extent) < count(); }
    /// Of an extent that exists.
    std::int32_t value(std::int32_t extent) const {
        if (extent >= 0) { return extent; }
        const std::uint32_t index = static_cast<std::uint32_t>(~extent);
        return values_ != nullptr ? values_[index] : expressions_->Get(index)->planned();
    }
    /// The largest value that it can have.
    std::int32_t highest(std::int32_t extent) const {
        return extent >= 0 ? extent : expressions_->Get(static_cast<std::uint32_t>(~extent))->highest();
    }

private:
    const flatbuffers::Vector<const Expression*>* expressions_;
    const std::int32_t* values_;
};

/// a / b rounded down, b >= 1.
constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

/// The value of a kind with two operands, divisors at least 1; an exact_divide with a remainder is rounded down.
/// Operands of 32 bits cannot wrap.
constexpr std::int64_t apply(ExpressionKind kind, std::int64_t a, std::int64_t b) {
    switch (kind) {
        case ExpressionKind::add:
            return a + b;
        case ExpressionKind::multiply:
            return a * b;
        case ExpressionKind::minimum:
            return a < b ? a : b;
        case ExpressionKind::maximum:
            return a < b ? b : a;
        default:
            return floor_divide(a, b);
    }
}

/// Are symbols and expressions what model.fbs says: names and ranges, operands before their use, bounds and planned
/// values that follow from the operands'?
bool symbols_are_sound(const Model& model);

/// Writes the value of every expression of a sound model at these values of its symbols; false if an exact_divide
/// leaves a remainder.
bool evaluate(const Model& model, const std::int32_t* symbols, std::int32_t* values);

}  // namespace tidegate::format
