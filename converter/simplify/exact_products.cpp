// SPDX-License-Identifier: MIT
#include "simplify/exact_products.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace tidegate {
namespace {

std::int64_t zero_of(const Tensor* zero, std::size_t slice) {
    return zero == nullptr ? 0 : zero->integers[zero->integers.size() == 1 ? 0 : slice];
}

}  // namespace

std::int64_t largest_difference(ElementType type, const Tensor* zero) {
    const std::int64_t low = type == ElementType::u8 ? 0 : -128, high = low + 255;
    if (zero == nullptr) { return 255; }
    std::int64_t largest = 0;
    for (const std::int64_t z : zero->integers) { largest = std::max({largest, high - z, z - low}); }
    return largest;
}

std::int64_t largest_column(const Tensor& w, const Tensor* zero) {
    const bool is_vector = w.dims.size() == 1;
    const std::int64_t columns = is_vector ? 1 : w.dims.back();
    const std::int64_t depth = is_vector ? w.dims[0] : w.dims[w.dims.size() - 2];
    const bool by_column =
        zero == nullptr || zero->integers.size() == 1 || zero->integers.size() == static_cast<std::size_t>(columns);
    if (!by_column) { return 255 * depth; }
    std::vector<std::int64_t> sums(static_cast<std::size_t>(w.count() / std::max<std::int64_t>(depth, 1)));
    for (std::size_t i = 0; i < w.integers.size(); ++i) {
        const auto n = static_cast<std::size_t>(columns), matrix = i / (n * static_cast<std::size_t>(depth));
        sums[matrix * n + i % n] += std::abs(w.integers[i] - zero_of(zero, i % n));
    }
    return sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end());
}

std::int64_t largest_output(const Tensor& w, const Tensor* zero) {
    const auto outputs = static_cast<std::size_t>(w.dims[0]);
    const std::size_t factors = outputs == 0 ? 0 : w.integers.size() / outputs;
    std::int64_t largest = 0;
    for (std::size_t m = 0; m < outputs; ++m) {
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < factors; ++i) { sum += std::abs(w.integers[m * factors + i] - zero_of(zero, m)); }
        largest = std::max(largest, sum);
    }
    return largest;
}

int exact_part_bits(std::int64_t largest_factor, std::int64_t largest_sum) {
    if (largest_factor * largest_sum <= kExactFloats) { return 8; }
    for (const int bits : {4, 2, 1}) {
        if ((std::int64_t{1} << bits) * largest_sum <= kExactFloats) { return bits; }
    }
    return 0;
}

}  // namespace tidegate
