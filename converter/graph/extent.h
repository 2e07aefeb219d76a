// SPDX-License-Identifier: MIT
// A dimension: a number, or an expression over symbols whose values are chosen at run time (--dim time=1..96).
//
// Normal form: a polynomial with integer factors over atoms; an atom is a symbol, or a division, minimum or maximum
// that does not simplify. Expressions that are too long to be anything's dimension are a std::length_error. Equal forms
// compare equal; unequal ones may still agree for some (or, rarely, for all) values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/tensor.h"

namespace tidegate {

struct Symbol {
    std::string name;
    std::int64_t minimum = 1;
    std::int64_t maximum = 1;
    std::size_t index = 0;  ///< in Graph.symbols
};

struct ExtentAtom;

class Extent {
public:
    using Atom = std::shared_ptr<const ExtentAtom>;
    /// factor * atoms[0] * atoms[1] * ...
    struct Term {
        std::int64_t factor = 0;
        std::vector<Atom> atoms;
    };

    Extent(std::int64_t value = 0);  // NOLINT(google-explicit-constructor): a number is an extent
    explicit Extent(std::shared_ptr<const Symbol> symbol);

    bool is_constant() const;
    std::int64_t constant() const;  ///< throws std::logic_error if it is none
    /// Bounds by interval arithmetic over the ranges of the symbols: never too narrow, sometimes too wide.
    std::int64_t lowest() const;
    std::int64_t highest() const;
    /// The value when every symbol is at its maximum.
    std::int64_t planned() const;
    /// The value at these values of the symbols, by index. Throws ShapeFault if an exact division leaves a remainder.
    std::int64_t at(const std::vector<std::int64_t>& symbols) const;
    const std::vector<Term>& terms() const { return terms_; }  ///< leading term first, constant last
    /// How many atoms and terms it has when written out.
    std::size_t size() const;
    /// The symbol it is, null if it is anything else.
    const Symbol* symbol() const;

    Extent& operator+=(const Extent& other);
    friend Extent operator+(Extent a, const Extent& b) { return a += b; }
    friend Extent operator-(const Extent& a, const Extent& b);
    friend Extent operator*(const Extent& a, const Extent& b);
    friend bool operator==(const Extent& a, const Extent& b) { return compare(a, b) == 0; }
    /// Some total order of normal forms.
    static int compare(const Extent& a, const Extent& b);
    static Extent of(const Term& term);

private:
    void add(const Term& term);

    std::vector<Term> terms_;
};

struct ExtentAtom {
    enum class Kind { symbol, floor_divide, exact_divide, minimum, maximum };
    Kind kind = Kind::symbol;
    std::shared_ptr<const Symbol> symbol;
    Extent left, right;
    std::size_t size = 1;  ///< of the expression, written out
};

/// Is a <= b for all values of the symbols, as far as can be told?
bool always_at_most(const Extent& a, const Extent& b);
std::string to_text(const Extent& extent);  ///< "2*time + 1", "min(5, time)"

Extent minimum(const Extent& a, const Extent& b);
Extent maximum(const Extent& a, const Extent& b);
/// a / b rounded down, or a / b that must leave no remainder. Throws ShapeFault if b may be below 1, or if the exact
/// one leaves a remainder when every symbol is at its maximum.
Extent floor_divide(const Extent& a, const Extent& b);
Extent exact_divide(const Extent& a, const Extent& b);
/// The polynomial q with a = q * b, if there is one.
std::optional<Extent> quotient(const Extent& a, const Extent& b);

// The same words for plain numbers, so that a rule can be written once for both.
inline std::int64_t minimum(std::int64_t a, std::int64_t b) { return a < b ? a : b; }
inline std::int64_t maximum(std::int64_t a, std::int64_t b) { return a < b ? b : a; }
inline bool always_at_most(std::int64_t a, std::int64_t b) { return a <= b; }
std::int64_t floor_divide(std::int64_t a, std::int64_t b);
std::int64_t exact_divide(std::int64_t a, std::int64_t b);

/// The shape of a value, and any list of integers that is known before the run as far as the symbols are.
class Extents : public std::vector<Extent> {
public:
    using std::vector<Extent>::vector;
    Extents(const Dims& dims) : std::vector<Extent>(dims.begin(), dims.end()) {}  // NOLINT(google-explicit-constructor)
    friend bool operator==(const Extents& a, const Extents& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }
    bool are_constant() const;
    Dims constants() const;  ///< throws std::logic_error if one is symbolic
    Dims planned() const;
    Dims at(const std::vector<std::int64_t>& symbols) const;
};

/// Product of the extents; throws std::length_error where element_count(Dims) would at the largest ones.
Extent element_count(const Extents& dims);
std::string to_text(const Extents& dims);  ///< "[time, 1, 16]"
/// Names of the symbols in it, each once.
std::vector<std::string> symbols_in(const Extents& dims);
/// "bind it with --dim time=N": the way out when something depends on symbols and must not. Of two symbols that had to
/// be equal: or make them one.
std::string how_to_bind(const Extents& dims);

}  // namespace tidegate
