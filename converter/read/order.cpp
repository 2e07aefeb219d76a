// SPDX-License-Identifier: MIT
#include "read/order.h"

#include <functional>
#include <queue>
#include <string>
#include <unordered_map>

#include "graph/text.h"
#include "read/graph_reader.h"

namespace tidegate {

std::vector<int> order_of(const onnx::GraphProto& graph, Complaints& complaints) {
    std::unordered_map<std::string, int> maker;
    for (int i = 0; i < graph.node_size(); ++i) {
        for (const std::string& output : graph.node(i).output()) {
            if (!output.empty()) { maker.emplace(output, i); }
        }
    }
    const auto count = static_cast<std::size_t>(graph.node_size());
    std::vector<int> waits_for(count, 0);
    std::vector<std::vector<int>> readers(count);
    for (int i = 0; i < graph.node_size(); ++i) {
        for (const std::string& input : graph.node(i).input()) {
            const auto found = maker.find(input);
            if (input.empty() || found == maker.end()) { continue; }
            ++waits_for[static_cast<std::size_t>(i)];
            readers[static_cast<std::size_t>(found->second)].push_back(i);
        }
    }

    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < graph.node_size(); ++i) {
        if (waits_for[static_cast<std::size_t>(i)] == 0) { ready.push(i); }
    }
    std::vector<int> order;
    while (!ready.empty()) {
        const int next = ready.top();
        ready.pop();
        order.push_back(next);
        for (const int reader : readers[static_cast<std::size_t>(next)]) {
            if (--waits_for[static_cast<std::size_t>(reader)] == 0) { ready.push(reader); }
        }
    }

    if (order.size() < count) {
        std::string names;
        for (int i = 0; i < graph.node_size(); ++i) {
            if (waits_for[static_cast<std::size_t>(i)] > 0) {
                names += (names.empty() ? "'" : ", '") + node_name(graph, i) + "'";
            }
        }
        complaints.add(ConvertError("the graph has a cycle; these nodes wait for each other: " + names));
    }
    return order;
}

}  // namespace tidegate
