// SPDX-License-Identifier: MIT
#include "stream/rules.h"

#include <algorithm>

#include "graph/text.h"

namespace tidegate {
namespace {

/// An operator without a rule of its own: it may not see the steps.
void step_other(Steps& steps, Node node) {
    for (const ValueId id : node.inputs) {
        steps.need_data(id);
        if (!steps.is_fixed(id)) {
            steps.refuse("it is not supported in a stream over " + in_quotes(steps.axis_name()));
        }
    }
    steps.finish(std::move(node), Time());
}

/// Does no operand follow from the steps, and no result? Then nothing changes.
bool is_apart(const Steps& steps, const Node& node) {
    const auto is_free = [&](ValueId id) { return id == kNone || axes_of(steps.dims(id), steps.symbol()).empty(); };
    return std::ranges::all_of(node.inputs, [&](ValueId id) { return steps.is_fixed(id); }) &&
           std::ranges::all_of(node.outputs, is_free);
}

}  // namespace

std::string needs_all(const Steps& steps, const char* what) {
    return std::string(what) + " all of " + in_quotes(steps.axis_name()) +
           ", and a stream does not know the steps that come; do this part outside of the model, or leave it to a "
           "recurrent layer";
}

void apply_rule(Steps& steps, Node node) {
    if (is_apart(steps, node)) { return steps.finish(std::move(node), Time()); }
    const Op any = node.op;
    std::visit(Overloaded{
                   [&](const Binary&) { step_elements(steps, std::move(node)); },
                   [&](const Unary&) { step_elements(steps, std::move(node)); },
                   [&](const Select&) { step_elements(steps, std::move(node)); },
                   [&](const Cast&) { step_elements(steps, std::move(node)); },
                   [&](const Identity&) { step_elements(steps, std::move(node)); },
                   [&](const Softmax& op) { step_apart_from(steps, std::move(node), op.axis, "it normalizes over"); },
                   [&](const BatchNormalization&) { step_apart_from(steps, std::move(node), 1, "its channels are"); },
                   [&](const GatherElements& op) {
                       step_apart_from(steps, std::move(node), op.axis, "it picks elements from");
                   },
                   [&](const Expand&) { step_expand(steps, std::move(node)); },
                   [&](const ConstantOfShape&) { step_fill(steps, std::move(node)); },
                   [&](const Range&) { step_range(steps, std::move(node)); },
                   [&](const Reshape&) { step_reshape(steps, std::move(node)); },
                   [&](const Transpose& op) { step_transpose(steps, std::move(node), op); },
                   [&](const Concat& op) { step_concat(steps, std::move(node), op); },
                   [&](const Split& op) { step_split(steps, std::move(node), op); },
                   [&](const Gather& op) { step_gather(steps, std::move(node), op); },
                   [&](const Slice&) { step_slice(steps, std::move(node)); },
                   [&](const Pad& op) { step_pad(steps, std::move(node), op); },
                   [&](const Conv& op) { step_window(steps, std::move(node), op); },
                   [&](const ConvTranspose& op) { step_window(steps, std::move(node), op); },
                   [&](const Pool& op) { step_window(steps, std::move(node), op); },
                   [&](const MatMul&) { step_matmul(steps, std::move(node)); },
                   [&](const Gemm& op) { step_gemm(steps, std::move(node), op); },
                   [&](const Reduce& op) { step_reduce(steps, std::move(node), op); },
                   [&](const Extreme& op) { step_extreme(steps, std::move(node), op); },
                   [&](const TopK& op) { step_top_k(steps, std::move(node), op); },
                   [&](const CumSum& op) { step_cum_sum(steps, std::move(node), op); },
                   [&](const Recurrent& op) { step_recurrent(steps, std::move(node), op); },
                   [&](const auto&) { step_other(steps, std::move(node)); },
               },
               any);
}

}  // namespace tidegate
