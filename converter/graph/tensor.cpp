// SPDX-License-Identifier: MIT
#include "graph/tensor.h"

#include <stdexcept>

namespace tidegate {
namespace {

constexpr std::int64_t kMaxElements = std::int64_t{1} << 40;

constexpr std::size_t kMaxAxes = 64;

}  // namespace

const char* name_of(ElementType type) {
    switch (type) {
        case ElementType::f32:
            return "f32";
        case ElementType::i32:
            return "i32";
        case ElementType::i64:
            return "i64";
        case ElementType::u8:
            return "u8";
        case ElementType::i8:
            return "i8";
        case ElementType::boolean:
            return "bool";
    }
    return "?";
}

std::size_t size_of(ElementType type) {
    switch (type) {
        case ElementType::i64:
            return 8;
        case ElementType::f32:
        case ElementType::i32:
            return 4;
        default:
            return 1;
    }
}

std::int64_t element_count(const Dims& dims) {
    if (dims.size() > kMaxAxes) { throw std::length_error("a shape has over " + std::to_string(kMaxAxes) + " axes"); }
    bool empty = false;
    for (const std::int64_t extent : dims) {
        if (extent < 0) { throw std::length_error("shape " + to_text(dims) + " has a negative extent"); }
        empty |= extent == 0;
    }
    if (empty) { return 0; }
    std::int64_t count = 1;
    for (const std::int64_t extent : dims) {
        if (extent > kMaxElements / count) {
            throw std::length_error("shape " + to_text(dims) + " has over 2^40 elements");
        }
        count *= extent;
    }
    return count;
}

std::string to_text(const Dims& dims) {
    std::string text = "[";
    for (std::size_t i = 0; i < dims.size(); ++i) { text += (i == 0 ? "" : ", ") + std::to_string(dims[i]); }
    return text + "]";
}

Tensor Tensor::zeros(ElementType type, Dims dims) {
    const auto count = static_cast<std::size_t>(element_count(dims));
    Tensor tensor{type, std::move(dims), {}, {}};
    if (tensor.is_real()) {
        tensor.reals.assign(count, 0.0);
    } else {
        tensor.integers.assign(count, 0);
    }
    return tensor;
}

Tensor Tensor::of(Dims dims, std::vector<double> values) {
    if (static_cast<std::size_t>(element_count(dims)) != values.size()) {
        throw std::length_error(std::to_string(values.size()) + " values do not fill shape " + to_text(dims));
    }
    return {ElementType::f32, std::move(dims), std::move(values), {}};
}

Tensor Tensor::of_i64(Dims dims, std::vector<std::int64_t> values) {
    if (static_cast<std::size_t>(element_count(dims)) != values.size()) {
        throw std::length_error(std::to_string(values.size()) + " values do not fill shape " + to_text(dims));
    }
    return {ElementType::i64, std::move(dims), {}, std::move(values)};
}

bool operator==(const Tensor& a, const Tensor& b) {
    return a.type == b.type && a.dims == b.dims && a.reals == b.reals && a.integers == b.integers;
}

}  // namespace tidegate
