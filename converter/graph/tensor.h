// SPDX-License-Identifier: MIT
// A tensor of the workshop: exact integers, reals in double. Constants, data sets and the reference use it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidegate {

/// What a value is declared as. Reals of 16 and 64 bits become f32 when read.
enum class ElementType { f32, i32, i64, u8, i8, boolean };
const char* name_of(ElementType type);
/// Bytes of one element in a file or an arena.
std::size_t size_of(ElementType type);
/// Every whole number up to here, of either sign, is an f32.
inline constexpr std::int64_t kExactFloats = std::int64_t{1} << 24;

using Dims = std::vector<std::int64_t>;
/// Product of the extents; throws std::length_error beyond 2^40 or for a negative extent.
std::int64_t element_count(const Dims& dims);
std::string to_text(const Dims& dims);  ///< "[1, 24, 16]"

struct Tensor {
    ElementType type = ElementType::f32;
    Dims dims;
    std::vector<double> reals;           ///< row-major, when type is f32
    std::vector<std::int64_t> integers;  ///< row-major, otherwise

    bool is_real() const { return type == ElementType::f32; }
    std::int64_t count() const { return element_count(dims); }

    static Tensor zeros(ElementType type, Dims dims);
    static Tensor of(Dims dims, std::vector<double> values);  ///< f32
    static Tensor of_i64(Dims dims, std::vector<std::int64_t> values);
};

bool operator==(const Tensor& a, const Tensor& b);

}  // namespace tidegate
