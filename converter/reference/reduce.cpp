// SPDX-License-Identifier: MIT
// Operators along axes.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "reference/ops.h"

namespace tidegate::reference {
namespace {

std::int64_t wrapped(std::uint64_t value) { return static_cast<std::int64_t>(value); }
std::int64_t joined(std::int64_t a, std::int64_t b, ReduceKind kind) {
    const auto ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
    return kind == ReduceKind::minimum   ? std::min(a, b)
           : kind == ReduceKind::maximum ? std::max(a, b)
           : kind == ReduceKind::product ? wrapped(ua * ub)
                                         : wrapped(ua + ub);
}

/// minimum and maximum: NaN if one is.
double joined(double a, double b, ReduceKind kind) {
    const bool orders = kind == ReduceKind::minimum || kind == ReduceKind::maximum;
    if (orders && (std::isnan(a) || std::isnan(b))) { return std::numeric_limits<double>::quiet_NaN(); }
    return kind == ReduceKind::minimum   ? std::min(a, b)
           : kind == ReduceKind::maximum ? std::max(a, b)
           : kind == ReduceKind::product ? a * b
                                         : a + b;
}

template <class T>
void reduce_elements(const std::vector<T>& x, std::vector<T>& y, const std::vector<std::size_t>& places,
                     ReduceKind kind) {
    std::vector<std::size_t> counts(y.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t to = places[i];
        y[to] = counts[to]++ == 0 ? x[i] : joined(y[to], x[i], kind);
    }
    for (std::size_t i = 0; i < y.size(); ++i) {
        if (counts[i] == 0) {
            if (kind != ReduceKind::sum && kind != ReduceKind::product) { throw ShapeFault("nothing is reduced"); }
            y[i] = kind == ReduceKind::product ? T{1} : T{0};
        } else if (kind == ReduceKind::mean) {
            y[i] /= static_cast<T>(counts[i]);
        }
    }
}

/// x as [outer, n, inner].
struct Line {
    std::size_t n, inner, outer;
    Line(const Tensor& x, std::size_t axis)
        : n(static_cast<std::size_t>(x.dims[axis])),
          inner(static_cast<std::size_t>(strides(x.dims)[axis])),
          outer(static_cast<std::size_t>(x.count()) / std::max<std::size_t>(1, n * inner)) {}
    /// body(first, number) for each line along the axis.
    template <class Body>
    void for_each(Body body) const {
        for (std::size_t i = 0; i < outer * inner; ++i) { body(i / inner * n * inner + i % inner, i); }
    }
};

template <class T>
void cum_sum_elements(std::vector<T>& y, const Line& line, const CumSum& op) {
    const std::vector<T> x = y;
    line.for_each([&](std::size_t first, std::size_t) {
        T total = 0;
        for (std::size_t k = 0; k < line.n; ++k) {
            const std::size_t at = first + (op.reverse ? line.n - 1 - k : k) * line.inner;
            const T next = joined(total, x[at], ReduceKind::sum);
            y[at] = op.exclusive ? total : next;
            total = next;
        }
    });
}

/// The positions of a line's elements, best first.
template <class T>
std::vector<std::size_t> ordered(const std::vector<T>& x, std::size_t first, const Line& line, bool largest) {
    std::vector<std::size_t> order(line.n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
        const T a = x[first + i * line.inner], b = x[first + j * line.inner];
        if (a != a || b != b) { return a != a && b == b; }
        return largest ? a > b : a < b;
    });
    return order;
}
std::vector<std::size_t> ordered(const Tensor& x, std::size_t first, const Line& line, bool largest) {
    return x.is_real() ? ordered(x.reals, first, line, largest) : ordered(x.integers, first, line, largest);
}

}  // namespace

Tensor reduce(const Reduce& op, const Tensor& x, const std::vector<std::int64_t>* axes) {
    const std::vector<bool> reduced = reduced_axes(op, axes, x.dims.size());
    Tensor y = allocate(x.type, reduced_dims(x.dims, reduced, op.keep));
    const std::vector<std::size_t> places = reduced_places(x.dims, reduced);
    if (x.is_real()) {
        reduce_elements(x.reals, y.reals, places, op.kind);
    } else {
        reduce_elements(x.integers, y.integers, places, op.kind);
        for (std::int64_t& value : y.integers) { value = wrap(x.type, value); }
    }
    return y;
}

Tensor extreme(const Extreme& op, const Tensor& x) {
    const std::size_t axis = normalise_axis(op.axis, x.dims.size());
    std::vector<bool> reduced(x.dims.size());
    reduced[axis] = true;
    Tensor y = allocate(ElementType::i64, reduced_dims(x.dims, reduced, op.keep));
    const Line line(x, axis);
    if (line.n == 0) { throw ShapeFault("nothing is reduced"); }
    line.for_each([&](std::size_t first, std::size_t i) {
        const std::vector<std::size_t> order = ordered(x, first, line, op.largest);
        std::size_t best = order[0];
        const auto is_equal = [&](std::size_t a, std::size_t b) {
            if (!x.is_real()) { return x.integers[a] == x.integers[b]; }
            return x.reals[a] == x.reals[b] || (std::isnan(x.reals[a]) && std::isnan(x.reals[b]));
        };
        for (const std::size_t other : order) {
            if (op.last && is_equal(first + best * line.inner, first + other * line.inner)) { best = other; }
        }
        y.integers[i] = static_cast<std::int64_t>(best);
    });
    return y;
}

Tensor cum_sum(const CumSum& op, const Tensor& x, const Tensor& axis) {
    if (axis.is_real() || axis.integers.size() != 1) { throw ShapeFault("the axis is not a scalar"); }
    const Line line(x, normalise_axis(axis.integers[0], x.dims.size()));
    Tensor y = x;
    if (x.is_real()) {
        cum_sum_elements(y.reals, line, op);
    } else {
        cum_sum_elements(y.integers, line, op);
        for (std::int64_t& value : y.integers) { value = wrap(x.type, value); }
    }
    return y;
}

std::vector<Tensor> top_k(const TopK& op, const Tensor& x, const Tensor& k) {
    if (k.is_real() || k.integers.size() != 1) { throw ShapeFault("k is not a scalar"); }
    const std::size_t axis = normalise_axis(op.axis, x.dims.size());
    const Line line(x, axis);
    const std::int64_t count = k.integers[0];
    if (count < 0 || count > x.dims[axis]) {
        throw ShapeFault("k is " + std::to_string(count) + ", of " + std::to_string(x.dims[axis]));
    }
    Dims dims = x.dims;
    dims[axis] = count;
    Tensor values = allocate(x.type, dims), indices = allocate(ElementType::i64, dims);
    line.for_each([&](std::size_t first, std::size_t i) {
        const std::vector<std::size_t> order = ordered(x, first, line, op.largest);
        for (std::size_t place = 0; place < static_cast<std::size_t>(count); ++place) {
            const std::size_t to =
                i / line.inner * static_cast<std::size_t>(count) * line.inner + i % line.inner + place * line.inner;
            const std::size_t from = first + order[place] * line.inner;
            copy_element(x, static_cast<std::int64_t>(from), values, static_cast<std::int64_t>(to));
            indices.integers[to] = static_cast<std::int64_t>(order[place]);
        }
    });
    return {std::move(values), std::move(indices)};
}

}  // namespace tidegate::reference
