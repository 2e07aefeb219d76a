// SPDX-License-Identifier: MIT
// One node on its way to become several: what is between them gets its shape when shapes are inferred again. Inside
// simplify/expand_*.cpp only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/error.h"
#include "simplify/rebuild.h"

namespace tidegate {

inline constexpr std::int64_t kMostPlaces = std::int64_t{1} << 22;  ///< of a table in the file

class Expander {
public:
    Expander(Rebuild& walk, const Node& node) : walk_(walk), node_(node) {}

    Graph& graph() { return walk_.graph(); }
    /// Of operands of the node.
    const Extents& dims(ValueId id) const { return walk_.dims(id); }
    ElementType type(ValueId id) const { return walk_.type(id); }
    /// Of an operand that is known before the run.
    Extents elements(ValueId id) { return graph().elements(id).value(); }

    ValueId list(const Extents& values) {
        spend(static_cast<std::int64_t>(values.size()));
        return graph().add_list(suffixed(), values);
    }
    ValueId constant(Tensor tensor) {
        spend(tensor.count());
        return graph().add_constant(suffixed(), std::move(tensor));
    }
    ValueId made(Op op, std::vector<ValueId> inputs) {
        const ValueId result = graph().add_value(suffixed(), ElementType::f32);
        walk_.emit({suffixed(), std::move(op), std::move(inputs), {result}});
        return result;
    }
    /// 0, 1, .. n - 1
    ValueId counted_to(const Extent& n) { return made(Range{}, {list({0}), list({n}), list({1})}); }
    /// Throws ConvertError for a table of places along an axis that is too long for one.
    void check_places(std::int64_t count) const {
        if (count <= kMostPlaces) { return; }
        throw ConvertError(node_.name, name_of(node_.op),
                           "a result of " + std::to_string(count) + " elements along an axis is too long");
    }
    /// What an output of the node is.
    void finish(ValueId result, std::size_t output = 0) {
        walk_.emit({node_.name, Identity{}, {result}, {node_.outputs[output]}});
    }

private:
    void spend(std::int64_t count) {
        if (graph().afford(count)) { return; }
        throw ConvertError(node_.name, name_of(node_.op),
                           "it becomes tables that are too large for a model of this size");
    }
    std::string suffixed() { return node_.name + ".part" + std::to_string(next_++); }

    Rebuild& walk_;
    const Node& node_;
    int next_ = 0;
};

// expand_moves.cpp
void expand(Expander& to, const Node& node, const Tile& op);
void expand(Expander& to, const Node& node, const Pad& op);  ///< not with a constant
// expand_pool.cpp
void expand(Expander& to, const Node& node, const Pool& op);  ///< of maxima whose places are asked for
// expand_resize.cpp
void expand(Expander& to, const Node& node, const Trilu& op);
void expand(Expander& to, const Node& node, const EyeLike& op);
void expand(Expander& to, const Node& node, const Resize& op);

}  // namespace tidegate
