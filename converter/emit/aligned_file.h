// SPDX-License-Identifier: MIT
// A copy of a file on the alignment that tg_open() asks for.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#include "tidegate/tidegate.h"

namespace tidegate {

class AlignedFile {
public:
    explicit AlignedFile(const std::vector<std::uint8_t>& file)
        : bytes_(::operator new (file.size(), std::align_val_t{TG_ALIGNMENT})) {
        std::memcpy(bytes_, file.data(), file.size());
    }
    ~AlignedFile() { ::operator delete (bytes_, std::align_val_t{TG_ALIGNMENT}); }
    AlignedFile(const AlignedFile&) = delete;
    AlignedFile& operator=(const AlignedFile&) = delete;
    const void* data() const { return bytes_; }

private:
    void* bytes_;
};

}  // namespace tidegate
