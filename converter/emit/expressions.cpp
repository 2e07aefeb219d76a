// SPDX-License-Identifier: MIT
#include "emit/expressions.h"

#include <algorithm>
#include <initializer_list>
#include <stdexcept>

#include "format/check.h"
#include "format/extents.h"
#include "graph/error.h"

namespace tidegate {
namespace {

using Kind = format::ExpressionKind;

std::int32_t narrow(std::int64_t value) {
    if (value < INT32_MIN || value > INT32_MAX) { throw std::length_error("does not fit 32 bits"); }
    return static_cast<std::int32_t>(value);
}

Kind kind_of(ExtentAtom::Kind kind) {
    switch (kind) {
        case ExtentAtom::Kind::floor_divide:
            return Kind::floor_divide;
        case ExtentAtom::Kind::exact_divide:
            return Kind::exact_divide;
        case ExtentAtom::Kind::minimum:
            return Kind::minimum;
        case ExtentAtom::Kind::maximum:
            return Kind::maximum;
        case ExtentAtom::Kind::symbol:
            break;
    }
    return Kind::symbol;
}

}  // namespace

std::int32_t Expressions::add(const Extent& extent) {
    try {
        if (extent.is_constant() && extent.constant() >= 0) { return narrow(extent.constant()); }
        const Index index = expression(extent);
        if (all_.size() > format::kMaxExpressions) {
            throw ConvertError("the shapes need more than " + std::to_string(format::kMaxExpressions) +
                               " expressions over symbols; " + how_to_bind({extent}));
        }
        return ~index;
    } catch (const std::length_error&) {
        throw ConvertError("the dimension " + to_text(extent) + " may be " + std::to_string(extent.lowest()) + " to " +
                           std::to_string(extent.highest()) + " and does not fit 32 bits on the way; " +
                           how_to_bind({extent}) + " or to a smaller range");
    }
}

std::vector<std::int32_t> Expressions::add(const Extents& list) {
    std::vector<std::int32_t> result;
    for (const Extent& extent : list) { result.push_back(add(extent)); }
    return result;
}

Expressions::Index Expressions::expression(const Extent& extent) {
    Index sum = -1;
    for (const Extent::Term& part : extent.terms()) {
        const Index index = term(part, part.factor);
        sum = sum < 0 ? index : operation(Kind::add, sum, index);
    }
    return sum < 0 ? leaf(Kind::constant, 0, 0, 0) : sum;
}

Expressions::Index Expressions::term(const Extent::Term& part, std::int64_t factor) {
    Index product = -1;
    for (const Extent::Atom& each : part.atoms) {
        const Index index = atom(*each);
        product = product < 0 ? index : operation(Kind::multiply, product, index);
    }
    if (product >= 0 && factor == 1) { return product; }
    const Index number = leaf(Kind::constant, factor, factor, factor);
    return product < 0 ? number : operation(Kind::multiply, product, number);
}

Expressions::Index Expressions::atom(const ExtentAtom& atom) {
    if (atom.kind == ExtentAtom::Kind::symbol) {
        return leaf(Kind::symbol, static_cast<std::int64_t>(atom.symbol->index), atom.symbol->minimum,
                    atom.symbol->maximum);
    }
    const Index left = expression(atom.left);
    return operation(kind_of(atom.kind), left, expression(atom.right));
}

Expressions::Index Expressions::leaf(Kind kind, std::int64_t left, std::int64_t lowest, std::int64_t highest) {
    return put({kind, narrow(left), 0, narrow(lowest), narrow(highest), narrow(highest)});
}

/// All kinds have their extremes at the corners of their operands' ranges.
Expressions::Index Expressions::operation(Kind kind, Index left, Index right) {
    const format::Expression& a = all_[static_cast<std::size_t>(left)];
    const format::Expression& b = all_[static_cast<std::size_t>(right)];
    const auto [lowest, highest] =
        std::minmax({format::apply(kind, a.lowest(), b.lowest()), format::apply(kind, a.lowest(), b.highest()),
                     format::apply(kind, a.highest(), b.lowest()), format::apply(kind, a.highest(), b.highest())});
    return put(
        {kind, left, right, narrow(lowest), narrow(highest), narrow(format::apply(kind, a.planned(), b.planned()))});
}

Expressions::Index Expressions::put(const format::Expression& expression) {
    const auto key = std::tuple(static_cast<int>(expression.kind()), expression.left(), expression.right());
    const auto [entry, is_new] = known_.emplace(key, static_cast<Index>(all_.size()));
    if (is_new) { all_.push_back(expression); }
    return entry->second;
}

}  // namespace tidegate
