// SPDX-License-Identifier: MIT
// Pad with a constant, GatherElements, GatherND, ScatterElements and ScatterND.
#include <algorithm>
#include <optional>

#include "lower/nodes.h"
#include "reference/shapes_moves.h"

namespace tidegate {
namespace {

std::optional<Extents> elements(const Builder& builder, const Node& node, std::size_t i) {
    return builder.graph().elements(node.input(i));
}

TensorId filler(Builder& builder, const Node& node, ElementType type) {
    if (node.input(2) != kNone) { return builder.shaped(builder.tensor(node.inputs[2]), {}); }
    return builder.constant(Tensor::zeros(type, {}), node.name);
}

/// Indices from the graph's inputs are checked before each run. Those of several axes share one check: what is within
/// the longest of them but not within its own is clamped and counted.
void limit_indices(Builder& builder, const Node& node, const Extents& extents) {
    if (builder.graph().constant(node.inputs[1]) != nullptr) { return; }
    Extent longest = extents.front();
    for (const Extent& extent : extents) { longest = maximum(longest, extent); }
    limit_range(builder, node.inputs[1], RangeKind::index, longest);
}

Extents named_extents(const Builder& builder, const Node& node, std::int64_t batch_axes) {
    const Extents data = builder.dims(node.inputs[0]);
    const auto first = data.begin() + static_cast<std::ptrdiff_t>(batch_axes);
    return Extents(first, first + static_cast<std::ptrdiff_t>(builder.dims(node.inputs[1]).back().constant()));
}

void add_indexed(Builder& builder, const Node& node, StepParams params) {
    std::vector<TensorId> inputs;
    for (const ValueId id : node.inputs) { inputs.push_back(builder.tensor(id)); }
    const TensorId made = builder.make(builder.type(node.outputs[0]), builder.dims(node.outputs[0]));
    builder.add(node, std::move(params), std::move(inputs), {made});
    builder.bind(node.outputs[0], made);
}

/// Places that lie on a grid, each named once, in order: along axis c of the data, start + i step.
struct Grid {
    std::vector<std::int64_t> starts, steps, counts;
};

/// Every axis of the tuples with more than one of them steps one number of the tuple, and later axes later numbers.
std::optional<Grid> grid_of(const Tensor& indices) {
    const auto width = static_cast<std::size_t>(indices.dims.back());
    const Dims tuples(indices.dims.begin(), indices.dims.end() - 1);
    const Dims strides_of_tuples = strides(tuples);
    Grid grid{Dims(indices.integers.begin(), indices.integers.begin() + indices.dims.back()), Dims(width, 1),
              Dims(width, 1)};
    std::vector<std::size_t> number(tuples.size(), width);
    std::size_t next = 0;
    for (std::size_t axis = 0; axis < tuples.size(); ++axis) {
        if (tuples[axis] == 1) { continue; }
        const auto second = static_cast<std::size_t>(strides_of_tuples[axis]) * width;
        while (next < width && indices.integers[second + next] == grid.starts[next]) { ++next; }
        if (next == width) { return std::nullopt; }
        number[axis] = next;
        grid.counts[next] = tuples[axis];
        grid.steps[next] = indices.integers[second + next] - grid.starts[next];
        ++next;
    }
    for (std::size_t t = 0; t * width < indices.integers.size(); ++t) {
        Dims expected = grid.starts;
        for (std::size_t axis = 0; axis < tuples.size(); ++axis) {
            if (number[axis] == width) { continue; }
            const std::int64_t i = static_cast<std::int64_t>(t) / strides_of_tuples[axis] % tuples[axis];
            expected[number[axis]] += i * grid.steps[number[axis]];
        }
        for (std::size_t k = 0; k < width; ++k) {
            const bool from_end = grid.starts[k] < 0;
            if (indices.integers[t * width + k] != expected[k] || (expected[k] < 0) != from_end) {
                return std::nullopt;
            }
        }
    }
    return grid;
}

/// Updates of a grid are one copy over the data: how exporters write y[:, a:b] = x.
bool overlay_grid(Builder& builder, const Node& node) {
    const Tensor* indices = builder.graph().constant(node.inputs[1]);
    if (indices == nullptr || indices->count() == 0) { return false; }
    const std::optional<Grid> grid = grid_of(*indices);
    if (!grid) { return false; }
    const Extents data = builder.dims(node.inputs[0]);
    step::Overlay overlay;
    Extents part = data;
    bool is_whole = true;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const bool named = i < grid->starts.size();
        if (named && (grid->steps[i] < INT32_MIN || grid->steps[i] > INT32_MAX)) { return false; }
        overlay.starts.push_back(!named ? 0 : grid->starts[i] < 0 ? data[i] + grid->starts[i] : grid->starts[i]);
        overlay.steps.push_back(named ? static_cast<std::int32_t>(grid->steps[i]) : 1);
        if (named) { part[i] = grid->counts[i]; }
        is_whole = is_whole && overlay.starts[i] == 0 && overlay.steps[i] == 1 && part[i] == data[i];
    }
    const TensorId updates = builder.shaped(builder.tensor(node.inputs[2]), part);
    if (is_whole) {
        builder.bind(node.outputs[0], updates);
        return true;
    }
    const TensorId made = builder.make(builder.type(node.outputs[0]), data);
    builder.add(node, std::move(overlay), {builder.tensor(node.inputs[0]), updates}, {made});
    builder.bind(node.outputs[0], made);
    return true;
}

}  // namespace

void lower_pad(Builder& builder, const Node& node) {
    const Extents dims = builder.dims(node.inputs[0]);
    std::optional<Dims> axes;
    if (const std::optional<Extents> given = elements(builder, node, 3)) { axes = given->constants(); }
    const Padding<Extents> padding =
        padding_of(elements(builder, node, 1).value(), axes ? &*axes : nullptr, dims.size());
    const ElementType type = builder.type(node.inputs[0]);
    step::Overlay overlay;
    std::vector<SliceRange<Extent>> kept;
    bool is_empty = false;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        const Extent cut = maximum(0 - padding.begins[i], 0);
        kept.push_back({cut, 1, dims[i] - cut - maximum(0 - padding.ends[i], 0)});
        overlay.starts.push_back(maximum(padding.begins[i], 0));
        overlay.steps.push_back(1);
        is_empty = is_empty || kept.back().extent.planned() < 1;
    }
    const Extents padded = builder.dims(node.outputs[0]);
    if (is_empty) {
        const TensorId made = builder.make(type, padded);
        builder.add(node, step::Expand{}, {filler(builder, node, type)}, {made});
        builder.bind(node.outputs[0], made);
        return;
    }
    TensorId y = part_of(builder, node, builder.tensor(node.inputs[0]), kept);
    if (!(padded == dims_of(kept))) {
        const TensorId made = builder.make(type, padded);
        builder.add(node, std::move(overlay), {filler(builder, node, type), y}, {made});
        y = made;
    }
    builder.bind(node.outputs[0], y);
}

void lower_gather_elements(Builder& builder, const Node& node, const GatherElements& op) {
    limit_indices(builder, node, {builder.dims(node.inputs[0])[static_cast<std::size_t>(op.axis)]});
    add_indexed(builder, node, step::GatherElements{static_cast<std::uint32_t>(op.axis)});
}

void lower_gather_nd(Builder& builder, const Node& node, const GatherND& op) {
    limit_indices(builder, node, named_extents(builder, node, op.batch_axes));
    add_indexed(builder, node, step::GatherND{static_cast<std::uint32_t>(op.batch_axes)});
}

void lower_scatter_elements(Builder& builder, const Node& node, const ScatterElements& op) {
    limit_indices(builder, node, {builder.dims(node.inputs[0])[static_cast<std::size_t>(op.axis)]});
    add_indexed(builder, node, step::ScatterElements{static_cast<std::uint32_t>(op.axis), op.reduction});
}

void lower_scatter_nd(Builder& builder, const Node& node, const ScatterND& op) {
    if (op.reduction == Reduction::none && overlay_grid(builder, node)) { return; }
    limit_indices(builder, node, named_extents(builder, node, 0));
    add_indexed(builder, node, step::ScatterND{op.reduction});
}

}  // namespace tidegate
