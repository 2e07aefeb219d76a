// SPDX-License-Identifier: MIT
// The shape rules of operators along axes, as shapes.h: S is Dims or Extents. Every function throws ShapeFault.
#pragma once

#include <cstdint>
#include <vector>

#include "graph/op_reduce.h"
#include "reference/shapes.h"

namespace tidegate {

/// By axis of x: is it reduced? axes: null or empty for all, or none, as `op` says.
std::vector<bool> reduced_axes(const Reduce& op, const std::vector<std::int64_t>* axes, std::size_t rank);

/// Without the axes that are reduced, or with 1 in their place.
template <class S = Dims>
S reduced_dims(const S& dims, const std::vector<bool>& reduced, bool keep) {
    S result;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (!reduced[i]) {
            result.push_back(dims[i]);
        } else if (keep) {
            result.push_back(1);
        }
    }
    return result;
}

/// How many axes from the first on name the elements that are normalized together; the shape that x is seen as then.
template <class S>
struct NormalizedView {
    std::size_t axis = 0;
    S dims;
};
/// Throws ShapeFault for an axis or a number of groups that does not fit.
template <class S = Dims>
NormalizedView<S> normalized_view(const Normalization& op, const S& x) {
    if (op.kind == NormalizationKind::layer) { return {normalise_axis(op.axis, x.size()), x}; }
    if (x.size() < 2) { throw ShapeFault("x must have a batch and channels"); }
    if (op.kind == NormalizationKind::instance) { return {2, x}; }
    if (op.groups < 1) { throw ShapeFault("num_groups is " + std::to_string(op.groups)); }
    typename S::value_type rest = exact_divide(x[1], typename S::value_type(op.groups));
    for (std::size_t i = 2; i < x.size(); ++i) { rest = rest * x[i]; }
    return {2, {x[0], op.groups, rest}};
}
/// Scale and bias as they broadcast to the view, or to x.
template <class S = Dims>
S channel_dims(const Normalization& op, const S& given, const S& x) {
    if (op.kind == NormalizationKind::layer) { return given; }
    S dims = {op.by_group ? typename S::value_type(op.groups) : x[1]};
    if (!(given == dims)) { throw ShapeFault("scale or bias is " + to_text(given) + ", not " + to_text(dims)); }
    dims.resize(op.by_group ? 2 : x.size() - 1, 1);
    return dims;
}

/// By element of x, row-major: which element of the result it goes to.
std::vector<std::size_t> reduced_places(const Dims& dims, const std::vector<bool>& reduced);

}  // namespace tidegate
