// SPDX-License-Identifier: MIT
#include "simplify/cells.h"

#include <array>
#include <string>

#include "graph/text.h"
#include "simplify/cell_chains.h"
#include "simplify/cell_choice.h"
#include "simplify/cell_loops.h"
#include "simplify/cell_writer.h"
#include "simplify/loops.h"
#include "simplify/node_order.h"

namespace tidegate {
namespace {

/// How many of each kind of cell.
using Counts = std::array<std::size_t, 3>;

constexpr std::array<const char*, 3> kNames = {"RNN", "LSTM", "GRU"};

std::size_t& of(Counts& counts, CellKind kind) { return counts[static_cast<std::size_t>(kind)]; }

/// "3 LSTM cells and 1 GRU cell"
std::string text_of(const Counts& counts, const char* one, const char* more) {
    std::string text;
    for (std::size_t kind = 0; kind < counts.size(); ++kind) {
        if (counts[kind] == 0) { continue; }
        text += (text.empty() ? "" : " and ") + std::to_string(counts[kind]) + " " + kNames[kind] + " " +
                (counts[kind] == 1 ? one : more);
    }
    return text;
}

bool is_any(const Counts& counts) { return counts != Counts{}; }

/// "1 LSTM cell stays written out: ..."
void note_undecided(Graph& graph, const std::vector<std::vector<ValueId>>& undecided) {
    if (undecided.empty()) { return; }
    std::string names;
    for (const ValueId id : undecided.front()) {
        names += (names.empty() ? "" : " or ") + in_quotes(graph.values[static_cast<std::size_t>(id)].name);
    }
    const bool is_one = undecided.size() == 1;
    graph.notes.push_back(std::to_string(undecided.size()) + " LSTM " + (is_one ? "cell stays" : "cells stay") +
                          " written out, as " + (is_one ? "its" : "the first one's") + " state may be " + names +
                          "; --state OUTPUT=INPUT tells which");
}

Counts write_cells(Graph& graph) {
    Counts counts = {};
    LinearForms forms(graph);
    const auto [cells, undecided] = choose_cells(graph, forms);
    note_undecided(graph, undecided);
    if (cells.empty()) { return counts; }
    CellWriter writer(graph, forms);
    for (const ChosenCell& chosen : cells) {
        if (writer.write(chosen, cells[chosen.weights])) { ++of(counts, chosen.cell.kind); }
    }
    writer.finish();
    order_nodes(graph);
    remove_dead(graph);
    if (is_any(counts)) { graph.notes.push_back("recognised " + text_of(counts, "cell", "cells")); }
    return counts;
}

Counts take_cells_out_of_loops(Graph& graph) {
    Counts counts = {};
    for (const CellKind kind : take_out_of_loops(graph)) { ++of(counts, kind); }
    if (!is_any(counts)) { return counts; }
    unstack_slices(graph);
    remove_dead(graph);
    graph.notes.push_back("took " + text_of(counts, "node", "nodes") + " of one step out of loops");
    return counts;
}

Counts join_cells(Graph& graph) {
    Counts steps = {}, nodes = {};
    for (const JoinedSteps& joined : join_steps(graph)) {
        of(steps, joined.cell) += joined.steps;
        ++of(nodes, joined.cell);
    }
    if (!is_any(steps)) { return steps; }
    join_elements(graph);
    remove_dead(graph);
    graph.notes.push_back("joined " + text_of(steps, "node", "nodes") + " of one step to " +
                          text_of(nodes, "node", "nodes") + " of many");
    return steps;
}

}  // namespace

bool recognise_cells(Graph& graph) {
    const bool written = is_any(write_cells(graph));
    const bool taken = is_any(take_cells_out_of_loops(graph));
    return is_any(join_cells(graph)) || written || taken;
}

}  // namespace tidegate
