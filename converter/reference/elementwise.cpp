// SPDX-License-Identifier: MIT
// Binary, unary, softmax and cast.
#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/ops.h"

namespace tidegate::reference {
namespace {

/// A remainder with the sign of the divisor.
template <class T>
T modulo(T rest, T divisor) {
    return rest != 0 && (rest < 0) != (divisor < 0) ? rest + divisor : rest;
}

template <class T>
bool is_true(BinaryKind kind, T a, T b) {
    switch (kind) {
        case BinaryKind::equal:
            return a == b;
        case BinaryKind::less:
            return a < b;
        case BinaryKind::less_or_equal:
            return a <= b;
        case BinaryKind::logical_and:
            return a != 0 && b != 0;
        case BinaryKind::logical_or:
            return a != 0 || b != 0;
        case BinaryKind::logical_xor:
            return (a != 0) != (b != 0);
        default:
            throw ShapeFault("a binary operator of this kind is not known");
    }
}

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
        case BinaryKind::minimum:
            return std::isnan(a) || a < b ? a : b;
        case BinaryKind::maximum:
            return std::isnan(a) || a > b ? a : b;
        case BinaryKind::slope:
            return a < 0 ? a * b : a;
        case BinaryKind::power:
            return std::pow(a, b);
        case BinaryKind::modulo:
            return modulo(std::fmod(a, b), b);
        case BinaryKind::remainder:
            return std::fmod(a, b);
        default:
            return is_true(kind, a, b);
    }
}

/// Modulo 2^64; negative exponents truncate towards zero.
std::int64_t integer_power(std::int64_t a, std::int64_t b) {
    if (b < 0) { return a == 1 || (a == -1 && b % 2 == 0) ? 1 : a == -1 ? -1 : 0; }
    std::uint64_t result = 1, square = static_cast<std::uint64_t>(a);
    for (; b != 0; b >>= 1, square *= square) { result *= (b & 1) != 0 ? square : 1; }
    return static_cast<std::int64_t>(result);
}

std::int64_t integer_remainder(std::int64_t a, std::int64_t b) {
    if (b == 0) { throw ShapeFault("the remainder of an integer divided by zero"); }
    return b == -1 ? 0 : a % b;
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
        case BinaryKind::minimum:
            return std::min(a, b);
        case BinaryKind::maximum:
            return std::max(a, b);
        case BinaryKind::slope:
            return a < 0 ? static_cast<std::int64_t>(x * y) : a;
        case BinaryKind::power:
            return integer_power(a, b);
        case BinaryKind::modulo:
            return modulo(integer_remainder(a, b), b);
        case BinaryKind::remainder:
            return integer_remainder(a, b);
        default:
            return is_true(kind, a, b);
    }
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

/// body(element of y, offsets in each of the operands), row-major; all broadcast to y.
template <class Body>
void for_each_broadcast(const Tensor& y, const std::vector<const Tensor*>& operands, Body body) {
    if (y.count() == 0) { return; }
    std::vector<Dims> steps;
    steps.reserve(operands.size());
    for (const Tensor* operand : operands) { steps.push_back(strides(operand->dims)); }
    std::vector<std::size_t> at(operands.size());
    Dims index(y.dims.size());
    std::size_t n = 0;
    do {
        for (std::size_t i = 0; i < at.size(); ++i) {
            at[i] = static_cast<std::size_t>(broadcast_offset(index, operands[i]->dims, steps[i]));
        }
        body(n++, at);
    } while (next_index(index, y.dims));
}

/// The base's type is the result's; an exponent of another type is converted, or computed with as a real.
Tensor power(const Tensor& a, const Tensor& b) {
    if (a.is_real()) { return binary(BinaryKind::power, a, cast(b, ElementType::f32)); }
    if (!b.is_real()) { return binary(BinaryKind::power, a, cast(b, a.type)); }
    return cast(binary(BinaryKind::power, cast(a, ElementType::f32), b), a.type);
}

Tensor binary(BinaryKind kind, const Tensor& a, const Tensor& b) {
    if (kind == BinaryKind::power && a.type != b.type) { return power(a, b); }
    const bool is_logical = kind >= BinaryKind::logical_and;
    const bool is_boolean = a.type == ElementType::boolean;
    if (a.type != b.type || (is_logical ? !is_boolean : is_boolean && kind != BinaryKind::equal)) {
        throw ShapeFault(std::string("has operands of types ") + name_of(a.type) + " and " + name_of(b.type));
    }
    Tensor y = allocate(is_truth(kind) ? ElementType::boolean : a.type, broadcast_dims(a.dims, b.dims));
    for_each_broadcast(y, {&a, &b}, [&](std::size_t n, const std::vector<std::size_t>& at) {
        if (!a.is_real()) {
            y.integers[n] = wrap(y.type, compute(kind, a.integers[at[0]], b.integers[at[1]]));
        } else if (y.is_real()) {
            y.reals[n] = compute(kind, a.reals[at[0]], b.reals[at[1]]);
        } else {
            y.integers[n] = is_true(kind, a.reals[at[0]], b.reals[at[1]]);
        }
    });
    return y;
}

Tensor select(const Tensor& condition, const Tensor& a, const Tensor& b) {
    if (condition.type != ElementType::boolean || a.type != b.type) {
        throw ShapeFault(std::string("has operands of types ") + name_of(condition.type) + ", " + name_of(a.type) +
                         " and " + name_of(b.type));
    }
    Tensor y = allocate(a.type, broadcast_dims(condition.dims, broadcast_dims(a.dims, b.dims)));
    for_each_broadcast(y, {&condition, &a, &b}, [&](std::size_t n, const std::vector<std::size_t>& at) {
        const bool yes = condition.integers[at[0]] != 0;
        copy_element(yes ? a : b, static_cast<std::int64_t>(yes ? at[1] : at[2]), y, static_cast<std::int64_t>(n));
    });
    return y;
}

std::int64_t apply(UnaryKind kind, std::int64_t x) {
    switch (kind) {
        case UnaryKind::relu:
            return std::max(x, std::int64_t{0});
        case UnaryKind::absolute:
            return x < 0 ? compute(BinaryKind::subtract, std::int64_t{0}, x) : x;
        case UnaryKind::negate:
            return compute(BinaryKind::subtract, std::int64_t{0}, x);
        case UnaryKind::sign:
            return (x > 0) - (x < 0);
        default:
            throw ShapeFault("has an operand of an integer type");
    }
}

Tensor unary(const Function& function, const Tensor& x) {
    Tensor y = x;
    if (x.is_real()) {
        for (double& value : y.reals) { value = apply(function, value); }
    } else if (x.type != ElementType::boolean) {
        for (std::int64_t& value : y.integers) { value = wrap(x.type, apply(function.kind, value)); }
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
