// SPDX-License-Identifier: MIT
// Types and shapes of operators that move elements to and from places that are named.
#include <algorithm>

#include "graph/error.h"
#include "reference/resize_taps.h"
#include "reference/shapes_moves.h"
#include "simplify/infer_node.h"

namespace tidegate {
namespace {

using E = ElementType;

/// Known indices must be ones at the largest extent (a smaller one is refused when it is set). Of tuples, number i
/// belongs to axis i modulo their width.
void check_indices(const InferNode& node, const Extents& extents) {
    node.need(1, {E::i32, E::i64});
    const Tensor* indices = node.constant(1);
    for (std::size_t i = 0; indices != nullptr && i < indices->integers.size(); ++i) {
        const Extent& extent = extents[i % extents.size()];
        const std::int64_t index = indices->integers[i];
        if (index >= -extent.planned() && index < extent.planned()) { continue; }
        throw ShapeFault("index " + std::to_string(index) + " is outside an axis of " + to_text(extent) + " elements");
    }
}

void check_updates(const InferNode& node, Reduction reduction, const Extents& wanted) {
    node.need(2, {node.type(0)});
    if (reduction != Reduction::none) { node.need(0, {E::f32, E::i32, E::i64, E::u8, E::i8}); }
    if (!(node.dims(2) == wanted)) {
        throw ShapeFault("updates " + to_text(node.dims(2)) + " are not " + to_text(wanted));
    }
}

Extents named_extents(const InferNode& node, std::int64_t batch_axes) {
    const Extents& data = node.dims(0);
    const auto first = data.begin() + static_cast<std::ptrdiff_t>(batch_axes);
    return Extents(first, first + static_cast<std::ptrdiff_t>(node.dims(1).back().constant()));
}

}  // namespace

std::vector<Inferred> infer_pad(const InferNode& node, const Pad&) {
    const Extents& data = node.dims(0);
    if (node.has(2)) {
        node.need(2, {node.type(0)});
        if (!(element_count(node.dims(2)) == 1)) { throw ShapeFault("the value of the padding is not one element"); }
    }
    const auto axes = node.maybe_numbers(3);
    return {{node.type(0), padded_dims(data, padding_of(node.list(1), pointer(axes), data.size()))}};
}

std::vector<Inferred> infer_trilu(const InferNode& node) {
    if (node.dims(0).size() < 2) { throw ShapeFault("its input " + to_text(node.dims(0)) + " is no matrix"); }
    if (node.has(1)) {
        node.need(1, {E::i64});
        if (!(element_count(node.dims(1)) == 1)) { throw ShapeFault("the diagonal is not one number"); }
    }
    return {{node.type(0), node.dims(0)}};
}

std::vector<Inferred> infer_non_zero(const InferNode& node) {
    const Tensor* x = node.constant(0);
    if (x == nullptr) {
        node.need_known(0);
        throw ShapeFault("how many elements are not 0 may differ from length to length; " +
                         how_to_bind(node.elements(0).value()));
    }
    const auto is_set = [](auto value) { return value != 0; };
    const std::int64_t count = x->is_real() ? std::count_if(x->reals.begin(), x->reals.end(), is_set)
                                            : std::count_if(x->integers.begin(), x->integers.end(), is_set);
    return {{E::i64, {static_cast<std::int64_t>(x->dims.size()), count}}};
}

std::vector<Inferred> infer_eye_like(const InferNode& node, const EyeLike& op) {
    if (node.dims(0).size() != 2) { throw ShapeFault("its input " + to_text(node.dims(0)) + " is no matrix"); }
    return {{op.type.value_or(node.type(0)), node.dims(0)}};
}

std::vector<Inferred> infer_resize(const InferNode& node, const Resize& op) {
    if (op.linear) { node.need(0, {E::f32}); }
    const std::vector<double>* scales = nullptr;
    if (node.has(1)) {
        node.need(1, {E::f32});
        node.need_known(1);
        if (node.constant(1) == nullptr) { throw ShapeFault("its scales depend on the length; bind the dimensions"); }
        scales = &node.constant(1)->reals;
    }
    const auto sizes = node.maybe_list(2);
    Extents result;
    for (const auto& axis : resize_axes(op, node.dims(0), scales, pointer(sizes))) { result.push_back(axis.extent); }
    return {{node.type(0), std::move(result)}};
}

std::vector<Inferred> infer_tile(const InferNode& node) {
    return {{node.type(0), tiled_dims(node.dims(0), node.list(1))}};
}

std::vector<Inferred> infer_gather_elements(const InferNode& node, GatherElements& op) {
    check_element_indices(node.dims(0), node.dims(1), op.axis);
    const std::size_t axis = normalise_axis(op.axis, node.dims(0).size());
    op.axis = static_cast<std::int64_t>(axis);
    check_indices(node, {node.dims(0)[axis]});
    return {{node.type(0), node.dims(1)}};
}

std::vector<Inferred> infer_gather_nd(const InferNode& node, const GatherND& op) {
    Extents result = gather_nd_dims(node.dims(0), node.dims(1), op.batch_axes);
    check_indices(node, named_extents(node, op.batch_axes));
    return {{node.type(0), std::move(result)}};
}

std::vector<Inferred> infer_scatter_elements(const InferNode& node, ScatterElements& op) {
    check_element_indices(node.dims(0), node.dims(1), op.axis);
    const std::size_t axis = normalise_axis(op.axis, node.dims(0).size());
    op.axis = static_cast<std::int64_t>(axis);
    check_indices(node, {node.dims(0)[axis]});
    check_updates(node, op.reduction, node.dims(1));
    return {{node.type(0), node.dims(0)}};
}

std::vector<Inferred> infer_scatter_nd(const InferNode& node, const ScatterND& op) {
    const Extents rows = gather_nd_dims(node.dims(0), node.dims(1), 0);
    check_indices(node, named_extents(node, 0));
    check_updates(node, op.reduction, rows);
    return {{node.type(0), node.dims(0)}};
}

}  // namespace tidegate
