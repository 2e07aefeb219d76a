// SPDX-License-Identifier: MIT
#include "stream/stream.h"

#include "stream/steps.h"

namespace tidegate {
namespace {

void look_for_rows(const Extent& extent, const Symbol& symbol, std::int64_t& rows) {
    for (const Extent::Term& term : extent.terms()) {
        for (const Extent::Atom& atom : term.atoms) {
            if (atom->kind == ExtentAtom::Kind::symbol) { continue; }
            const bool bounds = atom->kind == ExtentAtom::Kind::minimum;
            const auto consider = [&](const Extent& fixed, const Extent& other) {
                if (!bounds || !fixed.is_constant() || !follows_from({other}, symbol)) { return; }
                const std::int64_t count = fixed.constant();
                if (count > 0 && (rows == 0 || count < rows)) { rows = count; }
            };
            consider(atom->left, atom->right);
            consider(atom->right, atom->left);
            look_for_rows(atom->left, symbol, rows);
            look_for_rows(atom->right, symbol, rows);
        }
    }
}

}  // namespace

std::int64_t rows_for_steps(const Graph& graph) {
    std::int64_t rows = 0;
    for (const Value& value : graph.values) {
        for (const Extent& extent : value.dims.value_or(Extents())) {
            look_for_rows(extent, *graph.stream->symbol, rows);
        }
    }
    return rows;
}

void take_steps(Graph& graph) { Steps(graph).run(); }

}  // namespace tidegate
