// SPDX-License-Identifier: MIT
#include "stream/time.h"

#include <algorithm>

namespace tidegate {

std::optional<Steady> steady(const Extent& extent, const Symbol& symbol) {
    Steady result{0, 0};
    for (const Extent::Term& term : extent.terms()) {
        if (term.atoms.empty()) {
            result.rest = term.factor;
            continue;
        }
        const ExtentAtom& atom = *term.atoms[0];
        const bool is_it = term.atoms.size() == 1 && atom.kind == ExtentAtom::Kind::symbol && result.factor == 0 &&
                           atom.symbol->name == symbol.name;
        if (!is_it) { return std::nullopt; }
        result.factor = term.factor;
    }
    return result.factor < 1 ? std::nullopt : std::optional(result);
}

bool follows_from(const Extents& list, const Symbol& symbol) {
    const std::vector<std::string> names = symbols_in(list);
    return std::ranges::find(names, symbol.name) != names.end();
}

std::vector<std::size_t> axes_of(const Extents& dims, const Symbol& symbol) {
    std::vector<std::size_t> axes;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (follows_from({dims[i]}, symbol)) { axes.push_back(i); }
    }
    return axes;
}

Tensor lead_part(const Time& time, const Dims& dims, ElementType type, std::int64_t first, std::int64_t count) {
    Dims part = dims;
    part[time.axis] = count;
    Tensor result = Tensor::zeros(type, part);
    if (time.shift <= 0 || first + count <= 0) { return result; }
    const auto begin = static_cast<std::ptrdiff_t>(time.axis);
    const std::int64_t rows = element_count(Dims(dims.begin(), dims.begin() + begin));
    const std::int64_t each = element_count(Dims(dims.begin() + begin + 1, dims.end()));
    const Tensor& lead = *time.lead;
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t i = std::max<std::int64_t>(0, -first); i < count; ++i) {
            for (std::int64_t k = 0; k < each; ++k) {
                const auto to = static_cast<std::size_t>((row * count + i) * each + k);
                const auto from = static_cast<std::size_t>((row * time.shift + first + i) * each + k);
                if (result.is_real()) {
                    result.reals[to] = lead.reals[from];
                } else {
                    result.integers[to] = lead.integers[from];
                }
            }
        }
    }
    return result;
}

}  // namespace tidegate
