// SPDX-License-Identifier: MIT
// The operators that move elements without computing.
#include <algorithm>
#include <functional>

#include "reference/ops.h"

namespace tidegate::reference {
namespace {

/// y[index] = x at the row-major offset source(index).
Tensor pick(const Tensor& x, const Dims& dims, const std::function<std::int64_t(const Dims&)>& source) {
    Tensor y = allocate(x.type, dims);
    if (y.count() == 0) { return y; }
    Dims index(dims.size());
    std::int64_t to = 0;
    do { copy_element(x, source(index), y, to++); } while (next_index(index, dims));
    return y;
}

template <class T>
T scalar(const std::vector<T>& values) {
    if (values.size() != 1) { throw ShapeFault("start, limit and delta of a range are scalars of one type"); }
    return values.front();
}

}  // namespace

Tensor concat(const std::vector<const Tensor*>& parts, std::int64_t axis) {
    std::vector<Dims> shapes;
    for (const Tensor* part : parts) {
        if (part == nullptr || part->type != parts.front()->type) { throw ShapeFault("parts differ in type"); }
        shapes.push_back(part->dims);
    }
    Tensor y = allocate(parts.empty() ? ElementType::f32 : parts.front()->type, concat_dims(shapes, axis));
    const std::size_t a = normalise_axis(axis, y.dims.size());
    const Dims y_strides = strides(y.dims);
    std::int64_t before = 0;  // extents of the parts before, along the axis
    for (const Tensor* part : parts) {
        Dims index(part->dims.size());
        for (std::int64_t from = 0; from < part->count(); ++from, next_index(index, part->dims)) {
            std::int64_t to = before * y_strides[a];
            for (std::size_t i = 0; i < index.size(); ++i) { to += index[i] * y_strides[i]; }
            copy_element(*part, from, y, to);
        }
        before += part->dims[a];
    }
    return y;
}

Tensor slice(const Tensor& x, const std::vector<SliceRange<std::int64_t>>& ranges) {
    const Dims steps = strides(x.dims);
    return pick(x, dims_of(ranges), [&](const Dims& index) {
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < index.size(); ++i) {
            offset += (ranges[i].start + index[i] * ranges[i].step) * steps[i];
        }
        return offset;
    });
}

std::vector<Tensor> split(const Tensor& x, std::int64_t axis, const std::vector<std::int64_t>& sizes) {
    std::vector<Tensor> parts;
    std::int64_t start = 0;
    for (const std::int64_t size : sizes) {
        const std::vector<std::int64_t> axes{axis};
        parts.push_back(slice(x, slice_ranges(x.dims, {start}, {start + size}, &axes, nullptr)));
        start += size;
    }
    return parts;
}

/// y[i.., j.., k..] = data[i.., indices[j..], k..]; a negative index counts from the end.
Tensor gather(const Tensor& data, const Tensor& indices, std::int64_t axis) {
    if (indices.is_real()) { throw ShapeFault("the indices are not integers"); }
    const std::size_t a = normalise_axis(axis, data.dims.size());
    const Dims data_strides = strides(data.dims);
    const Dims index_strides = strides(indices.dims);
    const std::size_t index_rank = indices.dims.size();
    return pick(data, gather_dims(data.dims, indices.dims, axis), [&](const Dims& index) {
        std::int64_t at = 0;
        for (std::size_t j = 0; j < index_rank; ++j) { at += index[a + j] * index_strides[j]; }
        std::int64_t chosen = indices.integers[static_cast<std::size_t>(at)];
        if (chosen < -data.dims[a] || chosen >= data.dims[a]) {
            throw ShapeFault("index " + std::to_string(chosen) + " is outside " + std::to_string(data.dims[a]));
        }
        if (chosen < 0) { chosen += data.dims[a]; }
        std::int64_t offset = chosen * data_strides[a];
        for (std::size_t i = 0; i < a; ++i) { offset += index[i] * data_strides[i]; }
        for (std::size_t k = a + 1; k < data.dims.size(); ++k) {
            offset += index[k - 1 + index_rank] * data_strides[k];
        }
        return offset;
    });
}

Tensor with_dims(const Tensor& x, Dims dims) {
    Tensor y = x;
    y.dims = std::move(dims);
    return y;
}

Tensor transpose(const Tensor& x, const std::vector<std::int64_t>& perm) {
    const std::vector<std::size_t> axes = full_permutation(perm, x.dims.size());
    const Dims steps = strides(x.dims);
    return pick(x, transpose_dims(x.dims, perm), [&](const Dims& index) {
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < index.size(); ++i) { offset += index[i] * steps[axes[i]]; }
        return offset;
    });
}

Tensor expand(const Tensor& x, const Dims& shape) {
    const Dims dims = broadcast_dims(x.dims, shape);
    const Dims steps = strides(x.dims);
    const std::size_t extra = dims.size() - x.dims.size();
    return pick(x, dims, [&](const Dims& index) {
        std::int64_t offset = 0;
        for (std::size_t i = 0; i < x.dims.size(); ++i) {
            if (x.dims[i] != 1) { offset += index[extra + i] * steps[i]; }
        }
        return offset;
    });
}

/// dims[start:end], with Python's rules for negative and large bounds.
Tensor shape(const Shape& op, const Tensor& x) {
    const auto rank = static_cast<std::int64_t>(x.dims.size());
    const auto bound = [rank](std::int64_t b) { return std::clamp<std::int64_t>(b < 0 ? b + rank : b, 0, rank); };
    const std::int64_t start = bound(op.start);
    const std::int64_t end = std::max(start, bound(op.end));
    return Tensor::of_i64({end - start}, Dims(x.dims.begin() + start, x.dims.begin() + end));
}

Tensor constant_of_shape(const Tensor& value, const Dims& dims) {
    if (value.count() != 1) { throw ShapeFault("the value has " + std::to_string(value.count()) + " elements, not 1"); }
    return pick(value, dims, [](const Dims&) { return std::int64_t{0}; });
}

/// y[i] = start + i delta.
Tensor range(const Tensor& start, const Tensor& limit, const Tensor& delta) {
    if (start.type != limit.type || start.type != delta.type || start.type == ElementType::boolean) {
        throw ShapeFault("start, limit and delta of a range are scalars of one type");
    }
    if (start.is_real()) {
        const double first = scalar(start.reals);
        const double step = scalar(delta.reals);
        Tensor y = allocate(start.type, {range_count(first, scalar(limit.reals), step)});
        for (std::size_t i = 0; i < y.reals.size(); ++i) { y.reals[i] = first + static_cast<double>(i) * step; }
        return y;
    }
    const std::int64_t first = scalar(start.integers);
    const std::int64_t step = scalar(delta.integers);
    Tensor y = allocate(start.type, {range_count(first, scalar(limit.integers), step)});
    for (std::size_t i = 0; i < y.integers.size(); ++i) {
        y.integers[i] = first + static_cast<std::int64_t>(i) * step;  // below limit: no overflow
    }
    return y;
}

}  // namespace tidegate::reference
