// SPDX-License-Identifier: MIT
// The expressions of a file: every distinct extent once, with the bounds that format/extents.cpp checks.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "format/model_generated.h"
#include "graph/extent.h"

namespace tidegate {

class Expressions {
public:
    /// An extent as the file says it: a number, or ~index of an expression. Throws ConvertError naming an extent that
    /// does not fit 32 bits at some value of its symbols, or in some part of it.
    std::int32_t add(const Extent& extent);
    std::vector<std::int32_t> add(const Extents& list);

    const std::vector<format::Expression>& all() const { return all_; }

private:
    using Index = std::int32_t;
    Index expression(const Extent& extent);
    Index term(const Extent::Term& term, std::int64_t factor);
    Index atom(const ExtentAtom& atom);
    Index leaf(format::ExpressionKind kind, std::int64_t left, std::int64_t lowest, std::int64_t highest);
    Index operation(format::ExpressionKind kind, Index left, Index right);
    Index put(const format::Expression& expression);

    std::vector<format::Expression> all_;
    std::map<std::tuple<int, std::int32_t, std::int32_t>, Index> known_;  ///< by kind and operands
};

}  // namespace tidegate
