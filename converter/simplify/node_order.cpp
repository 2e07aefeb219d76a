// SPDX-License-Identifier: MIT
#include "simplify/node_order.h"

#include <functional>
#include <queue>
#include <stdexcept>

namespace tidegate {
namespace {

/// A node, or a loop from its LoopBegin to its LoopEnd.
struct Unit {
    std::size_t first = 0, last = 0;
};

class Order {
public:
    explicit Order(Graph& graph) : graph_(graph), unit_of_(graph.values.size(), -1) {}

    void run() {
        std::vector<Node> nodes;
        nodes.reserve(graph_.nodes.size());
        append(0, graph_.nodes.size(), nodes);
        graph_.nodes = std::move(nodes);
    }

private:
    std::vector<Unit> units(std::size_t first, std::size_t end) const {
        std::vector<Unit> result;
        for (std::size_t i = first; i < end; ++i) {
            const auto* loop = std::get_if<LoopBegin>(&graph_.nodes[i].op);
            const std::size_t last = loop == nullptr ? i : end_of_loop(graph_.nodes, i, loop->loop);
            result.push_back({i, last});
            i = last;
        }
        return result;
    }

    template <class Visit>
    void for_each_value(const Unit& unit, std::vector<ValueId> Node::*side, Visit visit) const {
        for (std::size_t i = unit.first; i <= unit.last; ++i) {
            for (const ValueId id : graph_.nodes[i].*side) {
                if (id != kNone) { visit(id); }
            }
        }
    }

    void append(std::size_t first, std::size_t end, std::vector<Node>& to) {
        const std::vector<Unit> all = units(first, end);
        for (std::size_t u = 0; u < all.size(); ++u) {
            for_each_value(all[u], &Node::outputs,
                           [&](ValueId id) { unit_of_[static_cast<std::size_t>(id)] = static_cast<int>(u); });
        }
        std::vector<int> waits_for(all.size(), 0);
        std::vector<std::vector<std::size_t>> readers(all.size());
        for (std::size_t u = 0; u < all.size(); ++u) {
            for_each_value(all[u], &Node::inputs, [&](ValueId id) {
                const int maker = unit_of_[static_cast<std::size_t>(id)];
                if (maker < 0 || static_cast<std::size_t>(maker) == u) { return; }
                readers[static_cast<std::size_t>(maker)].push_back(u);
                ++waits_for[u];
            });
        }
        for (const Unit& unit : all) {
            for_each_value(unit, &Node::outputs, [&](ValueId id) { unit_of_[static_cast<std::size_t>(id)] = -1; });
        }
        take_in_order(all, waits_for, readers, to);
    }

    void take_in_order(const std::vector<Unit>& all, std::vector<int>& waits_for,
                       const std::vector<std::vector<std::size_t>>& readers, std::vector<Node>& to) {
        std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
        for (std::size_t u = 0; u < all.size(); ++u) {
            if (waits_for[u] == 0) { ready.push(u); }
        }
        std::size_t taken = 0;
        for (; !ready.empty(); ++taken) {
            const std::size_t u = ready.top();
            ready.pop();
            take(all[u], to);
            for (const std::size_t reader : readers[u]) {
                if (--waits_for[reader] == 0) { ready.push(reader); }
            }
        }
        if (taken != all.size()) { throw std::logic_error("nodes that wait for each other"); }
    }

    void take(const Unit& unit, std::vector<Node>& to) {
        to.push_back(std::move(graph_.nodes[unit.first]));
        if (unit.first == unit.last) { return; }
        append(unit.first + 1, unit.last, to);
        to.push_back(std::move(graph_.nodes[unit.last]));
    }

    Graph& graph_;
    std::vector<int> unit_of_;  ///< by value: the unit that makes it, among those that are being put in order
};

}  // namespace

void order_nodes(Graph& graph) { Order(graph).run(); }

}  // namespace tidegate
