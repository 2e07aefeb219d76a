// SPDX-License-Identifier: MIT
// The weights of a file: every piece on a multiple of 64, equal pieces stored once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/tensor.h"

namespace tidegate {

class WeightStore {
public:
    /// Offset of these values as f32; equal bytes get the same offset.
    std::uint64_t add(const std::vector<float>& values);
    /// Offset of a constant in its own element type.
    std::uint64_t add(const Tensor& tensor);

    /// Offset of bytes in a layout of their own.
    std::uint64_t add(std::string bytes) { return add_bytes(std::move(bytes)); }

    const std::vector<std::uint8_t>& bytes() const { return bytes_; }

private:
    std::uint64_t add_bytes(std::string piece);

    std::vector<std::uint8_t> bytes_;
    std::map<std::string, std::uint64_t> offsets_;  ///< by the bytes
};

}  // namespace tidegate
