// SPDX-License-Identifier: MIT
// Resize, Trilu and EyeLike.
#include "reference/ops.h"
#include "reference/resize_taps.h"

namespace tidegate::reference {
namespace {

Tensor resized_axis(const Resize& op, const Tensor& x, std::size_t axis, std::int64_t extent, double scale) {
    Dims dims = x.dims;
    dims[axis] = extent;
    Tensor y = allocate(x.type, dims);
    if (y.count() == 0) { return y; }
    const Dims steps = strides(x.dims);
    Dims index(dims.size());
    std::int64_t to = 0;
    do {
        const ResizeTap tap = resize_tap(op, index[axis], x.dims[axis], extent, scale);
        std::int64_t at = 0;
        for (std::size_t i = 0; i < index.size(); ++i) { at += i == axis ? 0 : index[i] * steps[i]; }
        const std::int64_t low = at + tap.low * steps[axis], high = at + tap.high * steps[axis];
        if (op.linear) {
            y.reals[static_cast<std::size_t>(to)] = (1 - tap.share) * x.reals[static_cast<std::size_t>(low)] +
                                                    tap.share * x.reals[static_cast<std::size_t>(high)];
        } else {
            copy_element(x, low, y, to);
        }
        ++to;
    } while (next_index(index, dims));
    return y;
}

std::int64_t diagonal(const Operands& in) {
    if (in.maybe(1) == nullptr) { return 0; }
    const std::vector<std::int64_t>& value = in.integers(1);
    if (value.size() != 1) { throw ShapeFault("the diagonal is not one number"); }
    return value[0];
}

}  // namespace

Tensor resize(const Resize& op, const Operands& in) {
    Tensor y = op.linear ? in.real(0) : in.at(0);
    const bool by_size = in.maybe(2) != nullptr;
    const auto axes = resize_axes(op, y.dims, by_size ? nullptr : &in.real(1).reals,
                                  by_size ? &static_cast<const Dims&>(in.integers(2)) : nullptr);
    for (const bool grows : {false, true}) {  // so that nothing between is larger than both x and y
        for (std::size_t axis = 0; axis < axes.size(); ++axis) {
            const auto& [extent, given] = axes[axis];
            if (given == 1 || (extent > in.at(0).dims[axis]) != grows) { continue; }
            const double scale = given > 0 ? given : static_cast<double>(extent) / static_cast<double>(y.dims[axis]);
            y = resized_axis(op, y, axis, extent, scale);
        }
    }
    return y;
}

Tensor trilu(const Trilu& op, const Operands& in) {
    Tensor y = in.at(0);
    const std::int64_t shift = diagonal(in), rows = y.dims.at(y.dims.size() - 2), columns = y.dims.back();
    const Tensor zero = Tensor::zeros(y.type, {1});
    for (std::int64_t i = 0; i < y.count(); ++i) {
        const std::int64_t row = i / columns % rows, column = i % columns;
        if (op.upper ? column < row + shift : column > row + shift) { copy_element(zero, 0, y, i); }
    }
    return y;
}

Tensor non_zero(const Tensor& x) {
    const std::vector<std::int64_t> steps = strides(x.dims);
    std::vector<std::vector<std::int64_t>> places(x.dims.size());
    for (std::int64_t i = 0; i < x.count(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (x.is_real() ? x.reals[at] == 0 : x.integers[at] == 0) { continue; }
        for (std::size_t axis = 0; axis < places.size(); ++axis) {
            places[axis].push_back(i / steps[axis] % x.dims[axis]);
        }
    }
    const std::size_t count = places.empty() ? 0 : places[0].size();
    Tensor y = allocate(ElementType::i64, {static_cast<std::int64_t>(places.size()), static_cast<std::int64_t>(count)});
    for (std::size_t axis = 0; axis < places.size(); ++axis) {
        std::copy(places[axis].begin(), places[axis].end(),
                  y.integers.begin() + static_cast<std::ptrdiff_t>(axis * count));
    }
    return y;
}

Tensor eye_like(const EyeLike& op, const Tensor& x) {
    Tensor y = allocate(op.type.value_or(x.type), x.dims);
    for (std::int64_t row = 0; row < x.dims.at(0); ++row) {
        const std::int64_t column = row + op.diagonal;
        if (column < 0 || column >= x.dims.at(1)) { continue; }
        const auto at = static_cast<std::size_t>(row * x.dims[1] + column);
        if (y.is_real()) {
            y.reals[at] = 1;
        } else {
            y.integers[at] = 1;
        }
    }
    return y;
}

}  // namespace tidegate::reference
