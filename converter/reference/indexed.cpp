// SPDX-License-Identifier: MIT
// Operators that move elements to and from places that are named.
#include <algorithm>
#include <cmath>
#include <functional>

#include "reference/ops.h"
#include "reference/shapes_moves.h"

namespace tidegate::reference {
namespace {

/// body(index, its number), row-major.
void for_each_index(const Dims& dims, const std::function<void(const Dims&, std::int64_t)>& body) {
    if (element_count(dims) == 0) { return; }
    Dims index(dims.size());
    std::int64_t number = 0;
    do { body(index, number++); } while (next_index(index, dims));
}

std::int64_t place(const Tensor& indices, std::int64_t at, std::int64_t extent) {
    if (indices.is_real()) { throw ShapeFault("the indices are not integers"); }
    const std::int64_t index = indices.integers[static_cast<std::size_t>(at)];
    if (index < -extent || index >= extent) {
        throw ShapeFault("index " + std::to_string(index) + " is outside " + std::to_string(extent));
    }
    return index < 0 ? index + extent : index;
}

template <class T>
T reduced(Reduction reduction, T a, T b) {
    switch (reduction) {
        case Reduction::none:
            return b;
        case Reduction::add:
            return a + b;
        case Reduction::multiply:
            return a * b;
        case Reduction::maximum:
            return a > b ? a : b;
        default:
            return a < b ? a : b;
    }
}

void update(Reduction reduction, Tensor& y, std::int64_t to, const Tensor& updates, std::int64_t from) {
    const auto t = static_cast<std::size_t>(to), f = static_cast<std::size_t>(from);
    if (!y.is_real()) {
        const auto a = static_cast<std::uint64_t>(y.integers[t]), b = static_cast<std::uint64_t>(updates.integers[f]);
        const bool wraps = reduction == Reduction::add || reduction == Reduction::multiply;
        y.integers[t] = wraps ? wrap(y.type, static_cast<std::int64_t>(reduced(reduction, a, b)))
                              : reduced(reduction, y.integers[t], updates.integers[f]);
        return;
    }
    const double a = y.reals[t], b = updates.reals[f];
    y.reals[t] = reduction != Reduction::none && std::isnan(a) ? a : reduced(reduction, a, b);
}

void check_updates(const Tensor& data, const Tensor& updates, const Dims& wanted) {
    if (updates.type != data.type) { throw ShapeFault("data and updates differ in type"); }
    if (updates.dims != wanted) {
        throw ShapeFault("updates " + to_text(updates.dims) + " are not " + to_text(wanted));
    }
}

/// body(first element of the row in data, number of the tuple).
void for_each_row(const Tensor& data, const Tensor& indices, std::size_t batch,
                  const std::function<void(std::int64_t, std::int64_t)>& body) {
    const Dims steps = strides(data.dims);
    const std::int64_t width = indices.dims.back();
    for_each_index(Dims(indices.dims.begin(), indices.dims.end() - 1), [&](const Dims& index, std::int64_t number) {
        std::int64_t row = 0;
        for (std::size_t i = 0; i < batch; ++i) { row += index[i] * steps[i]; }
        for (std::int64_t k = 0; k < width; ++k) {
            const std::size_t axis = batch + static_cast<std::size_t>(k);
            row += place(indices, number * width + k, data.dims[axis]) * steps[axis];
        }
        body(row, number);
    });
}

std::int64_t row_elements(const Tensor& data, const Tensor& indices, std::size_t batch) {
    const auto named = static_cast<std::ptrdiff_t>(batch) + static_cast<std::ptrdiff_t>(indices.dims.back());
    return element_count(Dims(data.dims.begin() + named, data.dims.end()));
}

/// body(element of the data, number of the index).
void for_each_element(const Tensor& data, const Tensor& indices, std::int64_t axis,
                      const std::function<void(std::int64_t, std::int64_t)>& body) {
    check_element_indices(data.dims, indices.dims, axis);
    const std::size_t a = normalise_axis(axis, data.dims.size());
    const Dims steps = strides(data.dims);
    for_each_index(indices.dims, [&](const Dims& index, std::int64_t number) {
        std::int64_t at = 0;
        for (std::size_t i = 0; i < index.size(); ++i) {
            at += (i == a ? place(indices, number, data.dims[a]) : index[i]) * steps[i];
        }
        body(at, number);
    });
}

}  // namespace

Tensor pad(const Pad& op, const Operands& in) {
    const Tensor& x = in.at(0);
    const Padding<Dims> padding = padding_of(in.integers(1), in.maybe_integers(3), x.dims.size());
    Tensor y = allocate(x.type, padded_dims(x.dims, padding));
    const Tensor zero = Tensor::zeros(x.type, {1});
    const Tensor& value = in.maybe(2) != nullptr ? in.at(2) : zero;
    if (value.type != x.type || value.count() != 1) {
        throw ShapeFault("the value of the padding is not one element of the type of the data");
    }
    const Dims steps = strides(x.dims);
    for_each_index(y.dims, [&](const Dims& index, std::int64_t number) {
        std::int64_t from = 0;
        bool inside = true;
        for (std::size_t i = 0; i < index.size(); ++i) {
            const std::int64_t at = padded_source(op.mode, index[i] - padding.begins[i], x.dims[i]);
            inside = inside && at >= 0;
            from += at * steps[i];
        }
        inside ? copy_element(x, from, y, number) : copy_element(value, 0, y, number);
    });
    return y;
}

Tensor tile(const Tensor& x, const Dims& repeats) {
    Tensor y = allocate(x.type, tiled_dims(x.dims, repeats));
    const Dims steps = strides(x.dims);
    for_each_index(y.dims, [&](const Dims& index, std::int64_t number) {
        std::int64_t from = 0;
        for (std::size_t i = 0; i < index.size(); ++i) { from += index[i] % x.dims[i] * steps[i]; }
        copy_element(x, from, y, number);
    });
    return y;
}

Tensor gather_elements(const GatherElements& op, const Tensor& data, const Tensor& indices) {
    Tensor y = allocate(data.type, indices.dims);
    for_each_element(data, indices, op.axis,
                     [&](std::int64_t from, std::int64_t number) { copy_element(data, from, y, number); });
    return y;
}

Tensor gather_nd(const GatherND& op, const Tensor& data, const Tensor& indices) {
    Tensor y = allocate(data.type, gather_nd_dims(data.dims, indices.dims, op.batch_axes));
    const auto batch = static_cast<std::size_t>(op.batch_axes);
    const std::int64_t row = row_elements(data, indices, batch);
    for_each_row(data, indices, batch, [&](std::int64_t from, std::int64_t number) {
        for (std::int64_t i = 0; i < row; ++i) { copy_element(data, from + i, y, number * row + i); }
    });
    return y;
}

Tensor scatter_elements(const ScatterElements& op, const Tensor& data, const Tensor& indices, const Tensor& updates) {
    check_updates(data, updates, indices.dims);
    Tensor y = data;
    for_each_element(data, indices, op.axis,
                     [&](std::int64_t to, std::int64_t number) { update(op.reduction, y, to, updates, number); });
    return y;
}

Tensor scatter_nd(const ScatterND& op, const Tensor& data, const Tensor& indices, const Tensor& updates) {
    check_updates(data, updates, gather_nd_dims(data.dims, indices.dims, 0));
    Tensor y = data;
    const std::int64_t row = row_elements(data, indices, 0);
    for_each_row(data, indices, 0, [&](std::int64_t to, std::int64_t number) {
        for (std::int64_t i = 0; i < row; ++i) { update(op.reduction, y, to + i, updates, number * row + i); }
    });
    return y;
}

}  // namespace tidegate::reference
