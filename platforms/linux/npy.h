// SPDX-License-Identifier: MIT
// NumPy's .npy files (format versions 1 to 3), little-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tidegate::command {

enum class NpyType { f4, f8, i4, i8, u1, i1, b1 };

const char* npy_name(NpyType type);
std::size_t npy_bytes(NpyType type);

struct Npy {
    NpyType type = NpyType::f4;
    std::vector<std::int64_t> shape;
    std::vector<unsigned char> data;  ///< row-major

    std::size_t count() const { return data.size() / npy_bytes(type); }
};

/// Throws CommandError. Column-major arrays are brought into row-major order.
Npy read_npy(const std::string& path);
void write_npy(const std::string& path, const Npy& array);

/// The elements as another type: f8 to f4 (rounded), i8 to i4 and i4 to i8; anything else must be of that type already.
/// Throws CommandError, `what` in front, for other pairs and for a value that the type cannot hold.
Npy converted(Npy array, NpyType type, const std::string& what);

/// "[24,3]"
std::string shape_text(const std::vector<std::int64_t>& shape);
/// Where an element of a row-major array is.
std::vector<std::int64_t> indices_of(std::size_t element, const std::vector<std::int64_t>& shape);

}  // namespace tidegate::command
