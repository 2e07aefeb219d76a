// SPDX-License-Identifier: MIT
#include <algorithm>

#include "graph/extent.h"
#include "graph/text.h"

namespace tidegate {
namespace {

using Kind = ExtentAtom::Kind;

/// In parentheses where an operator would bind wrongly.
std::string operand(const Extent& extent) {
    const bool is_single = extent.is_constant() || (extent.terms().size() == 1 && extent.terms()[0].atoms.size() == 1 &&
                                                    extent.terms()[0].factor == 1);
    return is_single ? to_text(extent) : "(" + to_text(extent) + ")";
}

std::string text_of(const ExtentAtom& atom) {
    switch (atom.kind) {
        case Kind::symbol:
            return printable(atom.symbol->name);
        case Kind::minimum:
            return "min(" + to_text(atom.left) + ", " + to_text(atom.right) + ")";
        case Kind::maximum:
            return "max(" + to_text(atom.left) + ", " + to_text(atom.right) + ")";
        default:
            return "(" + operand(atom.left) + (atom.kind == Kind::exact_divide ? " / " : " // ") + operand(atom.right) +
                   ")";
    }
}

/// Without its sign.
std::string text_of(const Extent::Term& term) {
    const std::string factor = std::to_string(term.factor < 0 ? 0 - static_cast<std::uint64_t>(term.factor)
                                                              : static_cast<std::uint64_t>(term.factor));
    std::string text = term.atoms.empty() || factor != "1" ? factor : "";
    for (const Extent::Atom& atom : term.atoms) { text += (text.empty() ? "" : "*") + text_of(*atom); }
    return text;
}

void collect(const Extent& extent, std::vector<std::string>& names) {
    for (const Extent::Term& term : extent.terms()) {
        for (const Extent::Atom& atom : term.atoms) {
            if (atom->kind != Kind::symbol) {
                collect(atom->left, names);
                collect(atom->right, names);
            } else if (std::ranges::find(names, atom->symbol->name) == names.end()) {
                names.push_back(atom->symbol->name);
            }
        }
    }
}

}  // namespace

std::string to_text(const Extent& extent) {
    std::string text;
    for (const Extent::Term& term : extent.terms()) {
        const char* sign = term.factor < 0 ? (text.empty() ? "-" : " - ") : (text.empty() ? "" : " + ");
        text += sign + text_of(term);
    }
    return text.empty() ? "0" : text;
}

std::string to_text(const Extents& dims) {
    std::string text;
    for (const Extent& extent : dims) { text += (text.empty() ? "" : ", ") + to_text(extent); }
    return "[" + text + "]";
}

std::vector<std::string> symbols_in(const Extents& dims) {
    std::vector<std::string> names;
    for (const Extent& extent : dims) { collect(extent, names); }
    return names;
}

std::string how_to_bind(const Extents& dims) {
    std::string text;
    for (const std::string& name : symbols_in(dims)) {
        text += (text.empty() ? "--dim " : " --dim ") + printable(name) + "=N";
    }
    text = "bind it with " + text;
    const bool are_two =
        dims.size() == 2 && dims[0].symbol() != nullptr && dims[1].symbol() != nullptr && !(dims[0] == dims[1]);
    if (!are_two) { return text; }
    return text + ", or make them one with --dim " + printable(dims[1].symbol()->name) + "=" +
           printable(dims[0].symbol()->name);
}

}  // namespace tidegate
