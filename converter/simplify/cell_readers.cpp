// SPDX-License-Identifier: MIT
#include "simplify/cell_readers.h"

#include <algorithm>

namespace tidegate {
namespace {

/// By anyone, under other shapes too.
bool is_read_once(const Graph& graph, const Links& links, ValueId id) {
    if (links.leaves(id) || links.readers(id).size() != 1) { return false; }
    const Node& node = graph.nodes[static_cast<std::size_t>(links.readers(id)[0])];
    return !std::holds_alternative<Reshape>(node.op) || is_read_once(graph, links, node.outputs[0]);
}

}  // namespace

bool is_read_only_by(const Graph& graph, const Links& links, ValueId id, std::span<const int> nodes) {
    return !links.leaves(id) && std::ranges::all_of(links.readers(id), [&](int reader) {
        const Node& node = graph.nodes[static_cast<std::size_t>(reader)];
        if (std::holds_alternative<Reshape>(node.op)) { return is_read_only_by(graph, links, node.outputs[0], nodes); }
        return std::ranges::find(nodes, reader) != nodes.end();
    });
}

bool is_in_one_loop(const Graph& graph, const LinearForms& forms, const Cell& cell) {
    if (cell.next_c == kNone) { return true; }
    const auto at = [&](std::size_t i) { return graph.nodes.begin() + static_cast<std::ptrdiff_t>(i); };
    const std::size_t c = forms.maker_index(cell.next_c), h = forms.maker_index(cell.next_h);
    return std::none_of(at(std::min(c, h)), at(std::max(c, h)), [](const Node& node) {
        return std::holds_alternative<LoopBegin>(node.op) || std::holds_alternative<LoopEnd>(node.op);
    });
}

bool is_private(const Graph& graph, const Links& links, const Cell& cell) {
    std::vector<int> nodes = {links.maker(cell.next_h)};
    for (const ValueId id : cell.inner) { nodes.push_back(links.maker(id)); }
    if (cell.next_c != kNone) { nodes.push_back(links.maker(cell.next_c)); }
    return std::ranges::all_of(cell.inner, [&](ValueId id) {
        if (graph.values[static_cast<std::size_t>(id)].is_known()) { return true; }
        const bool is_fed = std::ranges::find(cell.fed, id) != cell.fed.end();
        return is_fed ? is_read_once(graph, links, id) : is_read_only_by(graph, links, id, nodes);
    });
}

}  // namespace tidegate
