// SPDX-License-Identifier: MIT
// Binary, unary, softmax and cast.
#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/ops.h"

namespace tidegate::reference {
namespace {

double compute(BinaryKind kind, double a, double b) {
    switch (kind) {
        case BinaryKind::add:
            return a + b;
        case BinaryKind::subtract:
            return a - b;
        case BinaryKind::multiply:
            return a * b;
        case BinaryKind::divide:
            return a / b;
    }
    throw ShapeFault("a binary operator of this kind is not known");
}

/// Modulo 2^64 (unsigned arithmetic); the caller wraps to the narrower type. Division truncates towards zero.
std::int64_t compute(BinaryKind kind, std::int64_t a, std::int64_t b) {
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(b);
    switch (kind) {
        case BinaryKind::add:
            return static_cast<std::int64_t>(x + y);
        case BinaryKind::subtract:
            return static_cast<std::int64_t>(x - y);
        case BinaryKind::multiply:
            return static_cast<std::int64_t>(x * y);
        case BinaryKind::divide:
            if (b == 0) { throw ShapeFault("division of an integer by zero"); }
            return b == -1 ? static_cast<std::int64_t>(0 - x) : a / b;
    }
    throw ShapeFault("a binary operator of this kind is not known");
}

/// Where element `index` of a broadcast result lies in an operand of shape `dims`: axes of extent 1 do not move.
std::int64_t broadcast_offset(const Dims& index, const Dims& dims, const Dims& steps) {
    const std::size_t extra = index.size() - dims.size();
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (dims[i] != 1) { offset += index[extra + i] * steps[i]; }
    }
    return offset;
}

struct Limits {
    std::int64_t low;
    std::int64_t high;
};

Limits limits_of(ElementType type) {
    switch (type) {
        case ElementType::i32:
            return {INT32_MIN, INT32_MAX};
        case ElementType::u8:
            return {0, UINT8_MAX};
        case ElementType::i8:
            return {INT8_MIN, INT8_MAX};
        default:
            return {INT64_MIN, INT64_MAX};
    }
}

/// Towards zero. Outside the type's range, where ONNX leaves the result open: the nearest value, 0 for NaN.
std::int64_t truncated(double x, ElementType to) {
    const Limits limits = limits_of(to);
    if (std::isnan(x)) { return 0; }
    if (x <= static_cast<double>(limits.low)) { return limits.low; }
    if (x >= static_cast<double>(limits.high)) { return limits.high; }
    return static_cast<std::int64_t>(x);
}

}  // namespace

std::int64_t wrap(ElementType type, std::int64_t value) {
    switch (type) {
        case ElementType::i32:
            return static_cast<std::int32_t>(value);
        case ElementType::u8:
            return static_cast<std::uint8_t>(value);
        case ElementType::i8:
            return static_cast<std::int8_t>(value);
        case ElementType::boolean:
            return value != 0 ? 1 : 0;
        default:
            return value;
    }
}

Tensor binary(BinaryKind kind, const Tensor& a, const Tensor& b) {
    if (a.type != b.type || a.type == ElementType::boolean) {
        throw ShapeFault(std::string("has operands of types ") + name_of(a.type) + " and " + name_of(b.type));
    }
    Tensor y = allocate(a.type, broadcast_dims(a.dims, b.dims));
    if (y.count() == 0) { return y; }
    const Dims a_strides = strides(a.dims);
    const Dims b_strides = strides(b.dims);
    Dims index(y.dims.size());
    std::size_t n = 0;
    do {
        const auto i = static_cast<std::size_t>(broadcast_offset(index, a.dims, a_strides));
        const auto j = static_cast<std::size_t>(broadcast_offset(index, b.dims, b_strides));
        if (y.is_real()) {
            y.reals[n] = compute(kind, a.reals[i], b.reals[j]);
        } else {
            y.integers[n] = wrap(y.type, compute(kind, a.integers[i], b.integers[j]));
        }
        ++n;
    } while (next_index(index, y.dims));
    return y;
}

Tensor unary(const Function& function, const Tensor& x) {
    Tensor y = x;
    if (x.is_real()) {
        for (double& value : y.reals) { value = apply(function, value); }
    } else if (function.kind == UnaryKind::relu && x.type != ElementType::boolean) {
        for (std::int64_t& value : y.integers) { value = std::max(value, std::int64_t{0}); }
    } else {
        throw ShapeFault(std::string("has an operand of type ") + name_of(x.type));
    }
    return y;
}

/// y = exp(x - m) / sum exp(x - m), or x - m - log(sum exp(x - m)), with m the maximum along the axis.
Tensor softmax(const Softmax& op, const Tensor& x) {
    const std::size_t axis = normalise_axis(op.axis, x.dims.size());
    const auto step = static_cast<std::size_t>(strides(x.dims)[axis]);
    const auto extent = static_cast<std::size_t>(x.dims[axis]);
    Tensor y = x;
    for (std::size_t first = 0; first < x.reals.size(); ++first) {
        if (first / step % extent != 0) { continue; }  // not the first element along the axis
        double maximum = -std::numeric_limits<double>::infinity();
        for (std::size_t k = 0; k < extent; ++k) { maximum = std::max(maximum, x.reals[first + k * step]); }
        double sum = 0;
        for (std::size_t k = 0; k < extent; ++k) { sum += std::exp(x.reals[first + k * step] - maximum); }
        for (std::size_t k = 0; k < extent; ++k) {
            const double shifted = x.reals[first + k * step] - maximum;
            y.reals[first + k * step] = op.log ? shifted - std::log(sum) : std::exp(shifted) / sum;
        }
    }
    return y;
}

Tensor cast(const Tensor& x, ElementType to) {
    if (x.type == to) { return x; }
    Tensor y = allocate(to, x.dims);
    const auto count = static_cast<std::size_t>(x.count());
    for (std::size_t i = 0; i < count; ++i) {
        if (to == ElementType::f32) {
            y.reals[i] = static_cast<double>(static_cast<float>(x.integers[i]));
        } else if (!x.is_real()) {
            y.integers[i] = wrap(to, x.integers[i]);
        } else {
            y.integers[i] = to == ElementType::boolean ? (x.reals[i] != 0 ? 1 : 0) : truncated(x.reals[i], to);
        }
    }
    return y;
}

}  // namespace tidegate::reference
