// SPDX-License-Identifier: MIT
// Einsum as products of matrices: of two operands at a time, what both have and the rest needs are batches, what both
// have and nothing needs any more is summed over, and what only one has are rows or columns.
#include <algorithm>
#include <iterator>

#include "graph/text.h"
#include "read/operators.h"
#include "read/parts.h"

namespace tidegate {
namespace {

constexpr char kEllipsis = '.';  // all its axes as one
constexpr std::size_t kLongestTerm = 64;

struct Operand {
    ValueId value = kNone;
    std::string axes;  ///< a letter for each
};

struct Equation {
    std::vector<std::string> inputs;
    std::string output;
};

/// Letters, and "..." as one kEllipsis.
std::string axes_of(const std::string& term) {
    std::string axes;
    if (term.size() > kLongestTerm) { throw NodeFault("attribute 'equation' has a term of too many axes"); }
    for (std::size_t i = 0; i < term.size(); ++i) {
        const bool dots = term.compare(i, 3, "...") == 0;
        const bool letter = (term[i] >= 'a' && term[i] <= 'z') || (term[i] >= 'A' && term[i] <= 'Z');
        if (!letter && (!dots || axes.find(kEllipsis) != std::string::npos)) {
            throw NodeFault("attribute 'equation' has the term " + in_quotes(term));
        }
        axes += dots ? kEllipsis : term[i];
        i += dots ? 2 : 0;
    }
    return axes;
}

/// Without an arrow: the ellipsis, then the letters that appear once, sorted.
std::string implied_output(const std::vector<std::string>& inputs) {
    std::string all, output;
    for (const std::string& axes : inputs) { all += axes; }
    std::sort(all.begin(), all.end());  // '.' is before all letters
    for (const char axis : all) {
        const bool once = std::count(all.begin(), all.end(), axis) == 1;
        if (once || (axis == kEllipsis && output.empty())) { output += axis; }
    }
    return output;
}

Equation equation_of(const NodeReader& node) {
    std::string text = node.attributes.text("equation", "");
    std::erase(text, ' ');
    const std::size_t arrow = text.find("->");
    std::string left = text.substr(0, arrow);
    Equation equation;
    for (std::size_t comma = 0; comma != std::string::npos;) {
        comma = left.find(',');
        equation.inputs.push_back(axes_of(left.substr(0, comma)));
        left = comma == std::string::npos ? "" : left.substr(comma + 1);
    }
    if (equation.inputs.size() != node.inputs.size()) {
        throw NodeFault("attribute 'equation' is " + in_quotes(text) + ", for another number of inputs");
    }
    equation.output = arrow == std::string::npos ? implied_output(equation.inputs) : axes_of(text.substr(arrow + 2));
    return equation;
}

std::int64_t length(const std::string& axes) { return static_cast<std::int64_t>(axes.size()); }
bool has(const std::string& axes, char axis) { return axes.find(axis) != std::string::npos; }
/// The axes of `a` that are in `b`, or that are not.
std::string common(const std::string& a, const std::string& b, bool in) {
    std::string result;
    std::copy_if(a.begin(), a.end(), std::back_inserter(result), [&](char axis) { return has(b, axis) == in; });
    return result;
}

class Contraction {
public:
    explicit Contraction(const NodeReader& node) : parts_(node) {}

    /// The ellipsis becomes one axis; its shape is kept for the result.
    Operand read(ValueId x, const std::string& axes) {
        const std::size_t dots = axes.find(kEllipsis);
        if (dots == std::string::npos) { return diagonal({x, axes}); }
        const auto before = static_cast<std::int64_t>(dots), behind = length(axes) - before - 1;
        std::vector<ValueId> shape = {parts_.dims(x, 0, before), parts_.list({-1})};
        if (behind > 0) { shape.push_back(parts_.dims(x, -behind)); }
        if (ellipsis_ == kNone) { ellipsis_ = parts_.dims(x, before, behind > 0 ? -behind : INT64_MAX); }
        return diagonal({parts_.reshaped(x, parts_.joined(shape)), axes});
    }

    Operand product(Operand a, Operand b, const std::string& needed) {
        a = summed(a, needed + b.axes);
        b = summed(b, needed + a.axes);
        const std::string both = common(a.axes, b.axes, true);
        const std::string batch = common(both, needed, true), inner = common(both, needed, false);
        const std::string rows = common(a.axes, both, false), columns = common(b.axes, both, false);
        a = ordered(a, batch + rows + inner);
        b = ordered(b, batch + inner + columns);
        const std::int64_t n = length(batch), r = length(rows), k = length(inner);
        const ValueId batches = parts_.dims(a.value, 0, n);
        const ValueId left = parts_.reshaped(
            a.value, parts_.joined({batches, count(a.value, n, n + r), count(a.value, n + r, n + r + k)}));
        const ValueId right =
            parts_.reshaped(b.value, parts_.joined({parts_.dims(b.value, 0, n), count(b.value, n, n + k),
                                                    count(b.value, n + k, n + k + length(columns))}));
        const ValueId shape = parts_.joined({parts_.dims(a.value, 0, n + r), parts_.dims(b.value, n + k)});
        return {parts_.reshaped(parts_.made(MatMul{}, {left, right}), shape), batch + rows + columns};
    }

    /// The sum over all axes that nothing needs, as a product with ones.
    Operand summed(const Operand& x, const std::string& needed) {
        const std::string kept = common(x.axes, needed, true), gone = common(x.axes, needed, false);
        if (gone.empty()) { return x; }
        const Operand sorted = ordered(x, kept + gone);
        const ValueId terms = count(sorted.value, length(kept), length(x.axes));
        const ValueId rows =
            parts_.reshaped(sorted.value, parts_.joined({parts_.dims(sorted.value, 0, length(kept)), terms}));
        const ValueId ones = parts_.made(ConstantOfShape{Tensor::of({1}, {1})}, {terms});
        return {parts_.made(MatMul{}, {rows, ones}), kept};
    }

    ValueId result(Operand x, const std::string& axes) {
        x = ordered(summed(x, axes), axes);
        const std::size_t dots = axes.find(kEllipsis);
        if (dots == std::string::npos) { return x.value; }
        const auto before = static_cast<std::int64_t>(dots);
        return parts_.reshaped(
            x.value, parts_.joined({parts_.dims(x.value, 0, before), ellipsis_, parts_.dims(x.value, before + 1)}));
    }

private:
    Operand ordered(const Operand& x, const std::string& axes) {
        if (x.axes == axes) { return x; }
        std::vector<std::int64_t> perm;
        for (const char axis : axes) {
            const std::size_t from = x.axes.find(axis);
            if (from == std::string::npos) { throw NodeFault("attribute 'equation' has a result that no term has"); }
            perm.push_back(static_cast<std::int64_t>(from));
        }
        return {parts_.made(Transpose{perm}, {x.value}), axes};
    }

    /// The product of dims[first, last) as a list of one.
    ValueId count(ValueId x, std::int64_t first, std::int64_t last) {
        ValueId product = parts_.list({1});
        for (std::int64_t i = first; i < last; ++i) {
            const ValueId extent = parts_.dims(x, i, i + 1);
            product = i == first ? extent : parts_.binary(BinaryKind::multiply, product, extent);
        }
        return product;
    }

    /// An axis that is named twice: of its n x n elements each (n + 1)-th.
    Operand diagonal(Operand x) {
        for (std::size_t i = 0; i < x.axes.size(); ++i) {
            const std::size_t twin = x.axes.find(x.axes[i], i + 1);
            if (twin == std::string::npos) { continue; }
            std::vector<std::int64_t> perm;
            std::string rest;
            for (std::size_t j = 0; j < x.axes.size(); ++j) {
                if (j == i || j == twin) { continue; }
                perm.push_back(static_cast<std::int64_t>(j));
                rest += x.axes[j];
            }
            perm.insert(perm.end(), {static_cast<std::int64_t>(i), static_cast<std::int64_t>(twin)});
            const ValueId moved = parts_.made(Transpose{perm}, {x.value});
            const ValueId extent = parts_.extent(moved, length(rest));
            const ValueId flat = parts_.reshaped(
                moved, parts_.joined(
                           {parts_.dims(moved, 0, length(rest)),
                            parts_.binary(BinaryKind::multiply, parts_.dims(moved, -2, -1), parts_.dims(moved, -1))}));
            const ValueId step = parts_.binary(BinaryKind::add, extent, parts_.number(1));
            const ValueId places = parts_.binary(BinaryKind::multiply, parts_.counted_to(extent), step);
            return diagonal({parts_.made(Gather{length(rest)}, {flat, places}), rest + x.axes[i]});
        }
        return x;
    }

    Parts parts_;
    ValueId ellipsis_ = kNone;
};

}  // namespace

void translate_einsum(const NodeReader& node) {
    const Equation equation = equation_of(node);
    Contraction contraction(node);
    std::vector<Operand> operands;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        operands.push_back(contraction.read(node.inputs[i], equation.inputs[i]));
    }
    for (const char axis : equation.output) {
        if (std::count(equation.output.begin(), equation.output.end(), axis) > 1) {
            throw NodeFault("attribute 'equation' names an axis of the result twice");
        }
    }
    Operand whole = operands[0];
    for (std::size_t i = 1; i < operands.size(); ++i) {
        std::string needed = equation.output;
        for (std::size_t later = i + 1; later < operands.size(); ++later) { needed += operands[later].axes; }
        whole = contraction.product(whole, operands[i], needed);
    }
    node.add(Identity{}, {contraction.result(whole, equation.output)}, node.outputs);
}

}  // namespace tidegate
