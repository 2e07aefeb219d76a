// SPDX-License-Identifier: MIT
#include "graft.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tidegate::fuzz {
namespace {

/// Names of what a node at this place may read.
std::vector<std::string> known_before(const onnx::GraphProto& graph, int place) {
    std::vector<std::string> names;
    for (const auto& input : graph.input()) { names.push_back(input.name()); }
    for (const auto& tensor : graph.initializer()) { names.push_back(tensor.name()); }
    for (int i = 0; i < place; ++i) {
        for (const std::string& name : graph.node(i).output()) { names.push_back(name); }
    }
    return names;
}

/// Where names are read from this place on.
std::vector<std::string*> readers_after(onnx::GraphProto& graph, int place) {
    std::vector<std::string*> result;
    for (int i = place; i < graph.node_size(); ++i) {
        for (std::string& name : *graph.mutable_node(i)->mutable_input()) { result.push_back(&name); }
    }
    for (auto& output : *graph.mutable_output()) { result.push_back(output.mutable_name()); }
    return result;
}

const onnx::TensorProto* find_constant(const onnx::GraphProto& graph, const std::string& name) {
    for (const auto& tensor : graph.initializer()) {
        if (tensor.name() == name) { return &tensor; }
    }
    return nullptr;
}

int any(Mutator& mutator, int count) { return static_cast<int>(mutator.below(static_cast<std::size_t>(count))); }

}  // namespace

void graft(onnx::ModelProto& model, const onnx::ModelProto& donor, Mutator& mutator) {
    if (!model.has_graph() || donor.graph().node_size() == 0) { return; }
    onnx::NodeProto node = donor.graph().node(any(mutator, donor.graph().node_size()));
    onnx::GraphProto& graph = *model.mutable_graph();
    const int place = any(mutator, graph.node_size() + 1);
    const std::vector<std::string> known = known_before(graph, place);
    const std::string tag = std::to_string(graph.node_size()) + "_" + std::to_string(mutator.below(100));
    for (int i = 0; i < node.input_size(); ++i) {
        std::string& name = *node.mutable_input(i);
        if (name.empty()) { continue; }
        const onnx::TensorProto* constant = find_constant(donor.graph(), name);
        if (constant != nullptr && mutator.below(8) > 0) {
            const onnx::TensorProto copy = *constant;  // which may be the graph's own
            name = "c" + tag + "_" + std::to_string(i);
            *graph.add_initializer() = copy;
            graph.mutable_initializer(graph.initializer_size() - 1)->set_name(name);
        } else if (!known.empty()) {
            name = known[mutator.below(known.size())];
        }
    }
    for (int i = 0; i < node.output_size(); ++i) {
        if (!node.output(i).empty()) { node.set_output(i, "v" + tag + "_" + std::to_string(i)); }
    }
    node.set_name("");
    const std::vector<std::string*> readers = readers_after(graph, place);
    if (!readers.empty() && node.output_size() > 0) {
        *readers[mutator.below(readers.size())] = node.output(any(mutator, node.output_size()));
    }
    *graph.add_node() = node;
    for (int i = graph.node_size() - 1; i > place; --i) { graph.mutable_node()->SwapElements(i, i - 1); }
}

void chain(onnx::ModelProto& model, Mutator& mutator, std::size_t most) {
    constexpr int kMostDoublings = 10;
    onnx::GraphProto& graph = *model.mutable_graph();
    if (graph.node_size() == 0) { return; }
    const int first = any(mutator, graph.node_size());
    const onnx::NodeProto node = graph.node(first);
    if (node.input_size() == 0 || node.output_size() == 0) { return; }
    const std::size_t room = most / (node.ByteSizeLong() + 16);
    const int count = static_cast<int>(std::min<std::size_t>(std::size_t{1} << any(mutator, kMostDoublings), room));
    const int input = any(mutator, node.input_size());
    const int output = any(mutator, node.output_size());
    std::string last = node.output(output);
    std::vector<std::string*> readers = readers_after(graph, first + 1);
    std::erase_if(readers, [&](const std::string* name) { return *name != node.output(output); });
    for (int k = 0; k < count; ++k) {
        onnx::NodeProto& next = *graph.add_node() = node;
        next.set_input(input, last);
        for (std::string& name : *next.mutable_output()) { name += "_" + std::to_string(k); }
        next.set_name("");
        last = next.output(output);
    }
    for (std::string* reader : readers) { *reader = last; }
    auto& nodes = *graph.mutable_node();
    std::rotate(nodes.pointer_begin() + first + 1, nodes.pointer_end() - count, nodes.pointer_end());
}

}  // namespace tidegate::fuzz
