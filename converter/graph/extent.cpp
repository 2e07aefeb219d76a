// SPDX-License-Identifier: MIT
// Normal form, arithmetic and bounds.
#include "graph/extent.h"

#include <algorithm>
#include <functional>
#include <stdexcept>

#include "graph/error.h"

namespace tidegate {
namespace {

using Atom = Extent::Atom;
using Term = Extent::Term;

constexpr std::size_t kMostTerms = 256;
constexpr std::size_t kMostFactors = 64;  // of a term

[[noreturn]] void too_long() { throw std::length_error("a dimension is too complicated an expression of the symbols"); }
[[noreturn]] void too_large() { throw std::length_error("a dimension is too large for 64 bits"); }

std::int64_t sum(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (__builtin_add_overflow(a, b, &result)) { too_large(); }
    return result;
}

std::int64_t product(std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (__builtin_mul_overflow(a, b, &result)) { too_large(); }
    return result;
}

int compare_atoms(const ExtentAtom& a, const ExtentAtom& b) {
    if (a.kind != b.kind) { return a.kind < b.kind ? -1 : 1; }
    if (a.kind == ExtentAtom::Kind::symbol) {
        return a.symbol->index == b.symbol->index ? 0 : a.symbol->index < b.symbol->index ? -1 : 1;
    }
    const int left = Extent::compare(a.left, b.left);
    return left != 0 ? left : Extent::compare(a.right, b.right);
}

/// Higher degrees come first, then the atoms decide: an order that products respect.
int compare_monomials(const std::vector<Atom>& a, const std::vector<Atom>& b) {
    if (a.size() != b.size()) { return a.size() > b.size() ? -1 : 1; }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (const int order = compare_atoms(*a[i], *b[i])) { return order; }
    }
    return 0;
}

struct Interval {
    std::int64_t lowest;
    std::int64_t highest;
};

template <class Combine>
Interval corners(const Interval& a, const Interval& b, Combine combine) {
    const auto [low, high] = std::minmax({combine(a.lowest, b.lowest), combine(a.lowest, b.highest),
                                          combine(a.highest, b.lowest), combine(a.highest, b.highest)});
    return {low, high};
}

std::int64_t combine(ExtentAtom::Kind kind, std::int64_t a, std::int64_t b) {
    switch (kind) {
        case ExtentAtom::Kind::minimum:
            return minimum(a, b);
        case ExtentAtom::Kind::maximum:
            return maximum(a, b);
        default:
            return floor_divide(a, b);
    }
}

Interval interval_of(const Extent& extent);

Interval interval_of(const ExtentAtom& atom) {
    if (atom.kind == ExtentAtom::Kind::symbol) { return {atom.symbol->minimum, atom.symbol->maximum}; }
    return corners(interval_of(atom.left), interval_of(atom.right),
                   [&](std::int64_t a, std::int64_t b) { return combine(atom.kind, a, b); });
}

Interval interval_of(const Extent& extent) {
    Interval all{0, 0};
    for (const Term& term : extent.terms()) {
        Interval here{term.factor, term.factor};
        for (const Atom& atom : term.atoms) { here = corners(here, interval_of(*atom), product); }
        all = {sum(all.lowest, here.lowest), sum(all.highest, here.highest)};
    }
    return all;
}

using ValueOf = std::function<std::int64_t(const Symbol&)>;

std::int64_t evaluate(const Extent& extent, const ValueOf& value_of);

std::int64_t evaluate(const ExtentAtom& atom, const ValueOf& value_of) {
    if (atom.kind == ExtentAtom::Kind::symbol) { return value_of(*atom.symbol); }
    const std::int64_t left = evaluate(atom.left, value_of), right = evaluate(atom.right, value_of);
    return atom.kind == ExtentAtom::Kind::exact_divide ? exact_divide(left, right) : combine(atom.kind, left, right);
}

std::int64_t evaluate(const Extent& extent, const ValueOf& value_of) {
    std::int64_t all = 0;
    for (const Term& term : extent.terms()) {
        std::int64_t here = term.factor;
        for (const Atom& atom : term.atoms) { here = product(here, evaluate(*atom, value_of)); }
        all = sum(all, here);
    }
    return all;
}

}  // namespace

Extent::Extent(std::int64_t value) {
    if (value != 0) { terms_.push_back({value, {}}); }
}

Extent::Extent(std::shared_ptr<const Symbol> symbol) {
    terms_.push_back(
        {1, {std::make_shared<ExtentAtom>(ExtentAtom{ExtentAtom::Kind::symbol, std::move(symbol), {}, {}, 1})}});
}

Extent Extent::of(const Term& term) {
    Extent result;
    result.add(term);
    return result;
}

bool Extent::is_constant() const { return terms_.empty() || terms_.front().atoms.empty(); }

std::int64_t Extent::constant() const {
    if (!is_constant()) { throw std::logic_error("the dimension " + to_text(*this) + " is not a number"); }
    return terms_.empty() ? 0 : terms_.front().factor;
}

std::size_t Extent::size() const {
    std::size_t all = terms_.size();
    for (const Term& term : terms_) {
        for (const Atom& atom : term.atoms) { all += atom->size; }
    }
    return all;
}

const Symbol* Extent::symbol() const {
    if (terms_.size() != 1 || terms_[0].factor != 1 || terms_[0].atoms.size() != 1) { return nullptr; }
    return terms_[0].atoms[0]->symbol.get();
}

std::int64_t Extent::lowest() const { return interval_of(*this).lowest; }
std::int64_t Extent::highest() const { return interval_of(*this).highest; }
std::int64_t Extent::planned() const {
    return evaluate(*this, [](const Symbol& symbol) { return symbol.maximum; });
}
std::int64_t Extent::at(const std::vector<std::int64_t>& symbols) const {
    return evaluate(*this, [&](const Symbol& symbol) { return symbols.at(symbol.index); });
}

int Extent::compare(const Extent& a, const Extent& b) {
    for (std::size_t i = 0; i < std::min(a.terms_.size(), b.terms_.size()); ++i) {
        if (const int order = compare_monomials(a.terms_[i].atoms, b.terms_[i].atoms)) { return order; }
        if (a.terms_[i].factor != b.terms_[i].factor) { return a.terms_[i].factor < b.terms_[i].factor ? -1 : 1; }
    }
    return a.terms_.size() == b.terms_.size() ? 0 : a.terms_.size() < b.terms_.size() ? -1 : 1;
}

void Extent::add(const Term& term) {
    const auto at = std::ranges::find_if(
        terms_, [&](const Term& other) { return compare_monomials(other.atoms, term.atoms) >= 0; });
    if (at == terms_.end() || compare_monomials(at->atoms, term.atoms) != 0) {
        if (terms_.size() >= kMostTerms || term.atoms.size() > kMostFactors) { too_long(); }
        if (term.factor != 0) { terms_.insert(at, term); }
        return;
    }
    at->factor = sum(at->factor, term.factor);
    if (at->factor == 0) { terms_.erase(at); }
}

namespace {

/// A product in which (p / q) meets a multiple of q is that multiple of p.
Extent without_divisions(const Term& term) {
    for (std::size_t i = 0; i < term.atoms.size(); ++i) {
        const Atom division = term.atoms[i];
        if (division->kind != ExtentAtom::Kind::exact_divide) { continue; }
        Term rest = term;
        rest.atoms.erase(rest.atoms.begin() + static_cast<std::ptrdiff_t>(i));
        if (const auto q = quotient(Extent::of(rest), division->right)) { return *q * division->left; }
    }
    return Extent::of(term);
}

}  // namespace

Extent& Extent::operator+=(const Extent& other) {
    const std::vector<Term> terms = other.terms_;  // other may be this
    for (const Term& term : terms) { add(term); }
    for (const Term& term : std::vector<Term>(terms_)) {
        const Extent simplified = without_divisions(term);
        if (compare(simplified, of(term)) == 0) { continue; }
        add({-term.factor, term.atoms});
        *this += simplified;
    }
    return *this;
}

Extent operator-(const Extent& a, const Extent& b) { return a + b * Extent(-1); }

Extent operator*(const Extent& a, const Extent& b) {
    Extent result;
    for (const Term& left : a.terms_) {
        for (const Term& right : b.terms_) {
            Term term{product(left.factor, right.factor), left.atoms};
            for (const Atom& atom : right.atoms) {
                const auto behind = std::ranges::find_if(
                    term.atoms, [&](const Atom& other) { return compare_atoms(*other, *atom) > 0; });
                term.atoms.insert(behind, atom);
            }
            result += without_divisions(term);
        }
    }
    return result;
}

}  // namespace tidegate
