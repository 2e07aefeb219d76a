// SPDX-License-Identifier: MIT
#include "emit/weight_store.h"

#include <bit>
#include <cstring>

#include "format/file.h"

namespace tidegate {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little-endian");

template <class Stored, class From>
std::string bytes_of(const std::vector<From>& values) {
    std::string bytes(values.size() * sizeof(Stored), '\0');
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto stored = static_cast<Stored>(values[i]);
        std::memcpy(bytes.data() + i * sizeof(Stored), &stored, sizeof(Stored));
    }
    return bytes;
}

}  // namespace

std::uint64_t WeightStore::add(const std::vector<float>& values) { return add_bytes(bytes_of<float>(values)); }

std::uint64_t WeightStore::add(const Tensor& tensor) {
    switch (tensor.type) {
        case ElementType::f32:
            return add_bytes(bytes_of<float>(tensor.reals));
        case ElementType::i32:
            return add_bytes(bytes_of<std::int32_t>(tensor.integers));
        case ElementType::i64:
            return add_bytes(bytes_of<std::int64_t>(tensor.integers));
        case ElementType::i8:
            return add_bytes(bytes_of<std::int8_t>(tensor.integers));
        case ElementType::u8:
        case ElementType::boolean:
            break;
    }
    return add_bytes(bytes_of<std::uint8_t>(tensor.integers));
}

std::uint64_t WeightStore::add_bytes(std::string piece) {
    const auto [found, is_new] = offsets_.try_emplace(std::move(piece), bytes_.size());
    if (is_new) {
        bytes_.insert(bytes_.end(), found->first.begin(), found->first.end());
        bytes_.resize(format::align_up(bytes_.size(), format::kFileAlignment));
    }
    return found->second;
}

}  // namespace tidegate
