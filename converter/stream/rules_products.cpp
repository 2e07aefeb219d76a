// SPDX-License-Identifier: MIT
// Products of matrices: rows, columns and batches may be steps, what is summed over may not.
#include <algorithm>

#include "graph/text.h"
#include "stream/rules.h"

namespace tidegate {
namespace {

[[noreturn]] void refuse_pairs(Steps& steps) {
    steps.refuse("it multiplies every step of " + in_quotes(steps.axis_name()) +
                 " with every other one, as attention does; a stream has only those before it, and that is not "
                 "supported");
}

}  // namespace

void step_matmul(Steps& steps, Node node) {
    const ValueId a = node.inputs[0], b = node.inputs[1];
    for (const ValueId id : node.inputs) { steps.need_data(id); }
    const std::size_t ranks[] = {steps.dims(a).size(), steps.dims(b).size()};
    const auto contracted = [&](std::size_t i) {
        const Time& time = steps.time(node.inputs[i]);
        const std::size_t summed = i == 0 ? ranks[0] - 1 : ranks[1] - std::min<std::size_t>(ranks[1], 2);
        return time.has_axis() && time.axis == summed;
    };
    if (contracted(0) || contracted(1)) { steps.refuse(needs_all(steps, "it sums over")); }
    const bool both = steps.time(a).has_axis() && steps.time(b).has_axis();
    const bool moves = steps.time(a).has_axis() || steps.time(b).has_axis();
    if ((ranks[0] < 2 || ranks[1] < 2) && moves) {
        // A vector: the axis of the other one moves by one.
        const std::size_t i = steps.time(a).has_axis() ? 0 : 1;
        if (both) { refuse_pairs(steps); }
        if (!steps.is_fixed(node.inputs[1 - i])) { steps.join(node.inputs, ranks[i]); }
        const Joined joined = steps.join({node.inputs[i]}, ranks[i]);
        Time time = joined.time;
        if (i == 1 && time.axis == ranks[1] - 1) { time.axis -= 1; }
        node.inputs[i] = joined.inputs[0];
        return steps.finish(std::move(node), time);
    }
    const std::size_t rank = steps.dims(node.outputs[0]).size();
    if (both) {
        const auto behind = [&](ValueId id, std::size_t r) { return r - steps.time(id).axis; };
        if (behind(a, ranks[0]) != behind(b, ranks[1])) { refuse_pairs(steps); }
        if (behind(a, ranks[0]) < 3) { refuse_pairs(steps); }
    }
    Joined joined = steps.join(node.inputs, moves ? rank : std::max(ranks[0], ranks[1]));
    node.inputs = std::move(joined.inputs);
    steps.finish(std::move(node), joined.time);
}

void step_gemm(Steps& steps, Node node, const Gemm& op) {
    for (const ValueId id : node.inputs) { steps.need_data(id); }
    const Time& a = steps.time(node.inputs[0]);
    const Time& b = steps.time(node.inputs[1]);
    if ((a.has_axis() && a.axis == (op.transpose_a ? 0U : 1U)) ||
        (b.has_axis() && b.axis == (op.transpose_b ? 1U : 0U))) {
        steps.refuse(needs_all(steps, "it sums over"));
    }
    if (a.has_axis() && b.has_axis()) { refuse_pairs(steps); }
    const std::size_t i = b.has_axis() ? 1 : 0;
    const bool moves = a.has_axis() || b.has_axis();
    if (!moves) {
        const Joined joined = steps.join(node.inputs, 2);
        return steps.finish(std::move(node), joined.time);
    }
    for (std::size_t k = 0; k < node.inputs.size(); ++k) {
        if (k != i && !steps.is_fixed(node.inputs[k]) && (k != 2 || !steps.time(node.inputs[2]).has_axis())) {
            steps.join(node.inputs, 2);  // it says why
        }
    }
    if (node.inputs.size() > 2 && !steps.is_fixed(node.inputs[2])) {
        steps.refuse("its sum with another sequence is not supported in a stream; use MatMul and Add");
    }
    const Joined joined = steps.join({node.inputs[i]}, 2);
    Time time = joined.time;
    time.axis = i;
    node.inputs[i] = joined.inputs[0];
    steps.finish(std::move(node), time);
}

}  // namespace tidegate
