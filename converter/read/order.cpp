// SPDX-License-Identifier: MIT
#include "read/order.h"

#include <functional>
#include <queue>
#include <set>
#include <string>
#include <unordered_map>

#include "graph/text.h"
#include "read/graph_reader.h"

namespace tidegate {

namespace {

/// Appends what `graph` reads without making it.
void add_outer_names(const onnx::GraphProto& graph, std::vector<std::string>& names) {
    std::set<std::string> own;
    for (const onnx::ValueInfoProto& input : graph.input()) { own.insert(input.name()); }
    for (const onnx::TensorProto& tensor : graph.initializer()) { own.insert(tensor.name()); }
    for (const onnx::NodeProto& node : graph.node()) { own.insert(node.output().begin(), node.output().end()); }
    const auto add = [&](const std::string& name) {
        if (!name.empty() && !own.contains(name)) { names.push_back(name); }
    };
    for (const onnx::NodeProto& node : graph.node()) {
        for (const std::string& name : names_read(node)) { add(name); }
    }
    for (const onnx::ValueInfoProto& output : graph.output()) { add(output.name()); }
}

}  // namespace

std::vector<std::string> names_read(const onnx::NodeProto& node) {
    std::vector<std::string> names(node.input().begin(), node.input().end());
    for (const onnx::AttributeProto& attribute : node.attribute()) {
        if (attribute.type() == onnx::AttributeProto::GRAPH) { add_outer_names(attribute.g(), names); }
    }
    return names;
}

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
        for (const std::string& input : names_read(graph.node(i))) {
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
                names += (names.empty() ? "'" : ", '") + node_name(graph.node(i), i) + "'";
            }
        }
        complaints.add(ConvertError("the graph has a cycle; these nodes wait for each other: " + names));
    }
    return order;
}

}  // namespace tidegate
