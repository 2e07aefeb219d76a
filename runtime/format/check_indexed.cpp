// SPDX-License-Identifier: MIT
// Ops that move elements to and from places that are named: Overlay, GatherElements, GatherND, ScatterElements,
// ScatterND.
#include "format/check_parts.h"

namespace tidegate::format {

namespace {

bool overlay_fits(const Operands& at) {
    const Overlay& op = *at.op.params_as_Overlay();
    const Shape base = at.input(0), part = at.input(1), y = at.output(0);
    if (base.type != y.type || part.type != y.type || part.rank != y.rank || !broadcasts_to(base, y) ||
        op.starts()->size() != y.rank || op.steps()->size() != y.rank) {
        return false;
    }
    for (std::uint32_t i = 0; i < y.rank; ++i) {
        if (!at.context.extents.exists(op.starts()->Get(i))) { return false; }
        const std::int64_t first = at.context.extents.value(op.starts()->Get(i)), step = op.steps()->Get(i);
        const std::int64_t last = first + step * (std::int64_t{part.dims[i]} - 1);
        if (step == 0 || first < 0 || first >= y.dims[i] || last < 0 || last >= y.dims[i]) { return false; }
    }
    return true;
}

bool are_indices(const Shape& indices) { return indices.type == ElementType::i32 || indices.type == ElementType::i64; }

/// One index for each element of its own dims, at most as far as the data reaches along all other axes.
bool element_indices_fit(const Operands& at, std::uint32_t axis) {
    const Shape data = at.input(0), indices = at.input(1);
    if (!are_indices(indices) || axis >= data.rank || indices.rank != data.rank) { return false; }
    for (std::uint32_t i = 0; i < data.rank; ++i) {
        if (i != axis && indices.dims[i] > data.dims[i]) { return false; }
    }
    const std::int64_t extent = data.dims[axis];
    return constants_in_range(at.context, indices, -extent, extent - 1);
}

bool same_shape(const Shape& a, const Shape& b) { return a.type == b.type && a.has_dims_of(b); }

bool gather_elements_fits(const Operands& at) {
    const Shape data = at.input(0), indices = at.input(1), y = at.output(0);
    return data.type == y.type && y.has_dims_of(indices) &&
           element_indices_fit(at, at.op.params_as_GatherElements()->axis());
}

bool scatter_elements_fits(const Operands& at) {
    const ScatterElements& op = *at.op.params_as_ScatterElements();
    const Shape data = at.input(0), updates = at.input(2);
    return same_shape(data, at.output(0)) && updates.type == data.type && updates.has_dims_of(at.input(1)) &&
           op.reduction() <= Reduction::MAX && element_indices_fit(at, op.axis());
}

/// Constant tuples: each number within its own axis.
bool tuples_in_range(const Context& context, const Shape& indices, const std::uint32_t* extents, std::uint32_t width) {
    if (!indices.is_constant()) { return true; }
    for (std::uint64_t i = 0; i < indices.count; ++i) {
        Shape one = indices;
        one.count = 1;
        one.place.offset += i * element_bytes(indices.type);
        const std::int64_t extent = extents[i % width];
        if (!constants_in_range(context, one, -extent, extent - 1)) { return false; }
    }
    return true;
}

/// data [batch..., named..., row...], indices [batch..., tuples..., named axes], rows [batch..., tuples..., row...].
bool rows_fit(const Operands& at, std::uint32_t batch_axes, const Shape& rows) {
    const Shape data = at.input(0), indices = at.input(1);
    if (!are_indices(indices) || rows.type != data.type || indices.rank == 0 || batch_axes >= indices.rank) {
        return false;
    }
    const std::uint32_t tuple_axes = indices.rank - 1, width = indices.dims[tuple_axes];
    if (batch_axes > data.rank || width > data.rank - batch_axes) { return false; }
    const std::uint32_t named = batch_axes + width;
    if (rows.rank != tuple_axes + data.rank - named) { return false; }
    for (std::uint32_t i = 0; i < batch_axes; ++i) {
        if (indices.dims[i] != data.dims[i]) { return false; }
    }
    for (std::uint32_t i = 0; i < rows.rank; ++i) {
        if (rows.dims[i] != (i < tuple_axes ? indices.dims[i] : data.dims[i - tuple_axes + named])) { return false; }
    }
    return tuples_in_range(at.context, indices, data.dims + batch_axes, width);
}

bool gather_nd_fits(const Operands& at) { return rows_fit(at, at.op.params_as_GatherND()->batch_axes(), at.output(0)); }

bool scatter_nd_fits(const Operands& at) {
    return same_shape(at.input(0), at.output(0)) && at.op.params_as_ScatterND()->reduction() <= Reduction::MAX &&
           rows_fit(at, 0, at.input(2));
}

}  // namespace

const Rule overlay_rule = {OpParams::Overlay, {2, 1}, overlay_fits};
const Rule gather_elements_rule = {OpParams::GatherElements, {2, 1}, gather_elements_fits, nullptr, nullptr, true};
const Rule gather_nd_rule = {OpParams::GatherND, {2, 1}, gather_nd_fits, nullptr, nullptr, true};
const Rule scatter_elements_rule = {OpParams::ScatterElements, {3, 1}, scatter_elements_fits, nullptr, nullptr, true};
const Rule scatter_nd_rule = {OpParams::ScatterND, {3, 1}, scatter_nd_fits, nullptr, nullptr, true};

}  // namespace tidegate::format
