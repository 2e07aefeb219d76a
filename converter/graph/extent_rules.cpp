// SPDX-License-Identifier: MIT
// Divisions, minimum and maximum of extents, and lists of extents.
#include <algorithm>
#include <stdexcept>

#include "graph/error.h"
#include "graph/extent.h"
#include "graph/text.h"

namespace tidegate {
namespace {

using Kind = ExtentAtom::Kind;
using Term = Extent::Term;

Extent make(Kind kind, const Extent& left, const Extent& right) {
    constexpr std::size_t kLongest = 512;
    const std::size_t size = 1 + left.size() + right.size();
    if (size > kLongest) { throw std::length_error("a dimension is too complicated an expression of the symbols"); }
    return Extent::of({1, {std::make_shared<ExtentAtom>(ExtentAtom{kind, nullptr, left, right, size})}});
}

/// The one atom that an extent consists of, null if it is anything else.
const ExtentAtom* sole_atom(const Extent& extent) {
    const auto& terms = extent.terms();
    return terms.size() == 1 && terms[0].factor == 1 && terms[0].atoms.size() == 1 ? terms[0].atoms[0].get() : nullptr;
}

const ExtentAtom* sole_atom(const Extent& extent, Kind kind) {
    const ExtentAtom* atom = sole_atom(extent);
    return atom != nullptr && atom->kind == kind ? atom : nullptr;
}

/// a / b term by term, if b's atoms and factor are all in a.
std::optional<Extent> divide(const Term& a, const Term& b) {
    if (b.factor == -1 && a.factor == INT64_MIN) { return std::nullopt; }  // the quotient is beyond 64 bits
    if (a.factor % b.factor != 0) { return std::nullopt; }
    Term result{a.factor / b.factor, a.atoms};
    for (const Extent::Atom& atom : b.atoms) {
        const auto same = std::ranges::find_if(result.atoms, [&](const Extent::Atom& other) {
            return Extent::of({1, {other}}) == Extent::of({1, {atom}});
        });
        if (same == result.atoms.end()) { return std::nullopt; }
        result.atoms.erase(same);
    }
    return Extent::of(result);
}

void need_divisor(const Extent& a, const Extent& b) {
    if (b.lowest() >= 1) { return; }
    throw ShapeFault(to_text(a) + " is divided by " + to_text(b) + ", which may be below 1; " + how_to_bind({a, b}));
}

}  // namespace

std::optional<Extent> quotient(const Extent& a, const Extent& b) {
    constexpr int kMostDivided = 64;
    if (b.terms().empty()) { return std::nullopt; }
    Extent rest = a, result;
    for (int i = 0; i < kMostDivided && !rest.terms().empty(); ++i) {
        const std::optional<Extent> next = divide(rest.terms().front(), b.terms().front());
        if (!next) { return std::nullopt; }
        result += *next;
        rest = rest - *next * b;
    }
    return rest.terms().empty() ? std::optional(result) : std::nullopt;
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    if (b == 0 || (b == -1 && a == INT64_MIN)) { throw ShapeFault(std::to_string(a) + " / " + std::to_string(b)); }
    return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

std::int64_t exact_divide(std::int64_t a, std::int64_t b) {
    if (b == 0 || (b == -1 && a == INT64_MIN) || a % b != 0) {
        throw ShapeFault(std::to_string(a) + " elements are not a multiple of " + std::to_string(b));
    }
    return a / b;
}

/// What b divides comes out in front: (b q + r) / b = q + r / b.
Extent floor_divide(const Extent& a, const Extent& b) {
    need_divisor(a, b);
    Extent whole, rest;
    for (const Term& term : a.terms()) {
        const std::optional<Extent> part = quotient(Extent::of(term), b);
        part ? whole += * part : rest += Extent::of(term);
    }
    if (rest.is_constant() && b.is_constant()) { return whole + floor_divide(rest.constant(), b.constant()); }
    if (rest.lowest() >= 0 && always_at_most(rest + 1, b)) { return whole; }
    return whole + make(Kind::floor_divide, rest, b);
}

Extent exact_divide(const Extent& a, const Extent& b) {
    if (const std::optional<Extent> result = quotient(a, b)) { return *result; }
    need_divisor(a, b);
    if (a.planned() % b.planned() != 0) {
        throw ShapeFault(to_text(a) + " is " + std::to_string(a.planned()) +
                         " at the largest dimensions, which is not a multiple of " + to_text(b) +
                         "; choose maxima that are");
    }
    return make(Kind::exact_divide, a, b);
}

bool always_at_most(const Extent& a, const Extent& b) {
    if ((b - a).lowest() >= 0) { return true; }
    if (const ExtentAtom* atom = sole_atom(a, Kind::minimum)) {
        return always_at_most(atom->left, b) || always_at_most(atom->right, b);
    }
    if (const ExtentAtom* atom = sole_atom(a, Kind::maximum)) {
        return always_at_most(atom->left, b) && always_at_most(atom->right, b);
    }
    if (const ExtentAtom* atom = sole_atom(b, Kind::minimum)) {
        return always_at_most(a, atom->left) && always_at_most(a, atom->right);
    }
    if (const ExtentAtom* atom = sole_atom(b, Kind::maximum)) {
        return always_at_most(a, atom->left) || always_at_most(a, atom->right);
    }
    return false;
}

Extent minimum(const Extent& a, const Extent& b) {
    if (always_at_most(a, b)) { return a; }
    if (always_at_most(b, a)) { return b; }
    return Extent::compare(a, b) > 0 ? make(Kind::minimum, a, b) : make(Kind::minimum, b, a);
}

Extent maximum(const Extent& a, const Extent& b) {
    if (always_at_most(a, b)) { return b; }
    if (always_at_most(b, a)) { return a; }
    return Extent::compare(a, b) > 0 ? make(Kind::maximum, a, b) : make(Kind::maximum, b, a);
}

bool Extents::are_constant() const {
    return std::all_of(begin(), end(), [](const Extent& extent) { return extent.is_constant(); });
}

Dims Extents::constants() const {
    Dims result;
    for (const Extent& extent : *this) { result.push_back(extent.constant()); }
    return result;
}

Dims Extents::planned() const {
    Dims result;
    for (const Extent& extent : *this) { result.push_back(extent.planned()); }
    return result;
}

Dims Extents::at(const std::vector<std::int64_t>& symbols) const {
    Dims result;
    for (const Extent& extent : *this) { result.push_back(extent.at(symbols)); }
    return result;
}

Extent element_count(const Extents& dims) {
    Dims largest;
    for (const Extent& extent : dims) {
        largest.push_back(extent.is_constant() ? extent.constant() : maximum(extent.highest(), std::int64_t{0}));
    }
    element_count(largest);
    Extent count = 1;
    for (const Extent& extent : dims) { count = count * extent; }
    return count;
}

}  // namespace tidegate
