// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "tidegate/tidegate.h"

namespace tidegate::test {

/// Bytes on a multiple of TG_ALIGNMENT.
class AlignedBytes {
public:
    explicit AlignedBytes(std::size_t size)
        : size_(size),
          data_(static_cast<std::uint8_t*>(std::aligned_alloc(TG_ALIGNMENT, (size / TG_ALIGNMENT + 1) * TG_ALIGNMENT)),
                std::free) {
        std::memset(data_.get(), 0, size);
    }
    explicit AlignedBytes(const std::vector<std::uint8_t>& bytes) : AlignedBytes(bytes.size()) {
        if (!bytes.empty()) { std::memcpy(data_.get(), bytes.data(), bytes.size()); }
    }
    std::uint8_t* data() const { return data_.get(); }
    std::size_t size() const { return size_; }

private:
    std::size_t size_;
    std::unique_ptr<std::uint8_t, void (*)(void*)> data_;
};

}  // namespace tidegate::test
