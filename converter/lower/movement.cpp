// SPDX-License-Identifier: MIT
// Operators that only move elements. Where the elements already lie in order the result is a view and costs nothing.
#include <algorithm>

#include "graph/text.h"
#include "lower/nodes.h"
#include "reference/shapes.h"

namespace tidegate {
namespace {

const std::vector<std::int64_t>* integers(const Builder& builder, const Node& node, std::size_t i) {
    const ValueId id = i < node.inputs.size() ? node.inputs[i] : kNone;
    if (id == kNone) { return nullptr; }
    const Tensor* tensor = builder.graph().constant(id);
    if (tensor == nullptr || tensor->is_real()) {
        throw ConvertError(in_quotes(builder.name(id)) +
                           " steers shapes and is not constant; freeze it with --fix-input");
    }
    return &tensor->integers;
}

/// Elements in one run without gaps: steps of 1, and whole axes behind the first one with more than one element.
bool is_contiguous(const Dims& whole, const std::vector<SliceRange>& part) {
    bool inside = false;
    for (std::size_t i = 0; i < part.size(); ++i) {
        if (inside && part[i].extent != whole[i]) { return false; }
        if (part[i].extent > 1 && part[i].step != 1) { return false; }
        inside = inside || part[i].extent > 1;
    }
    return true;
}

/// A part of x: a view if its elements lie together on a multiple of 4 bytes, else a Slice.
TensorId part_of(Builder& builder, const Node& node, TensorId x, const std::vector<SliceRange>& ranges) {
    const Dims whole = builder.at(x).dims;
    const Dims part = dims_of(ranges);
    if (part == whole && is_contiguous(whole, ranges)) { return x; }
    if (std::ranges::find(part, 0) != part.end()) {
        throw ConvertError("a part of shape " + to_text(part) + " is empty");
    }
    std::int64_t first = 0;
    const Dims stride = strides(whole);
    for (std::size_t i = 0; i < ranges.size(); ++i) { first += ranges[i].start * stride[i]; }
    const bool aligned = static_cast<std::uint64_t>(first) * size_of(builder.at(x).type) % 4 == 0;
    if (is_contiguous(whole, ranges) && (aligned || builder.at(x).constant)) { return builder.view(x, part, first); }
    step::Slice slice;
    for (const SliceRange& range : ranges) {
        slice.starts.push_back(static_cast<std::int32_t>(range.start));
        slice.steps.push_back(static_cast<std::int32_t>(range.extent > 1 ? range.step : 1));
    }
    const TensorId made = builder.make(builder.at(x).type, part);
    builder.add(node, std::move(slice), {x}, {made});
    return made;
}

std::vector<SliceRange> whole_ranges(const Dims& dims) {
    std::vector<SliceRange> ranges;
    for (const std::int64_t extent : dims) { ranges.push_back({0, 1, extent}); }
    return ranges;
}

}  // namespace

void lower_alias(Builder& builder, const Node& node) {
    builder.bind(node.outputs[0], builder.tensor(node.inputs[0]));
    for (std::size_t i = 1; i < node.outputs.size(); ++i) {
        if (builder.wanted(node.outputs[i])) { throw ConvertError("only the first output is supported"); }
    }
}

TensorId transposed(Builder& builder, const Node& node, TensorId x, const std::vector<std::size_t>& perm) {
    const Dims from = builder.at(x).dims;
    Dims to;
    std::vector<std::size_t> moving;  // axes with more than one element, in their new order
    for (const std::size_t axis : perm) {
        to.push_back(from[axis]);
        if (from[axis] != 1) { moving.push_back(axis); }
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
    std::vector<Dims> shapes;
    for (const ValueId id : node.inputs) {
        need_type(builder, id, {builder.type(node.inputs[0])});
        if (element_count(builder.dims(id)) == 0) { continue; }
        parts.push_back(builder.tensor(id));
        shapes.push_back(builder.dims(id));
    }
    if (parts.empty()) { throw ConvertError("all inputs are empty"); }
    const Dims dims = concat_dims(shapes, op.axis);
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
    const std::vector<std::int64_t>* starts = integers(builder, node, 1);
    const std::vector<std::int64_t>* ends = integers(builder, node, 2);
    if (starts == nullptr || ends == nullptr) { throw ConvertError("starts and ends must be there"); }
    const TensorId x = builder.tensor(node.inputs[0]);
    const std::vector<SliceRange> ranges =
        slice_ranges(builder.at(x).dims, *starts, *ends, integers(builder, node, 3), integers(builder, node, 4));
    builder.bind(node.outputs[0], part_of(builder, node, x, ranges));
}

void lower_split(Builder& builder, const Node& node, const Split& op) {
    const TensorId x = builder.tensor(node.inputs[0]);
    const Dims dims = builder.at(x).dims;
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    const std::vector<std::int64_t> sizes = split_sizes(dims[axis], integers(builder, node, 1), node.outputs.size());
    if (sizes.size() != node.outputs.size()) {
        throw ConvertError(std::to_string(sizes.size()) + " sizes for " + std::to_string(node.outputs.size()) +
                           " outputs");
    }
    std::int64_t start = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        std::vector<SliceRange> ranges = whole_ranges(dims);
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
    const Dims dims = builder.at(x).dims;
    const std::size_t axis = normalise_axis(op.axis, dims.size());
    const std::int64_t extent = dims[axis];
    if (const Tensor* constant = builder.graph().constant(indices)) {
        for (const std::int64_t i : constant->integers) {
            if (i >= -extent && i < extent) { continue; }
            throw ConvertError("index " + std::to_string(i) + " is outside axis " + std::to_string(axis) + " of " +
                               to_text(dims));
        }
        if (constant->integers.size() == 1) {
            const std::int64_t only = constant->integers[0];
            std::vector<SliceRange> ranges = whole_ranges(dims);
            ranges[axis] = {only < 0 ? only + extent : only, 1, 1};
            builder.bind(node.outputs[0], part_of(builder, node, x, ranges));
            return;
        }
    } else {
        limit_range(builder, indices, RangeKind::index, extent);
    }
    const TensorId made = builder.make(builder.at(x).type, gather_dims(dims, builder.dims(indices), op.axis));
    builder.add(node, step::Gather{static_cast<std::uint32_t>(axis)}, {x, builder.tensor(indices)}, {made});
    builder.bind(node.outputs[0], made);
}

}  // namespace tidegate
