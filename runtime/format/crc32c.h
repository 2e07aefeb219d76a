// SPDX-License-Identifier: MIT
// CRC-32C (Castagnoli, RFC 3720 B.4): reflected polynomial 0x82F63B78, start and final exclusive-or 0xFFFFFFFF.
// Finds every odd number of flipped bits, every burst of up to 32, and any two in up to 2^31 - 1 (268 MB).
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/file.h"

#if defined(__x86_64__) || (defined(__aarch64__) && defined(__linux__))
#define TIDEGATE_CRC_INSTRUCTION  // crc32c_cpu.cpp is there; old CPUs may still lack the instruction
#endif

namespace tidegate::format {

inline constexpr std::uint32_t kCrcPolynomial = 0x82F63B78;

/// The CRC of `size` bytes at any alignment. Incremental: crc32c(b, n, crc32c(a, m)) is the CRC of a, then b.
/// "123456789" gives 0xE3069283. The CPU's own instruction is used where it has one.
std::uint32_t crc32c(const void* bytes, std::size_t size, std::uint32_t previous = 0);

// The ways to compute it, for tests and benchmarks.

std::uint32_t crc32c_by_table(const void* bytes, std::size_t size, std::uint32_t previous = 0);
#ifdef TIDEGATE_CRC_INSTRUCTION
bool has_crc_instruction();
/// Only where has_crc_instruction(): SSE 4.2 on x86-64, the CRC extension on AArch64.
std::uint32_t crc32c_by_instruction(const void* bytes, std::size_t size, std::uint32_t previous = 0);
#endif

/// What FileHeader::crc must say: the header but that field, then the payload.
std::uint32_t file_crc(const FileHeader& header, const void* payload, std::size_t payload_bytes);

}  // namespace tidegate::format
