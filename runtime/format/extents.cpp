// SPDX-License-Identifier: MIT
#include "format/extents.h"

#include "format/check_parts.h"

namespace tidegate::format {
namespace {

/// An exact_divide with a remainder has no value.
bool has_value(ExpressionKind kind, std::int64_t a, std::int64_t b) {
    return kind != ExpressionKind::exact_divide || a % b == 0;
}

/// All kinds are monotone in each operand over the ranges here, so their extremes are at the corners.
bool corners_are_within(const Expression& e, const Expression& left, const Expression& right) {
    for (const std::int64_t a : {left.lowest(), left.highest()}) {
        for (const std::int64_t b : {right.lowest(), right.highest()}) {
            const std::int64_t value = apply(e.kind(), a, b);
            if (value < e.lowest() || value > e.highest()) { return false; }
        }
    }
    return true;
}

bool operation_is_sound(const Model& model, std::uint32_t index, const Expression& e) {
    const auto before = [index](std::int32_t i) { return i >= 0 && static_cast<std::uint32_t>(i) < index; };
    if (!before(e.left()) || !before(e.right())) { return false; }
    const Expression& left = *model.expressions()->Get(static_cast<std::uint32_t>(e.left()));
    const Expression& right = *model.expressions()->Get(static_cast<std::uint32_t>(e.right()));
    const bool divides = e.kind() == ExpressionKind::floor_divide || e.kind() == ExpressionKind::exact_divide;
    if (divides && right.lowest() < 1) { return false; }
    return corners_are_within(e, left, right) && has_value(e.kind(), left.planned(), right.planned()) &&
           apply(e.kind(), left.planned(), right.planned()) == e.planned();
}

bool is_one_value(const Expression& e, std::int32_t lowest, std::int32_t highest) {
    return e.lowest() == lowest && e.highest() == highest && e.planned() == highest;
}

bool expression_is_sound(const Model& model, std::uint32_t index) {
    const Expression& e = *model.expressions()->Get(index);
    switch (e.kind()) {
        case ExpressionKind::constant:
            return is_one_value(e, e.left(), e.left());
        case ExpressionKind::symbol: {
            if (e.left() < 0 || static_cast<std::uint32_t>(e.left()) >= length(model.symbols())) { return false; }
            const Symbol& symbol = *model.symbols()->Get(static_cast<std::uint32_t>(e.left()));
            return is_one_value(e, symbol.minimum(), symbol.maximum());
        }
        default:
            return e.kind() <= ExpressionKind::MAX && operation_is_sound(model, index, e);
    }
}

}  // namespace

bool symbols_are_sound(const Model& model) {
    if (length(model.symbols()) > kMaxPorts || length(model.expressions()) > kMaxExpressions ||
        !names_are_sound(model.symbols())) {
        return false;
    }
    for (std::uint32_t i = 0; i < length(model.symbols()); ++i) {
        const Symbol& symbol = *model.symbols()->Get(i);
        if (symbol.minimum() < 1 || symbol.minimum() > symbol.maximum()) { return false; }
    }
    for (std::uint32_t i = 0; i < length(model.expressions()); ++i) {
        if (!expression_is_sound(model, i)) { return false; }
    }
    return true;
}

bool evaluate(const Model& model, const std::int32_t* symbols, std::int32_t* values) {
    for (std::uint32_t i = 0; i < length(model.expressions()); ++i) {
        const Expression& e = *model.expressions()->Get(i);
        std::int64_t value = 0;
        if (e.kind() == ExpressionKind::constant) {
            value = e.left();
        } else if (e.kind() == ExpressionKind::symbol) {
            value = symbols[e.left()];
        } else if (has_value(e.kind(), values[e.left()], values[e.right()])) {
            value = apply(e.kind(), values[e.left()], values[e.right()]);
        } else {
            return false;
        }
        values[i] = static_cast<std::int32_t>(value);
    }
    return true;
}

}  // namespace tidegate::format
