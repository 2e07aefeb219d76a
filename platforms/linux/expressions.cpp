// SPDX-License-Identifier: MIT
#include "expressions.h"

#include <fmt/format.h>

#include "format/extents.h"

namespace tidegate::command {
namespace {

using format::ExpressionKind;

constexpr std::size_t kLongestText = 60;

/// How tightly a text holds together: what needs brackets as an operand.
enum class Binding { sum, product, atom };

struct Term {
    std::string text;
    Binding binding = Binding::atom;

    std::string inside(Binding least) const { return binding < least ? "(" + text + ")" : text; }
};

Term sum(const Term& a, const Term& b) {
    if (a.text.starts_with('-') && !b.text.starts_with('-')) { return sum(b, a); }
    return {a.text + (b.text.starts_with('-') ? "" : "+") + b.text, Binding::sum};
}

Term product(const Term& a, const Term& b, bool a_is_constant, bool b_is_constant) {
    if (b_is_constant && !a_is_constant) { return product(b, a, true, false); }
    const std::string right = b.inside(Binding::product);
    return {a.text == "-1" ? "-" + right : a.inside(Binding::product) + "*" + right, Binding::product};
}

std::string quotient(const Term& a, const Term& b) {
    return a.inside(Binding::product) + "/" + b.inside(Binding::atom);
}

Term term_of(const format::Model& model, const format::Expression& e, const std::vector<Term>& before) {
    const auto at = [](std::int32_t i) { return static_cast<std::size_t>(i); };
    if (e.kind() == ExpressionKind::constant) { return {std::to_string(e.left())}; }
    if (e.kind() == ExpressionKind::symbol) {
        return {model.symbols()->Get(static_cast<flatbuffers::uoffset_t>(e.left()))->name()->str()};
    }
    const auto is_constant = [&model](std::int32_t i) {
        return model.expressions()->Get(static_cast<flatbuffers::uoffset_t>(i))->kind() == ExpressionKind::constant;
    };
    const Term &a = before[at(e.left())], &b = before[at(e.right())];
    switch (e.kind()) {
        case ExpressionKind::add:
            return is_constant(e.left()) ? sum(b, a) : sum(a, b);
        case ExpressionKind::multiply:
            return product(a, b, is_constant(e.left()), is_constant(e.right()));
        case ExpressionKind::exact_divide:
            return {quotient(a, b), Binding::product};
        case ExpressionKind::floor_divide:
            return {"floor(" + quotient(a, b) + ")"};
        default:
            return {fmt::format("{}({},{})", e.kind() == ExpressionKind::minimum ? "min" : "max", a.text, b.text)};
    }
}

}  // namespace

Expressions::Expressions(const format::Model& model, const std::vector<std::int32_t>& symbols) : model_(model) {
    std::vector<Term> terms;
    const std::size_t count = model.expressions() != nullptr ? model.expressions()->size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const format::Expression& e = *model.expressions()->Get(static_cast<flatbuffers::uoffset_t>(i));
        const auto left = static_cast<std::size_t>(e.left());
        if (symbols.empty()) {
            values_.push_back(e.planned());
        } else if (e.kind() == ExpressionKind::constant) {
            values_.push_back(e.left());
        } else if (e.kind() == ExpressionKind::symbol) {
            values_.push_back(symbols.at(left));
        } else {
            const std::int64_t right = values_.at(static_cast<std::size_t>(e.right()));
            values_.push_back(static_cast<std::int32_t>(format::apply(e.kind(), values_.at(left), right)));
        }
        Term term = term_of(model, e, terms);
        if (term.text.size() > kLongestText && e.kind() != ExpressionKind::symbol) { term = {fmt::format("#{}", i)}; }
        texts_.push_back(term.text);
        terms.push_back(std::move(term));
    }
}

std::string Expressions::text(std::int32_t extent) const {
    return extent >= 0 ? std::to_string(extent) : texts_.at(index(extent));
}

int Expressions::symbol(std::int32_t extent) const {
    if (extent >= 0) { return -1; }
    const format::Expression& e = *model_.expressions()->Get(static_cast<flatbuffers::uoffset_t>(index(extent)));
    return e.kind() == ExpressionKind::symbol ? e.left() : -1;
}

}  // namespace tidegate::command
