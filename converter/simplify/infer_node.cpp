// SPDX-License-Identifier: MIT
#include "simplify/infer_node.h"

#include <algorithm>
#include <stdexcept>

#include "graph/error.h"
#include "graph/text.h"
#include "simplify/links.h"

namespace tidegate {

const Value& InferNode::value(std::size_t i) const {
    if (!has(i)) { throw ShapeFault("input " + std::to_string(i) + " is missing"); }
    return graph_.values[static_cast<std::size_t>(node_.inputs[i])];
}

const Extents& InferNode::dims(std::size_t i) const {
    const Value& v = value(i);
    if (!v.dims) { throw std::logic_error("value '" + v.name + "' is read before its shape is known"); }
    return *v.dims;
}

ElementType InferNode::type(std::size_t i) const { return value(i).type; }

const Tensor* InferNode::constant(std::size_t i) const { return has(i) ? graph_.constant(node_.inputs[i]) : nullptr; }

ElementType InferNode::need(std::size_t i, std::initializer_list<ElementType> types) const {
    const ElementType found = type(i);
    if (std::find(types.begin(), types.end(), found) != types.end()) { return found; }
    std::string allowed;
    for (const ElementType t : types) { allowed += (allowed.empty() ? "" : " or ") + std::string(name_of(t)); }
    throw ShapeFault("input " + in_quotes(value(i).name) + " is " + name_of(found) + ", but must be " + allowed +
                     "; insert a Cast");
}

void InferNode::need_known(std::size_t i) const {
    const Value& v = value(i);
    if (!v.is_known()) {
        throw ShapeFault("its input " + in_quotes(v.name) + " steers shapes and must be known before the run; " +
                         how_to_freeze(graph_, node_.inputs[i]));
    }
}

std::optional<Extents> InferNode::elements(std::size_t i) const {
    return has(i) ? graph_.elements(node_.inputs[i]) : std::nullopt;
}

Extents InferNode::list(std::size_t i) const {
    need_known(i);
    if (value(i).type == ElementType::f32 || dims(i).size() > 1) {
        throw ShapeFault("its input " + in_quotes(value(i).name) + " must be a list of integers");
    }
    return elements(i).value();
}

Dims InferNode::numbers(std::size_t i) const {
    const Extents all = list(i);
    if (all.are_constant()) { return all.constants(); }
    throw ShapeFault("its input " + in_quotes(value(i).name) + " is " + to_text(all) +
                     ", but must be the same at every length; " + how_to_bind(all));
}

std::optional<Extents> InferNode::maybe_list(std::size_t i) const {
    return has(i) ? std::optional(list(i)) : std::nullopt;
}

std::optional<Dims> InferNode::maybe_numbers(std::size_t i) const {
    return has(i) ? std::optional(numbers(i)) : std::nullopt;
}

std::string InferNode::describe_inputs() const {
    std::string text;
    for (std::size_t i = 0; i < inputs(); ++i) {
        text += text.empty() ? "" : ", ";
        text += has(i) ? name_of(type(i)) + to_text(dims(i)) : "-";
    }
    return "(inputs " + text + ")";
}

}  // namespace tidegate
