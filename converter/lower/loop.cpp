// SPDX-License-Identifier: MIT
// Loops: the Loop owns the memory of what goes around and of what is stacked, its LoopEnd writes there.
#include "format/check.h"
#include "graph/error.h"
#include "graph/text.h"
#include "lower/nodes.h"

namespace tidegate {
namespace {

const Node& end_of(const Builder& builder, const LoopBegin& loop) {
    const std::vector<Node>& nodes = builder.graph().nodes;
    return nodes[end_of_loop(nodes, begin_of_loop(nodes, loop.loop), loop.loop)];
}

/// A tensor of its own for the value, read or not.
TensorId defined(Builder& builder, ValueId id) {
    const TensorId made = builder.make(builder.type(id), builder.dims(id));
    builder.bind(id, made);
    return made;
}

}  // namespace

void lower_loop_begin(Builder& builder, const Node& node, const LoopBegin& op) {
    const Node& end = end_of(builder, op);
    const auto& ending = std::get<LoopEnd>(end.op);
    step::Loop loop{0, op.trips.value(), static_cast<std::uint32_t>(op.carried), op.scans, ending.stacks};
    if (loop.trips.highest() > static_cast<std::int64_t>(format::kMaxTrips)) {
        throw ConvertError("may run " + std::to_string(loop.trips.highest()) + " times; " + how_to_bind({loop.trips}) +
                           " or to a smaller range");
    }
    std::vector<TensorId> inputs = {builder.tensor(node.inputs[kLoopCondition])};
    for (std::size_t i = kLoopInitial; i < node.inputs.size(); ++i) {
        inputs.push_back(builder.tensor(node.inputs[i]));
    }
    std::vector<TensorId> outputs = {builder.define(node.outputs[kLoopIteration])};
    for (std::size_t i = kLoopCurrent; i < node.outputs.size(); ++i) {
        outputs.push_back(defined(builder, node.outputs[i]));
    }
    for (std::size_t i = 0; i < ending.stacks.size(); ++i) {
        outputs.push_back(defined(builder, end.outputs[ending.carried + i]));
    }
    builder.add(node, std::move(loop), std::move(inputs), std::move(outputs));
    builder.enter_loop();
}

/// What becomes current must not lie in memory that the copying overwrites: then it is copied before.
void lower_loop_end(Builder& builder, const Node& node, const LoopEnd& op) {
    const std::vector<Node>& nodes = builder.graph().nodes;
    const Node& begin = nodes[begin_of_loop(nodes, op.loop)];
    std::set<BufferId> written;
    for (std::size_t i = kLoopCurrent; i < begin.outputs.size(); ++i) {
        written.insert(builder.at(builder.tensor(begin.outputs[i])).buffer);
    }
    if (builder.is_bound(begin.outputs[kLoopIteration])) {
        written.insert(builder.at(builder.tensor(begin.outputs[kLoopIteration])).buffer);
    }
    std::vector<TensorId> inputs = {builder.tensor(node.inputs[kEndCondition])};
    for (std::size_t i = kEndNext; i < node.inputs.size(); ++i) {
        TensorId value = builder.tensor(node.inputs[i]);
        const ProgramTensor next = builder.at(value);
        if (i < kEndNext + op.carried && !next.constant && written.contains(next.buffer)) {
            const TensorId copy = builder.make(next.type, next.dims);
            builder.add(node, step::Expand{}, {value}, {copy});
            value = copy;
        }
        inputs.push_back(value);
    }
    builder.leave_loop();
    builder.add(node, step::LoopEnd{}, std::move(inputs), {});
    for (std::size_t i = 0; i < op.carried; ++i) {
        builder.bind(node.outputs[i], builder.tensor(begin.outputs[kLoopCurrent + i]));
    }
}

}  // namespace tidegate
