// SPDX-License-Identifier: MIT
#include "reference/shapes.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace tidegate {
namespace {

void require(bool ok, const std::string& what) {
    if (!ok) { throw ShapeFault(what); }
}

std::string in_rank(const char* what, std::int64_t value, std::size_t rank) {
    return std::string(what) + " " + std::to_string(value) + " is outside rank " + std::to_string(rank);
}

/// [first, last) of dims.
Dims part(const Dims& dims, std::size_t first, std::size_t last) {
    return Dims(dims.begin() + static_cast<std::ptrdiff_t>(first), dims.begin() + static_cast<std::ptrdiff_t>(last));
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

Dims strides(const Dims& dims) {
    Dims result(dims.size());
    std::int64_t stride = 1;
    for (std::size_t i = dims.size(); i-- > 0;) {
        result[i] = stride;
        stride *= dims[i];
    }
    return result;
}

Dims broadcast_dims(const Dims& a, const Dims& b) {
    Dims result(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < result.size(); ++i) {  // i counts from the last axis
        const std::int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
        require(x == y || x == 1 || y == 1, "shapes " + to_text(a) + " and " + to_text(b) + " do not broadcast");
        result[result.size() - 1 - i] = x == 1 ? y : x;
    }
    return result;
}

bool broadcasts_to(const Dims& from, const Dims& to) {
    if (from.size() > to.size()) { return false; }
    const std::size_t extra = to.size() - from.size();
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i] != 1 && from[i] != to[extra + i]) { return false; }
    }
    return true;
}

Dims matmul_dims(const Dims& a, const Dims& b) {
    require(!a.empty() && !b.empty(), "a matrix product needs operands of rank 1 or more");
    const Dims left = a.size() == 1 ? Dims{1, a[0]} : a;
    const Dims right = b.size() == 1 ? Dims{b[0], 1} : b;
    require(left.back() == right[right.size() - 2], "shapes " + to_text(a) + " and " + to_text(b) + " do not multiply");
    Dims result = broadcast_dims(part(left, 0, left.size() - 2), part(right, 0, right.size() - 2));
    if (a.size() > 1) { result.push_back(left[left.size() - 2]); }
    if (b.size() > 1) { result.push_back(right.back()); }
    return result;
}

Dims concat_dims(const std::vector<Dims>& parts, std::int64_t axis) {
    require(!parts.empty(), "there is nothing to concatenate");
    Dims result = parts.front();
    const std::size_t a = normalise_axis(axis, result.size());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        Dims other = parts[i];
        require(other.size() == result.size(), "ranks of " + to_text(parts[0]) + " and " + to_text(other) + " differ");
        const std::int64_t extent = other[a];
        other[a] = result[a];
        require(other == result, "shapes " + to_text(parts[0]) + " and " + to_text(parts[i]) + " differ beside axis " +
                                     std::to_string(a));
        result[a] += extent;
    }
    return result;
}

Dims gather_dims(const Dims& data, const Dims& indices, std::int64_t axis) {
    const std::size_t a = normalise_axis(axis, data.size());
    Dims result = part(data, 0, a);
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

Dims transpose_dims(const Dims& dims, const std::vector<std::int64_t>& perm) {
    Dims result;
    for (const std::size_t axis : full_permutation(perm, dims.size())) { result.push_back(dims[axis]); }
    return result;
}

Dims reshape_dims(const Dims& dims, const std::vector<std::int64_t>& shape, bool allow_zero) {
    const std::string what = "shape " + to_text(dims) + " cannot become " + to_text(shape);
    Dims result = shape;
    std::size_t inferred = shape.size();
    for (std::size_t i = 0; i < shape.size(); ++i) {
        require(shape[i] >= -1, what);
        if (shape[i] == -1) {
            require(inferred == shape.size(), what + ": more than one -1");
            inferred = i;
            result[i] = 1;
        } else if (shape[i] == 0 && !allow_zero) {
            require(i < dims.size(), what + ": 0 copies an axis that is not there");
            result[i] = dims[i];
        }
    }
    const std::int64_t count = element_count(dims);
    const std::int64_t known = element_count(result);
    if (inferred < shape.size()) {
        require(known != 0 && count % known == 0, what);
        result[inferred] = count / known;
    }
    require(element_count(result) == count, what);
    return result;
}

Dims flatten_dims(const Dims& dims, std::int64_t axis) {
    const auto rank = static_cast<std::int64_t>(dims.size());
    require(axis >= -rank && axis <= rank, in_rank("axis", axis, dims.size()));
    const auto a = static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
    return {element_count(part(dims, 0, a)), element_count(part(dims, a, dims.size()))};
}

Dims squeeze_dims(const Dims& dims, const std::vector<std::int64_t>* axes) {
    std::vector<bool> gone(dims.size());
    if (axes == nullptr) {
        for (std::size_t i = 0; i < dims.size(); ++i) { gone[i] = dims[i] == 1; }
    } else {
        for (const std::size_t axis : normalise_axes(*axes, dims.size())) {
            require(dims[axis] == 1, "axis " + std::to_string(axis) + " of " + to_text(dims) + " is not 1");
            gone[axis] = true;
        }
    }
    Dims result;
    for (std::size_t i = 0; i < dims.size(); ++i) {
        if (!gone[i]) { result.push_back(dims[i]); }
    }
    return result;
}

Dims unsqueeze_dims(const Dims& dims, const std::vector<std::int64_t>& axes) {
    Dims result(dims.size() + axes.size(), -1);
    for (const std::size_t axis : normalise_axes(axes, result.size())) { result[axis] = 1; }
    auto next = dims.begin();
    for (std::int64_t& extent : result) {
        if (extent < 0) { extent = *next++; }
    }
    return result;
}

std::vector<std::int64_t> split_sizes(std::int64_t extent, const std::vector<std::int64_t>* sizes, std::size_t parts) {
    require(parts > 0, "there is nothing to split into");
    const auto n = static_cast<std::int64_t>(parts);
    if (sizes == nullptr) {
        const std::int64_t each = (extent + n - 1) / n;
        std::vector<std::int64_t> result(parts, each);
        result.back() = extent - each * (n - 1);
        require(result.back() >= 0, std::to_string(extent) + " elements cannot be split into " + std::to_string(n));
        return result;
    }
    require(sizes->size() == parts,
            "split names " + std::to_string(sizes->size()) + " sizes for " + std::to_string(n) + " outputs");
    std::int64_t left = extent;
    for (const std::int64_t size : *sizes) {
        require(size >= 0 && size <= left, "split " + to_text(*sizes) + " does not fit " + std::to_string(extent));
        left -= size;
    }
    require(left == 0, "split " + to_text(*sizes) + " does not add up to " + std::to_string(extent));
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

}  // namespace tidegate
