// SPDX-License-Identifier: MIT
#include "simplify/infer_loop.h"

#include "graph/error.h"
#include "graph/text.h"
#include "reference/shapes.h"

namespace tidegate {
namespace {

void need_one(const InferNode& node, std::size_t i, ElementType type) {
    if (!node.has(i)) { return; }
    node.need(i, {type});
    if (!(element_count(node.dims(i)) == 1)) { throw ShapeFault("its limit and its condition must have one element"); }
}

std::string described(ElementType type, const Extents& dims) { return std::string(name_of(type)) + to_text(dims); }

/// A shape without one axis.
Extents slice_dims(Extents dims, WalkedAxis& walked) {
    walked.axis = static_cast<std::int64_t>(normalise_axis(walked.axis, dims.size()));
    dims.erase(dims.begin() + walked.axis);
    return dims;
}

}  // namespace

std::vector<Inferred> infer_loop_begin(const InferNode& node, LoopBegin& op) {
    need_one(node, kLoopMost, ElementType::i64);
    need_one(node, kLoopCondition, ElementType::boolean);
    std::vector<Inferred> results = {{ElementType::i64, {}}};
    for (std::size_t i = kLoopInitial; i < kLoopInitial + op.carried; ++i) {
        results.push_back({node.type(i), node.dims(i)});
    }
    for (std::size_t i = 0; i < op.scans.size(); ++i) {
        const std::size_t place = kLoopInitial + op.carried + i;
        results.push_back({node.type(place), slice_dims(node.dims(place), op.scans[i])});
        const Extent& extent = node.dims(place)[static_cast<std::size_t>(op.scans[i].axis)];
        const Extents& first = node.dims(kLoopInitial + op.carried);
        if (extent == first[static_cast<std::size_t>(op.scans[0].axis)] || op.trips) { continue; }
        throw ShapeFault("it walks along " + to_text(first[static_cast<std::size_t>(op.scans[0].axis)]) + " and " +
                         to_text(extent) + " elements; they must be equal: " + how_to_bind({extent}));
    }
    return results;
}

std::vector<Inferred> infer_loop_end(const InferNode& node, LoopEnd& op, const Graph& graph) {
    need_one(node, kEndCondition, ElementType::boolean);
    const Node& begin = graph.nodes[begin_of_loop(graph.nodes, op.loop)];
    std::vector<Inferred> results;
    for (std::size_t i = 0; i < op.carried; ++i) {
        const Value& start = graph.values[static_cast<std::size_t>(begin.inputs[kLoopInitial + i])];
        const std::size_t place = kEndNext + i;
        if (node.type(place) != start.type || !(node.dims(place) == *start.dims)) {
            throw ShapeFault("the carried value " + in_quotes(start.name) + " starts as " +
                             described(start.type, *start.dims) + " and becomes " +
                             described(node.type(place), node.dims(place)) +
                             "; what a loop carries must keep its type and shape");
        }
        results.push_back({start.type, *start.dims});
    }
    for (std::size_t i = 0; i < op.stacks.size(); ++i) {
        const std::size_t place = kEndNext + op.carried + i;
        Extents dims = node.dims(place);
        op.stacks[i].axis = static_cast<std::int64_t>(normalise_axis(op.stacks[i].axis, dims.size() + 1));
        dims.insert(dims.begin() + op.stacks[i].axis, std::get<LoopBegin>(begin.op).trips.value());
        results.push_back({node.type(place), std::move(dims)});
    }
    return results;
}

}  // namespace tidegate
