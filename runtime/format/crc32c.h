// SPDX-License-Identifier: MIT
// CRC-32C (Castagnoli, RFC 3720 B.4): reflected polynomial 0x82F63B78, start and final exclusive-or 0xFFFFFFFF.
// Finds every odd number of flipped bits, every burst of up to 32, and any two in up to 2^31 - 1 (268 MB).
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/file.h"

namespace tidegate::format {

/// The CRC of `size` bytes at any alignment. Incremental: crc32c(b, n, crc32c(a, m)) is the CRC of a, then b.
/// Slicing by 4 over 4 KB of tables. "123456789" gives 0xE3069283.
std::uint32_t crc32c(const void* bytes, std::size_t size, std::uint32_t previous = 0);

/// What FileHeader::crc must say: the header but that field, then the payload.
std::uint32_t file_crc(const FileHeader& header, const void* payload, std::size_t payload_bytes);

}  // namespace tidegate::format
