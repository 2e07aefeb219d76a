// SPDX-License-Identifier: MIT
#include "verify/compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tidegate {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

void count(double computed, double expected, Tolerance tolerance, Comparison& result) {
    if (computed == expected || (std::isnan(computed) && std::isnan(expected))) { return; }
    const bool finite = std::isfinite(computed) && std::isfinite(expected);
    const double difference = finite ? std::abs(computed - expected) : kInfinite;
    const double relative = finite && expected != 0 ? difference / std::abs(expected) : kInfinite;
    result.largest_absolute = std::max(result.largest_absolute, difference);
    if (expected != 0) { result.largest_relative = std::max(result.largest_relative, relative); }
    const bool passes =
        finite && (difference <= tolerance.absolute || difference <= tolerance.relative * std::abs(expected));
    if (passes) { return; }
    ++result.failed;
    result.needed_absolute = std::max(result.needed_absolute, difference);
    result.needed_relative = std::max(result.needed_relative, relative);
}

}  // namespace

Comparison compare(const Tensor& computed, const Tensor& expected, Tolerance tolerance) {
    Comparison result;
    if (computed.type != expected.type || computed.dims != expected.dims) {
        result.mismatch = std::string("expected ") + name_of(expected.type) + " " + to_text(expected.dims) +
                          ", computed " + name_of(computed.type) + " " + to_text(computed.dims);
        return result;
    }
    result.elements = expected.count();
    result.integers = !expected.is_real();
    for (std::size_t i = 0; i < static_cast<std::size_t>(result.elements); ++i) {
        if (expected.is_real()) {
            count(computed.reals[i], expected.reals[i], tolerance, result);
        } else if (computed.integers[i] != expected.integers[i]) {
            const auto difference =
                static_cast<double>(computed.integers[i]) - static_cast<double>(expected.integers[i]);
            result.largest_absolute = std::max(result.largest_absolute, std::max(std::abs(difference), 1.0));
            ++result.failed;
        }
    }
    return result;
}

bool same_bits(const Tensor& a, const Tensor& b) {
    return a.type == b.type && a.dims == b.dims && a.integers == b.integers && a.reals.size() == b.reals.size() &&
           (a.reals.empty() || std::memcmp(a.reals.data(), b.reals.data(), a.reals.size() * sizeof(double)) == 0);
}

Comparison merge(const Comparison& a, const Comparison& b) {
    Comparison result;
    result.elements = a.elements + b.elements;
    result.failed = a.failed + b.failed;
    result.largest_absolute = std::max(a.largest_absolute, b.largest_absolute);
    result.largest_relative = std::max(a.largest_relative, b.largest_relative);
    result.needed_absolute = std::max(a.needed_absolute, b.needed_absolute);
    result.needed_relative = std::max(a.needed_relative, b.needed_relative);
    result.integers = a.integers || b.integers;
    result.mismatch = a.mismatch.empty() ? b.mismatch : a.mismatch;
    return result;
}

}  // namespace tidegate
