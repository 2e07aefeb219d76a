// SPDX-License-Identifier: MIT
// Ops that move elements: Transpose, Concat, Slice, Gather, Expand; and ExtentList.
#include "format/check_parts.h"

namespace tidegate::format {

namespace {

bool transpose_fits(const Operands& at) {
    const Transpose& op = *at.op.params_as_Transpose();
    const Shape x = at.input(0), y = at.output(0);
    if (x.type != y.type || x.rank != y.rank || op.perm()->size() != x.rank) { return false; }
    std::uint32_t seen = 0;
    for (std::uint32_t i = 0; i < x.rank; ++i) {
        const std::uint32_t axis = op.perm()->Get(i);
        if (axis >= x.rank || (seen >> axis & 1) != 0 || y.dims[i] != x.dims[axis]) { return false; }
        seen |= 1u << axis;
    }
    return true;
}

bool concat_fits(const Operands& at) {
    const Concat& op = *at.op.params_as_Concat();
    const Shape y = at.output(0);
    if (op.axis() >= y.rank) { return false; }
    std::uint64_t extent = 0;
    for (std::uint32_t part = 0; part < at.inputs(); ++part) {
        Shape x = at.input(part);
        if (x.type != y.type || x.rank != y.rank) { return false; }
        extent += x.dims[op.axis()];
        x.dims[op.axis()] = y.dims[op.axis()];
        if (!x.has_dims_of(y)) { return false; }
    }
    return extent == y.dims[op.axis()];
}

bool slice_fits(const Operands& at) {
    const Slice& op = *at.op.params_as_Slice();
    const Shape x = at.input(0), y = at.output(0);
    if (x.type != y.type || x.rank != y.rank || op.starts()->size() != x.rank || op.steps()->size() != x.rank) {
        return false;
    }
    for (std::uint32_t i = 0; i < x.rank; ++i) {
        if (!at.context.extents.exists(op.starts()->Get(i))) { return false; }
        const std::int64_t first = at.context.extents.value(op.starts()->Get(i)), step = op.steps()->Get(i);
        const std::int64_t last = first + step * (std::int64_t{y.dims[i]} - 1);
        if (step == 0 || first < 0 || first >= x.dims[i] || last < 0 || last >= x.dims[i]) { return false; }
    }
    return true;
}

bool gather_fits(const Operands& at) {
    const Gather& op = *at.op.params_as_Gather();
    const Shape data = at.input(0), indices = at.input(1), y = at.output(0);
    const std::uint32_t axis = op.axis();
    if (data.type != y.type || axis >= data.rank || data.rank - 1 + indices.rank != y.rank) { return false; }
    if (indices.type != ElementType::i32 && indices.type != ElementType::i64) { return false; }
    for (std::uint32_t i = 0; i < y.rank; ++i) {
        std::uint32_t extent = 0;
        if (i < axis) {
            extent = data.dims[i];
        } else if (i < axis + indices.rank) {
            extent = indices.dims[i - axis];
        } else {
            extent = data.dims[i + 1 - indices.rank];
        }
        if (y.dims[i] != extent) { return false; }
    }
    const std::int64_t extent = data.dims[axis];
    return constants_in_range(at.context, indices, -extent, extent - 1);
}

bool expand_fits(const Operands& at) {
    const Shape x = at.input(0), y = at.output(0);
    return x.type == y.type && broadcasts_to(x, y);
}

bool extents_fit(const Operands& at) {
    const ExtentList& op = *at.op.params_as_ExtentList();
    const Shape y = at.output(0);
    for (const std::int32_t extent : *op.values()) {
        if (!at.context.extents.exists(extent)) { return false; }
    }
    const bool is_integer = y.type == ElementType::i32 || y.type == ElementType::i64;
    return is_integer && y.rank <= 1 && y.count == op.values()->size();
}

}  // namespace

const Rule transpose_rule = {OpParams::Transpose, {1, 1}, transpose_fits};
const Rule concat_rule = {OpParams::Concat, {kAnyNumber, 1}, concat_fits};
const Rule slice_rule = {OpParams::Slice, {1, 1}, slice_fits};
const Rule gather_rule = {OpParams::Gather, {2, 1}, gather_fits, nullptr, nullptr, true};
const Rule expand_rule = {OpParams::Expand, {1, 1}, expand_fits};
const Rule extents_rule = {OpParams::ExtentList, {0, 1}, extents_fit};

bool constants_in_range(const Context& context, const Shape& shape, std::int64_t low, std::int64_t high) {
    if (!shape.is_constant()) { return true; }
    const std::uint8_t* at = context.weights + shape.place.offset;
    for (std::uint64_t i = 0; i < shape.count; ++i, at += element_bytes(shape.type)) {
        const std::int64_t value = shape.type == ElementType::i64 ? flatbuffers::ReadScalar<std::int64_t>(at)
                                                                  : flatbuffers::ReadScalar<std::int32_t>(at);
        if (value < low || value > high) { return false; }
    }
    return true;
}

}  // namespace tidegate::format
