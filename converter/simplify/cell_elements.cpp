// SPDX-License-Identifier: MIT
#include "simplify/cell_elements.h"

#include "simplify/rebuild.h"
#include "simplify/recurrent.h"

namespace tidegate {

std::optional<Element> Elements::of(ValueId id) const {
    const Node* node = forms_.maker(id);
    for (; node != nullptr && std::holds_alternative<Reshape>(node->op); node = forms_.maker(id)) {
        id = node->inputs[0];
    }
    if (node == nullptr) { return std::nullopt; }
    if (const auto* op = std::get_if<Recurrent>(&node->op)) {
        if (id != node->outputs[kYh] || node->outputs[kY] == kNone || op->directions() != 1 ||
            op->y_order != YOrder::time_direction_batch) {
            return std::nullopt;
        }
        const Extent& steps = dims(node->outputs[kY])[0];
        if (!steps.is_constant()) { return std::nullopt; }
        return Element{node->outputs[kY], 0, op->direction == DirectionKind::forward ? steps.constant() - 1 : 0};
    }
    std::optional<Element> found = element_of(graph_, *node, id);
    while (found) {
        const Node* before = forms_.maker(found->whole);
        const Extent& extent = dims(found->whole)[found->axis];
        if (before == nullptr || !extent.is_constant() || turned_axis(graph_, *before) != found->axis) { break; }
        found = Element{before->inputs[0], found->axis, extent.constant() - 1 - found->index};
    }
    return found;
}

std::optional<Run> Elements::run_of(std::span<const ValueId> ids) const {
    Run run;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const std::optional<Element> next = of(ids[i]);
        if (!next) { return std::nullopt; }
        if (i == 0) {
            run = {next->whole, next->axis, next->index, 1, false};
        } else if (next->whole != run.whole || next->axis != run.axis) {
            return std::nullopt;
        }
        if (i == 1) { run.backwards = next->index < run.first; }
        const auto way = static_cast<std::int64_t>(i);
        if (next->index != run.first + (run.backwards ? -way : way)) { return std::nullopt; }
    }
    run.count = static_cast<std::int64_t>(ids.size());
    if (run.backwards) { run.first -= run.count - 1; }
    return run;
}

void NodeList::add(Op op, std::vector<ValueId> inputs, std::vector<ValueId> outputs) {
    nodes.push_back({name_, std::move(op), std::move(inputs), std::move(outputs)});
}

void NodeList::reshape(ValueId data, ValueId result) { nodes.push_back(reshape_node(graph_, name_, data, result)); }

ValueId NodeList::reshaped(ValueId data, const Extents& shape) {
    if (dims(data) == shape) { return data; }
    const ValueId result = value(".rows", shape);
    reshape(data, result);
    return result;
}

ValueId NodeList::cut(ValueId data, std::size_t axis, std::int64_t first, std::int64_t count) {
    Extents shape = dims(data);
    if (first == 0 && shape[axis] == count) { return data; }
    shape[axis] = count;
    const auto list = [&](std::int64_t number) { return graph_.add_list(name_ + ".at", Extents{number}); };
    const ValueId starts = list(first), ends = list(first + count), axes = list(static_cast<std::int64_t>(axis));
    const ValueId result = value(".part", shape);
    add(Slice{}, {data, starts, ends, axes}, {result});
    return result;
}

ValueId NodeList::turned(ValueId data) {
    const Extents from = dims(data);
    const ValueId result = value(".turned", {from[1], from[0], from[2]});
    add(Transpose{{1, 0, 2}}, {data}, {result});
    return result;
}

ValueId NodeList::along(ValueId whole, std::size_t axis) {
    const Extents from = dims(whole);
    const auto at = from.begin() + static_cast<std::ptrdiff_t>(axis);
    const Extent before = element_count(Extents(from.begin(), at));
    const Extent behind = element_count(Extents(at + 1, from.end() - 1));
    if (before == 1) { return reshaped(whole, {from[axis], behind, from.back()}); }
    return behind == 1 ? turned(reshaped(whole, {before, from[axis], from.back()})) : kNone;
}

/// Parts [P, Q] of a whole [before, count, behind] become [P, count, Q].
bool NodeList::stack(ValueId whole, std::size_t axis, const Extents& part, std::size_t at, ValueId result) {
    const Extents from = dims(whole);
    const Extent before = element_count(Extents(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(axis)));
    const auto middle = part.begin() + static_cast<std::ptrdiff_t>(at);
    const Extent P = element_count(Extents(part.begin(), middle)), Q = element_count(Extents(middle, part.end()));
    if (P == before) {
        reshape(whole, result);
        return true;
    }
    if (!(before == 1)) { return false; }
    reshape(turned(reshaped(whole, {from[axis], P, Q})), result);
    return true;
}

}  // namespace tidegate
