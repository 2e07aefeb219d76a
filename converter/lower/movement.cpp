// SPDX-License-Identifier: MIT
// Operators that only move elements. Where the elements already lie in order the result is a view and costs nothing.
#include <algorithm>
#include <optional>

#include "graph/text.h"
#include "lower/nodes.h"
#include "reference/shapes.h"

namespace tidegate {
namespace {

std::optional<Extents> integers(const Builder& builder, const Node& node, std::size_t i) {
    const ValueId id = node.input(i);
    if (id == kNone) { return std::nullopt; }
    std::optional<Extents> list = builder.graph().elements(id);
    if (!list) {
        throw ConvertError(in_quotes(builder.name(id)) +
                           " steers shapes and is not constant; freeze it with --fix-input");
    }
    return list;
}

std::optional<Dims> numbers(const Builder& builder, const Node& node, std::size_t i) {
    const std::optional<Extents> list = integers(builder, node, i);
    return list ? std::optional(list->constants()) : std::nullopt;
}

template <class T>
const T* pointer(const std::optional<T>& value) {
    return value ? &*value : nullptr;
}

/// Elements in one run without gaps: steps of 1, and whole axes behind the first one with more than one element (as a
/// symbolic one may have).
bool is_contiguous(const Extents& whole, const std::vector<SliceRange<Extent>>& part) {
    bool inside = false;
    for (std::size_t i = 0; i < part.size(); ++i) {
        const bool is_one = part[i].extent == 1;
        if (inside && !(part[i].extent == whole[i])) { return false; }
        if (!is_one && part[i].step != 1) { return false; }
        inside = inside || !is_one;
    }
    return true;
}

std::vector<SliceRange<Extent>> whole_ranges(const Extents& dims) {
    std::vector<SliceRange<Extent>> ranges;
    for (const Extent& extent : dims) { ranges.push_back({0, 1, extent}); }
    return ranges;
}

/// Steps of the format; one of an axis with a single element means nothing.
std::int32_t step_of(const SliceRange<Extent>& range) {
    if (range.extent == 1) { return 1; }
    if (range.step < INT32_MIN || range.step > INT32_MAX) {
        throw ConvertError("the step " + std::to_string(range.step) + " of a slice does not fit 32 bits");
    }
    return static_cast<std::int32_t>(range.step);
}

}  // namespace

/// Views lie on a multiple of 4 bytes.
TensorId part_of(Builder& builder, const Node& node, TensorId x, const std::vector<SliceRange<Extent>>& ranges) {
    const Extents whole = builder.at(x).dims;
    const Extents part = dims_of(ranges);
    if (part == whole && is_contiguous(whole, ranges)) { return x; }
    if (std::ranges::any_of(part.planned(), [](std::int64_t extent) { return extent < 1; })) {
        throw ConvertError("a part of shape " + to_text(part) + " is empty");
    }
    Extent first = 0;
    const Extents stride = strides(whole);
    for (std::size_t i = 0; i < ranges.size(); ++i) { first += ranges[i].start * stride[i]; }
    if (is_contiguous(whole, ranges) && first.is_constant()) {
        const bool is_constant = builder.at(x).constant != nullptr;
        const bool aligned = static_cast<std::uint64_t>(first.constant()) * size_of(builder.at(x).type) % 4 == 0;
        if (is_constant ? part.are_constant() : aligned) { return builder.view(x, part, first.constant()); }
    }
    step::Slice slice;
    for (const SliceRange<Extent>& range : ranges) {
        slice.starts.push_back(range.start);
        slice.steps.push_back(step_of(range));
    }
    const TensorId made = builder.make(builder.at(x).type, part);
    builder.add(node, std::move(slice), {x}, {made});
    return made;
}

void lower_alias(Builder& builder, const Node& node) {
    builder.bind(node.outputs[0], builder.tensor(node.inputs[0]));
    for (std::size_t i = 1; i < node.outputs.size(); ++i) {
        if (builder.wanted(node.outputs[i])) { throw ConvertError("only the first output is supported"); }
    }
}

TensorId transposed(Builder& builder, const Node& node, TensorId x, const std::vector<std::size_t>& perm) {
    const Extents from = builder.at(x).dims;
    Extents to;
    std::vector<std::size_t> moving;  // axes with more than one element, in their new order
    for (const std::size_t axis : perm) {
        to.push_back(from[axis]);
        if (!(from[axis] == 1)) { moving.push_back(axis); }
    }
    if (std::ranges::is_sorted(moving)) { return builder.shaped(x, to); }
    const TensorId made = builder.make(builder.at(x).type, to);
    builder.add(node, step::Transpose{{perm.begin(), perm.end()}}, {x}, {made});
    return made;
}

void lower_transpose(Builder& builder, const Node& node, const Transpose& op) {
    const TensorId x = builder.tensor(node.inputs[0]);
    const std::vector<std::size_t> perm = full_permutation(op.perm, builder.at(x).dims.size());
    builder.bind(node.outputs[0], transposed(builder, node, x, perm));
}

void lower_concat(Builder& builder, const Node& node, const Concat& op) {
    std::vector<TensorId> parts;
    std::vector<Extents> shapes;
    for (const ValueId id : node.inputs) {
        need_type(builder, id, {builder.type(node.inputs[0])});
        if (element_count(builder.dims(id)) == 0) { continue; }
        parts.push_back(builder.tensor(id));
        shapes.push_back(builder.dims(id));
    }
    if (parts.empty()) { throw ConvertError("all inputs are empty"); }
    const Extents dims = concat_dims(shapes, op.axis);
    if (parts.size() == 1) {
        builder.bind(node.outputs[0], parts[0]);
        return;
    }
    const TensorId made = builder.make(builder.type(node.inputs[0]), dims);
    const auto axis = static_cast<std::uint32_t>(normalise_axis(op.axis, dims.size()));
    builder.add(node, step::Concat{axis}, std::move(parts), {made});
    builder.bind(node.outputs[0], made);
}

void lower_slice(Builder& builder, const Node& node) {
    const std::optional<Extents> starts = integers(builder, node, 1), ends = integers(builder, node, 2);
    const std::optional<Dims> axes = numbers(builder, node, 3), steps = numbers(builder, node, 4);
    if (!starts || !ends) { throw ConvertError("starts and ends must be there"); }
    const TensorId x = builder.tensor(node.inputs[0]);
    const std::vector<SliceRange<Extent>> ranges =
        slice_ranges(builder.at(x).dims, *starts, *ends, pointer(axes), pointer(steps));
    builder.bind(node.outputs[0], part_of(builder, node, x, ranges));
}

void lower_split(Builder& builder, const Node& node, const Split& op) {
    const TensorId x = builder.tensor(node.inputs[0]);
    const Extents dims = builder.at(x).dims;
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    const std::optional<Extents> given = integers(builder, node, 1);
    Extents sizes = split_sizes(dims[axis], pointer(given), node.outputs.size());
    for (std::size_t i = 0; i < std::min(sizes.size(), node.outputs.size()) && !given; ++i) {
        if (node.outputs[i] != kNone) { sizes[i] = builder.dims(node.outputs[i])[axis]; }
    }
    if (sizes.size() != node.outputs.size()) {
        throw ConvertError(std::to_string(sizes.size()) + " sizes for " + std::to_string(node.outputs.size()) +
                           " outputs");
    }
    Extent start = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        std::vector<SliceRange<Extent>> ranges = whole_ranges(dims);
        ranges[axis] = {start, 1, sizes[i]};
        start += sizes[i];
        if (builder.wanted(node.outputs[i])) { builder.bind(node.outputs[i], part_of(builder, node, x, ranges)); }
    }
}

/// Constant indices are checked here, those from the graph's inputs before each run. A single constant one is a part.
void lower_gather(Builder& builder, const Node& node, const Gather& op) {
    const TensorId x = builder.tensor(node.inputs[0]);
    const ValueId indices = node.inputs[1];
    need_type(builder, indices, {ElementType::i32, ElementType::i64});
    const Extents dims = builder.at(x).dims;
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    const Extent& extent = dims[axis];
    if (const Tensor* constant = builder.graph().constant(indices)) {
        for (const std::int64_t i : constant->integers) {
            if (i >= -extent.planned() && i < extent.planned()) { continue; }
            throw ConvertError("index " + std::to_string(i) + " is outside axis " + std::to_string(axis) + " of " +
                               to_text(dims));
        }
    } else {
        limit_range(builder, indices, RangeKind::index, extent);
    }
    const std::optional<Extents> known = builder.graph().elements(indices);
    if (known && known->size() == 1 && (always_at_most(0, known->front()) || always_at_most(known->front(), -1))) {
        const Extent& only = known->front();
        std::vector<SliceRange<Extent>> ranges = whole_ranges(dims);
        ranges[axis] = {always_at_most(0, only) ? only : only + extent, 1, 1};
        builder.bind(node.outputs[0], part_of(builder, node, x, ranges));
        return;
    }
    const TensorId made = builder.make(builder.at(x).type, gather_dims(dims, builder.dims(indices), op.axis));
    builder.add(node, step::Gather{static_cast<std::uint32_t>(axis)}, {x, builder.tensor(indices)}, {made});
    builder.bind(node.outputs[0], made);
}

}  // namespace tidegate
