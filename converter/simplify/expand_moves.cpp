// SPDX-License-Identifier: MIT
#include "simplify/expand_moves.h"

#include <algorithm>
#include <optional>

#include "graph/error.h"
#include "reference/shapes_moves.h"
#include "simplify/expander.h"

namespace tidegate {
namespace {

/// Axes that are repeated at once, so that the rank stays within the format's.
constexpr std::size_t kTiledAtOnce = 3;

ValueId picked(Expander& to, PadMode mode, ValueId x, std::size_t axis, std::int64_t extent, std::int64_t begin,
               std::int64_t end) {
    to.check_places(extent + begin + end);
    Tensor places{ElementType::i32, {extent + begin + end}, {}, {}};
    for (std::int64_t i = -begin; i < extent + end; ++i) { places.integers.push_back(padded_source(mode, i, extent)); }
    const ValueId indices = to.constant(std::move(places));
    return to.made(Gather{static_cast<std::int64_t>(axis)}, {x, indices});
}

ValueId sliced(Expander& to, ValueId x, std::size_t axis, std::int64_t start, std::int64_t end, std::int64_t step) {
    return to.made(Slice{},
                   {x, to.list({start}), to.list({end}), to.list({static_cast<std::int64_t>(axis)}), to.list({step})});
}

/// What comes before or behind an axis whose extent is not known yet, from its `count` nearest elements.
ValueId margin(Expander& to, const Node& node, PadMode mode, ValueId x, std::size_t axis, std::int64_t count,
               bool behind) {
    constexpr std::int64_t kEnd = INT64_MAX;
    if (mode == PadMode::wrap) {
        return behind ? sliced(to, x, axis, 0, count, 1) : sliced(to, x, axis, -count, kEnd, 1);
    }
    if (mode == PadMode::reflect) {
        return behind ? sliced(to, x, axis, -2, -2 - count, -1) : sliced(to, x, axis, count, 0, -1);
    }
    const ValueId one = behind ? sliced(to, x, axis, -1, kEnd, 1) : sliced(to, x, axis, 0, 1, 1);
    Extents shape(to.dims(node.inputs[0]).size() - axis, 1);
    shape.front() = count;
    return to.made(Expand{}, {one, to.list(shape)});
}

ValueId joined(Expander& to, const Node& node, PadMode mode, ValueId x, std::size_t axis, const Extent& extent,
               std::int64_t begin, std::int64_t end) {
    const std::int64_t least = std::max(begin, end) + (mode == PadMode::reflect ? 1 : 0);
    if (begin < 0 || end < 0 || (mode != PadMode::edge && !always_at_most(least, extent))) {
        throw ConvertError(node.name, "Pad",
                           "its axis of " + to_text(extent) + " elements may be shorter than its pads " +
                               to_text(Extents{begin, end}) + " reach; " + how_to_bind({extent}));
    }
    std::vector<ValueId> parts;
    if (begin > 0) { parts.push_back(margin(to, node, mode, x, axis, begin, false)); }
    parts.push_back(x);
    if (end > 0) { parts.push_back(margin(to, node, mode, x, axis, end, true)); }
    return to.made(Concat{static_cast<std::int64_t>(axis)}, parts);
}

template <class T>
bool expanded(Rebuild& walk, const Node& node) {
    const T* op = std::get_if<T>(&node.op);
    if (op == nullptr) { return false; }
    Expander to(walk, node);
    expand(to, node, *op);
    return true;
}

bool names_places(const Node& node) {
    return std::holds_alternative<Pool>(node.op) && node.outputs.size() > 1 && node.outputs[1] != kNone;
}

bool fills_with_constant(const Op& op) {
    const auto* pad = std::get_if<Pad>(&op);
    return pad != nullptr && pad->mode == PadMode::constant;
}

}  // namespace

/// [.., d, ..] -> [.., 1, d ..] -> [.., r, d ..] -> [.., r d, ..]; what is not repeated is merged with the axis
/// before.
void expand(Expander& to, const Node& node, const Tile&) {
    ValueId x = node.inputs[0];
    Extents dims = to.dims(x);
    const Extents repeats = to.elements(node.inputs[1]);
    for (std::size_t first = 0; first < dims.size();) {
        Extents narrow = {1}, wide = {1};
        Extents result = dims;
        std::size_t repeated = 0, i = 0;
        for (; i < dims.size(); ++i) {
            const bool repeats_here = i >= first && !(repeats[i] == 1);
            if (repeats_here && repeated == kTiledAtOnce) { break; }
            if (repeats_here) {
                ++repeated;
                narrow.insert(narrow.end(), {1, 1});
                wide.insert(wide.end(), {repeats[i], 1});
                result[i] = dims[i] * repeats[i];
            }
            narrow.back() = narrow.back() * dims[i];
            wide.back() = wide.back() * dims[i];
        }
        first = i;
        for (; i < dims.size(); ++i) {
            narrow.back() = narrow.back() * dims[i];
            wide.back() = wide.back() * dims[i];
        }
        if (repeated == 0) { break; }
        x = to.made(Reshape{true}, {x, to.list(narrow)});
        x = to.made(Expand{}, {x, to.list(wide)});
        x = to.made(Reshape{true}, {x, to.list(result)});
        dims = result;
    }
    to.finish(x);
}

void expand(Expander& to, const Node& node, const Pad& op) {
    ValueId x = node.inputs[0];
    const Extents dims = to.dims(x);
    std::optional<Dims> axes;
    if (node.inputs.size() > 3 && node.inputs[3] != kNone) { axes = to.elements(node.inputs[3]).constants(); }
    const auto padding = padding_of(to.elements(node.inputs[1]), axes ? &*axes : nullptr, dims.size());
    for (std::size_t axis = 0; axis < dims.size(); ++axis) {
        const Extent &begin = padding.begins[axis], &end = padding.ends[axis];
        if (begin == 0 && end == 0) { continue; }
        if (!begin.is_constant() || !end.is_constant()) {
            throw ConvertError(node.name, "Pad",
                               "its pads " + to_text(Extents{begin, end}) +
                                   " depend on the length, which only a constant can fill; " +
                                   how_to_bind({begin, end}));
        }
        x = dims[axis].is_constant()
                ? picked(to, op.mode, x, axis, dims[axis].constant(), begin.constant(), end.constant())
                : joined(to, node, op.mode, x, axis, dims[axis], begin.constant(), end.constant());
    }
    to.finish(x);
}

bool expand_moves(Graph& graph) {
    Rebuild walk(graph);
    bool changed = false;
    walk.run([&](Node node) {
        const bool done = !fills_with_constant(node.op) &&
                          (expanded<Tile>(walk, node) || expanded<Pad>(walk, node) || expanded<Trilu>(walk, node) ||
                           expanded<EyeLike>(walk, node) || expanded<Resize>(walk, node) ||
                           (names_places(node) && expanded<Pool>(walk, node)));
        if (!done) { walk.emit(std::move(node)); }
        changed = changed || done;
    });
    return changed;
}

}  // namespace tidegate
