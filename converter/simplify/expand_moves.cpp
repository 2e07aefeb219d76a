// SPDX-License-Identifier: MIT
#include "simplify/expand_moves.h"

#include <optional>

#include "graph/error.h"
#include "reference/shapes_moves.h"
#include "simplify/rebuild.h"

namespace tidegate {
namespace {

/// The rest of its axes are not touched in one round, so that the rank stays within the format's.
constexpr std::size_t kTiledAtOnce = 3;

class Expander {
public:
    explicit Expander(Graph& graph) : walk_(graph) {}
    bool run() {
        walk_.run([this](Node node) {
            const auto* pad = std::get_if<Pad>(&node.op);
            if (std::holds_alternative<Tile>(node.op)) {
                tile(node);
            } else if (pad != nullptr && pad->mode != PadMode::constant) {
                repeat(node, pad->mode);
            } else {
                return walk_.emit(std::move(node));
            }
            changed_ = true;
        });
        return changed_;
    }

private:
    Graph& graph() { return walk_.graph(); }
    Extents elements(ValueId id) { return graph().elements(id).value(); }
    ValueId list(const Node& node, Extents values) {
        return graph().add_list(node.name + ".list" + std::to_string(next_++), values);
    }
    ValueId between(const Node& node) {
        return graph().add_value(node.name + ".part" + std::to_string(next_++), walk_.type(node.outputs[0]));
    }
    ValueId made(const Node& node, Op op, std::vector<ValueId> inputs) {
        const ValueId result = between(node);
        walk_.emit({node.name + ".step" + std::to_string(next_++), std::move(op), std::move(inputs), {result}});
        return result;
    }
    void finish(const Node& node, ValueId result) { walk_.emit({node.name, Identity{}, {result}, {node.outputs[0]}}); }

    /// [.., d, ..] -> [.., 1, d ..] -> [.., r, d ..] -> [.., r d, ..]; what is not repeated is merged with the axis
    /// before.
    void tile(const Node& node) {
        ValueId x = node.inputs[0];
        Extents dims = walk_.dims(x);
        const Extents repeats = elements(node.inputs[1]);
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
            x = made(node, Reshape{true}, {x, list(node, narrow)});
            x = made(node, Expand{}, {x, list(node, wide)});
            x = made(node, Reshape{true}, {x, list(node, result)});
            dims = result;
        }
        finish(node, x);
    }

    void repeat(const Node& node, PadMode mode) {
        ValueId x = node.inputs[0];
        const Extents dims = walk_.dims(x);
        std::optional<Dims> axes;
        if (node.inputs.size() > 3 && node.inputs[3] != kNone) { axes = elements(node.inputs[3]).constants(); }
        const auto padding = padding_of(elements(node.inputs[1]), axes ? &*axes : nullptr, dims.size());
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
                    ? picked(node, mode, x, axis, dims[axis].constant(), begin.constant(), end.constant())
                    : joined(node, mode, x, axis, dims[axis], begin.constant(), end.constant());
        }
        finish(node, x);
    }

    ValueId picked(const Node& node, PadMode mode, ValueId x, std::size_t axis, std::int64_t extent, std::int64_t begin,
                   std::int64_t end) {
        Tensor places{ElementType::i32, {extent + begin + end}, {}, {}};
        for (std::int64_t i = -begin; i < extent + end; ++i) {
            places.integers.push_back(padded_source(mode, i, extent));
        }
        const ValueId indices = graph().add_constant(node.name + ".places" + std::to_string(next_++), places);
        return made(node, Gather{static_cast<std::int64_t>(axis)}, {x, indices});
    }

    ValueId sliced(const Node& node, ValueId x, std::size_t axis, std::int64_t start, std::int64_t end,
                   std::int64_t step) {
        return made(node, Slice{},
                    {x, list(node, {start}), list(node, {end}), list(node, {static_cast<std::int64_t>(axis)}),
                     list(node, {step})});
    }

    /// What comes before or behind an axis whose extent is not known yet, from its `count` nearest elements.
    ValueId margin(const Node& node, PadMode mode, ValueId x, std::size_t axis, std::int64_t count, bool behind) {
        constexpr std::int64_t kEnd = INT64_MAX;
        if (mode == PadMode::wrap) {
            return behind ? sliced(node, x, axis, 0, count, 1) : sliced(node, x, axis, -count, kEnd, 1);
        }
        if (mode == PadMode::reflect) {
            return behind ? sliced(node, x, axis, -2, -2 - count, -1) : sliced(node, x, axis, count, 0, -1);
        }
        const ValueId one = behind ? sliced(node, x, axis, -1, kEnd, 1) : sliced(node, x, axis, 0, 1, 1);
        Extents shape(walk_.dims(node.inputs[0]).size() - axis, 1);
        shape.front() = count;
        return made(node, Expand{}, {one, list(node, shape)});
    }

    ValueId joined(const Node& node, PadMode mode, ValueId x, std::size_t axis, const Extent& extent,
                   std::int64_t begin, std::int64_t end) {
        const std::int64_t least = std::max(begin, end) + (mode == PadMode::reflect ? 1 : 0);
        if (begin < 0 || end < 0 || (mode != PadMode::edge && !always_at_most(least, extent))) {
            throw ConvertError(node.name, "Pad",
                               "its axis of " + to_text(extent) + " elements may be shorter than its pads " +
                                   to_text(Extents{begin, end}) + " reach; " + how_to_bind({extent}));
        }
        std::vector<ValueId> parts;
        if (begin > 0) { parts.push_back(margin(node, mode, x, axis, begin, false)); }
        parts.push_back(x);
        if (end > 0) { parts.push_back(margin(node, mode, x, axis, end, true)); }
        return made(node, Concat{static_cast<std::int64_t>(axis)}, parts);
    }

    Rebuild walk_;
    std::size_t next_ = 0;
    bool changed_ = false;
};

}  // namespace

bool expand_moves(Graph& graph) { return Expander(graph).run(); }

}  // namespace tidegate
