// SPDX-License-Identifier: MIT
#include "reference/shapes_quantized.h"

#include <numeric>
#include <utility>

#include "graph/error.h"
#include "reference/shapes.h"

namespace tidegate {
namespace {

template <class S>
bool is_single(const S& dims) {
    for (const auto& extent : dims) {
        if (!(extent == 1)) { return false; }
    }
    return dims.size() <= 1;
}

template <class S>
[[noreturn]] void refuse(const QuantizedSlices& slices, const S& x, const S& scale) {
    throw ShapeFault("scales " + to_text(scale) + " do not fit axis " + std::to_string(slices.axis) +
                     (slices.block > 0 ? " in blocks of " + std::to_string(slices.block) : "") + " of " + to_text(x));
}

}  // namespace

template <class S>
SliceView<S> slice_view(const QuantizedSlices& slices, const S& x, const S& scale) {
    if (is_single(scale) && slices.block == 0) { return {0, 1, {}}; }
    const std::size_t axis = normalise_axis(slices.axis, x.size());
    if (slices.block == 0) {
        if (scale.size() != 1 || !(scale[0] == x[axis])) { refuse(slices, x, scale); }
        S view(x.size() - axis, 1);
        view[0] = x[axis];
        return {axis, 1, view};
    }
    if (scale.size() != x.size()) { refuse(slices, x, scale); }
    S whole = scale;
    whole[axis] = scale[axis] * typename S::value_type(slices.block);
    if (!(whole == x)) { refuse(slices, x, scale); }
    return {axis, slices.block, x};
}

template <class S>
S matmul_zero_view(const S& zero, bool of_rows) {
    return of_rows && zero.size() == 1 && !(zero[0] == 1) ? S{zero[0], 1} : zero;
}

template <class S>
S conv_zero_view(const S& zero, const S& w) {
    if (is_single(zero)) { return {}; }
    if (zero.size() != 1 || !(zero[0] == w[0])) {
        throw ShapeFault("the weights' zero point " + to_text(zero) + " is neither one number nor one for each of " +
                         to_text(w) + "'s outputs");
    }
    S view(w.size(), 1);
    view[0] = zero[0];
    return view;
}

std::vector<std::int64_t> fused_order(std::size_t rank, bool batch, bool transpose) {
    if (rank < 2 || (batch && rank < 3)) {
        throw ShapeFault("an operand has " + std::to_string(rank) + " axes, too few to transpose");
    }
    std::vector<std::int64_t> order(rank);
    std::iota(order.begin(), order.end(), 0);
    if (batch) {  // [0, 1, .., r - 2, r - 1] -> [1, .., r - 2, 0, r - 1]
        for (std::size_t i = 0; i + 2 < rank; ++i) { std::swap(order[i], order[i + 1]); }
    }
    if (transpose) { std::swap(order[rank - 2], order[rank - 1]); }
    return order;
}

template SliceView<Dims> slice_view(const QuantizedSlices&, const Dims&, const Dims&);
template SliceView<Extents> slice_view(const QuantizedSlices&, const Extents&, const Extents&);
template Dims matmul_zero_view(const Dims&, bool);
template Extents matmul_zero_view(const Extents&, bool);
template Dims conv_zero_view(const Dims&, const Dims&);
template Extents conv_zero_view(const Extents&, const Extents&);

}  // namespace tidegate
