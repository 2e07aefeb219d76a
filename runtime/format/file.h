// SPDX-License-Identifier: MIT
// The fixed part of a .tide file and the constants of the format. Everything is little-endian.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidegate::format {

inline constexpr char kMagic[4] = {'T', 'I', 'D', 'E'};
inline constexpr std::uint16_t kMajor = 0;  ///< another major version is refused
inline constexpr std::uint16_t kMinor = 1;  ///< a newer minor version is read

/// File = header, payload (FlatBuffer), signature. The CRC-32C covers the header but its own field, then the payload.
struct FileHeader {
    char magic[4];
    std::uint16_t major;
    std::uint16_t minor;
    std::uint64_t payload_bytes;
    std::uint32_t signature_bytes;
    std::uint32_t crc;
    std::uint8_t reserved[40];  ///< zero
};
static_assert(sizeof(FileHeader) == 64);

inline constexpr std::size_t kFileAlignment = 64;    ///< of the file's first byte in memory, and of weights
inline constexpr std::size_t kArenaAlignment = 64;   ///< of the arena's first byte
inline constexpr std::size_t kBufferAlignment = 16;  ///< of a buffer's offset in the arena
inline constexpr std::size_t kMaxRank = 8;
inline constexpr std::size_t kMaxHorizon = 4096;  ///< forecast steps, also the limit of quantiles and features

/// x rounded up to a multiple of m (a power of two).
constexpr std::uint64_t align_up(std::uint64_t x, std::uint64_t m) { return (x + m - 1) & ~(m - 1); }

}  // namespace tidegate::format
