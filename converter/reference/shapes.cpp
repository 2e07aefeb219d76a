// SPDX-License-Identifier: MIT
#include "reference/shapes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "reference/shape_parts.h"

namespace tidegate {
namespace {

std::string in_rank(const char* what, std::int64_t value, std::size_t rank) {
    return std::string(what) + " " + std::to_string(value) + " is outside rank " + std::to_string(rank);
}

/// Is a <= b for no value of the symbols, as far as can be told?
bool never_at_most(std::int64_t a, std::int64_t b) { return a > b; }
bool never_at_most(const Extent& a, const Extent& b) { return always_at_most(b + 1, a); }

/// [first, last) of dims.
template <class S>
S part(const S& dims, std::size_t first, std::size_t last) {
    return S(dims.begin() + static_cast<std::ptrdiff_t>(first), dims.begin() + static_cast<std::ptrdiff_t>(last));
}

}  // namespace

std::size_t normalise_axis(std::int64_t axis, std::size_t rank) {
    const auto r = static_cast<std::int64_t>(rank);
    require(axis >= -r && axis < r, in_rank("axis", axis, rank));
    return static_cast<std::size_t>(axis < 0 ? axis + r : axis);
}

std::vector<std::size_t> normalise_axes(const std::vector<std::int64_t>& axes, std::size_t rank) {
    std::vector<std::size_t> result;
    for (const std::int64_t axis : axes) {
        const std::size_t a = normalise_axis(axis, rank);
        require(std::find(result.begin(), result.end(), a) == result.end(),
                "axis " + std::to_string(axis) + " is named twice");
        result.push_back(a);
    }
    return result;
}

template <class S>
S strides(const S& dims) {
    S result(dims.size());
    typename S::value_type stride = 1;
    for (std::size_t i = dims.size(); i-- > 0;) {
        result[i] = stride;
        stride = stride * dims[i];
    }
    return result;
}

template <class S>
S broadcast_dims(const S& a, const S& b) {
    using E = typename S::value_type;
    S result(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < result.size(); ++i) {  // i counts from the last axis
        const E x = i < a.size() ? a[a.size() - 1 - i] : E(1);
        const E y = i < b.size() ? b[b.size() - 1 - i] : E(1);
        require(x == y || x == E(1) || y == E(1),
                "shapes " + to_text(a) + " and " + to_text(b) + " do not broadcast" + at_every_length(S{x, y}));
        result[result.size() - 1 - i] = x == E(1) ? y : x;
    }
    return result;
}

template <class S>
bool broadcasts_to(const S& from, const S& to) {
    if (from.size() > to.size()) { return false; }
    const std::size_t extra = to.size() - from.size();
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!(from[i] == 1) && !(from[i] == to[extra + i])) { return false; }
    }
    return true;
}

template <class S>
S matmul_dims(const S& a, const S& b) {
    require(!a.empty() && !b.empty(), "a matrix product needs operands of rank 1 or more");
    const S left = a.size() == 1 ? S{1, a[0]} : a;
    const S right = b.size() == 1 ? S{b[0], 1} : b;
    require(left.back() == right[right.size() - 2], "shapes " + to_text(a) + " and " + to_text(b) + " do not multiply" +
                                                        at_every_length(S{left.back(), right[right.size() - 2]}));
    S result = broadcast_dims(part(left, 0, left.size() - 2), part(right, 0, right.size() - 2));
    if (a.size() > 1) { result.push_back(left[left.size() - 2]); }
    if (b.size() > 1) { result.push_back(right.back()); }
    return result;
}

template <class S>
S concat_dims(const std::vector<S>& parts, std::int64_t axis) {
    require(!parts.empty(), "there is nothing to concatenate");
    S result = parts.front();
    const std::size_t a = normalise_axis(axis, result.size());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        S other = parts[i];
        require(other.size() == result.size(), "ranks of " + to_text(parts[0]) + " and " + to_text(other) + " differ");
        const auto extent = other[a];
        other[a] = result[a];
        require(other == result, "shapes " + to_text(parts[0]) + " and " + to_text(parts[i]) + " differ beside axis " +
                                     std::to_string(a) + at_every_length(other, result));
        result[a] += extent;
    }
    return result;
}

template <class S>
S gather_dims(const S& data, const S& indices, std::int64_t axis) {
    const std::size_t a = normalise_axis(axis, data.size());
    S result = part(data, 0, a);
    result.insert(result.end(), indices.begin(), indices.end());
    result.insert(result.end(), data.begin() + static_cast<std::ptrdiff_t>(a) + 1, data.end());
    return result;
}

std::vector<std::size_t> full_permutation(const std::vector<std::int64_t>& perm, std::size_t rank) {
    std::vector<std::size_t> result(rank);
    if (perm.empty()) {
        std::iota(result.rbegin(), result.rend(), std::size_t{0});
        return result;
    }
    require(perm.size() == rank, "perm has " + std::to_string(perm.size()) + " axes for rank " + std::to_string(rank));
    return normalise_axes(perm, rank);
}

template <class S>
S transpose_dims(const S& dims, const std::vector<std::int64_t>& perm) {
    S result;
    for (const std::size_t axis : full_permutation(perm, dims.size())) { result.push_back(dims[axis]); }
    return result;
}

template <class S>
S reshape_dims(const S& dims, const S& shape, bool allow_zero) {
    using E = typename S::value_type;
    constexpr std::size_t kMostAxes = 64;  // before texts are made of them
    if (shape.size() > kMostAxes) {
        throw ShapeFault("a shape of " + std::to_string(shape.size()) + " axes; 64 are supported");
    }
    const std::string what = "shape " + to_text(dims) + " cannot become " + to_text(shape);
    S result = shape;
    std::size_t inferred = shape.size();
    for (std::size_t i = 0; i < shape.size(); ++i) {
        require(is_number(shape[i]) || always_at_most(E(1), shape[i]),
                what + ": " + to_text(Extent(shape[i])) + " may be below 1, which means something else" +
                    at_every_length(S{shape[i]}));
        require(always_at_most(E(-1), shape[i]), what);
        if (shape[i] == E(-1)) {
            require(inferred == shape.size(), what + ": more than one -1");
            inferred = i;
            result[i] = 1;
        } else if (shape[i] == E(0) && !allow_zero) {
            require(i < dims.size(), what + ": 0 copies an axis that is not there");
            result[i] = dims[i];
        }
    }
    const E count = element_count(dims);
    const E known = element_count(result);
    if (inferred == shape.size()) {
        require(known == count, what + at_every_length(dims, shape));
        return result;
    }
    require(!(known == E(0)), what);
    try {
        result[inferred] = exact_divide(count, known);
    } catch (const ShapeFault& fault) { throw ShapeFault(what + ": " + fault.what()); }
    return result;
}

template <class S>
S flatten_dims(const S& dims, std::int64_t axis) {
    const auto rank = static_cast<std::int64_t>(dims.size());
    require(axis >= -rank && axis <= rank, in_rank("axis", axis, dims.size()));
    const auto a = static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
    return {element_count(part(dims, 0, a)), element_count(part(dims, a, dims.size()))};
}

template <class S>
S squeeze_dims(const S& dims, const std::vector<std::int64_t>* axes) {
    std::vector<bool> gone(dims.size());
    if (axes == nullptr) {
        require(std::none_of(dims.begin(), dims.end(), [](const auto& extent) { return !is_number(extent); }),
                "without axes the rank of the result depends on whether an extent of " + to_text(dims) +
                    " is 1; name the axes in the model, or " + how_to_bind(dims));
        for (std::size_t i = 0; i < dims.size(); ++i) { gone[i] = dims[i] == 1; }
    } else {
        for (const std::size_t axis : normalise_axes(*axes, dims.size())) {
            require(dims[axis] == 1, "axis " + std::to_string(axis) + " of " + to_text(dims) + " is not 1" +
                                         at_every_length(S{dims[axis]}));
            gone[axis] = true;
        }
    }
    S result;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (!gone[i]) { result.push_back(dims[i]); }
    }
    return result;
}

template <class S>
S unsqueeze_dims(const S& dims, const std::vector<std::int64_t>& axes) {
    std::vector<bool> added(dims.size() + axes.size());
    for (const std::size_t axis : normalise_axes(axes, added.size())) { added[axis] = true; }
    S result;
    result.reserve(added.size());
    auto next = dims.begin();
    for (const bool is_new : added) { result.push_back(is_new ? typename S::value_type(1) : *next++); }
    return result;
}

template <class S>
S split_sizes(const typename S::value_type& extent, const S* sizes, std::size_t parts) {
    using E = typename S::value_type;
    require(parts > 0, "there is nothing to split into");
    const E n = static_cast<std::int64_t>(parts);
    const std::string whole = to_text(Extent(extent));
    if (sizes == nullptr) {
        const E each = floor_divide(extent + n - E(1), n);
        S result(parts, each);
        result.back() = extent - each * (n - E(1));
        require(!never_at_most(E(0), result.back()),
                whole + " elements cannot be split into " + std::to_string(parts) + at_every_length(S{extent}));
        return result;
    }
    require(sizes->size() == parts,
            "split names " + std::to_string(sizes->size()) + " sizes for " + std::to_string(parts) + " outputs");
    E left = extent;
    for (const E& size : *sizes) {
        require(!never_at_most(E(0), size) && !never_at_most(size, left),
                "split " + to_text(*sizes) + " does not fit " + whole + at_every_length(*sizes, S{extent}));
        left = left - size;
    }
    require(left == E(0),
            "split " + to_text(*sizes) + " does not add up to " + whole + at_every_length(*sizes, S{extent}));
    return *sizes;
}

std::int64_t range_count(double start, double limit, double delta) {
    require(delta != 0, "the step of a range is 0");
    const double count = std::ceil((limit - start) / delta);
    require(count < 0x1p40, "a range of this length is too long");  // also false for NaN
    return static_cast<std::int64_t>(std::max(count, 0.0));
}

std::int64_t range_count(std::int64_t start, std::int64_t limit, std::int64_t delta) {
    require(delta != 0, "the step of a range is 0");
    if (delta > 0 ? start >= limit : start <= limit) { return 0; }
    // The distance of two int64 fits uint64.
    const auto high = static_cast<std::uint64_t>(delta > 0 ? limit : start);
    const auto low = static_cast<std::uint64_t>(delta > 0 ? start : limit);
    const std::uint64_t step = delta > 0 ? static_cast<std::uint64_t>(delta) : 0 - static_cast<std::uint64_t>(delta);
    const std::uint64_t count = (high - low - 1) / step + 1;
    require(count < (std::uint64_t{1} << 40), "a range of this length is too long");
    return static_cast<std::int64_t>(count);
}

Extent range_count(const Extent& start, const Extent& limit, std::int64_t delta) {
    require(delta != 0, "the step of a range is 0");
    const std::int64_t step = delta < 0 ? -delta : delta;
    const Extent distance = delta < 0 ? start - limit : limit - start;
    return maximum(floor_divide(distance + (step - 1), step), Extent(0));
}

#define TIDEGATE_RULES_ON(S)                                               \
    template S strides(const S&);                                          \
    template S broadcast_dims(const S&, const S&);                         \
    template bool broadcasts_to(const S&, const S&);                       \
    template S matmul_dims(const S&, const S&);                            \
    template S concat_dims(const std::vector<S>&, std::int64_t);           \
    template S gather_dims(const S&, const S&, std::int64_t);              \
    template S transpose_dims(const S&, const std::vector<std::int64_t>&); \
    template S reshape_dims(const S&, const S&, bool);                     \
    template S flatten_dims(const S&, std::int64_t);                       \
    template S squeeze_dims(const S&, const std::vector<std::int64_t>*);   \
    template S unsqueeze_dims(const S&, const std::vector<std::int64_t>&); \
    template S split_sizes(const S::value_type&, const S*, std::size_t);
TIDEGATE_RULES_ON(Dims)
TIDEGATE_RULES_ON(Extents)
#undef TIDEGATE_RULES_ON

}  // namespace tidegate
