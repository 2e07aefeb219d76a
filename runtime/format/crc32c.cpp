// SPDX-License-Identifier: MIT
#include "format/crc32c.h"

#if defined(TIDEGATE_CRC_INSTRUCTION) && defined(__aarch64__)
#include <sys/auxv.h>
#endif

namespace tidegate::format {
namespace {

#if defined(__OPTIMIZE_SIZE__) || defined(TIDEGATE_CRC_INSTRUCTION)

/// The CRC's change from four bits: 64 bytes of table, for firmware, and where nearly every CPU has the instruction.
struct Table {
    std::uint32_t of[16];
};

constexpr Table make_table() {
    Table table{};
    for (std::uint32_t nibble = 0; nibble < 16; ++nibble) {
        std::uint32_t crc = nibble;
        for (int bit = 0; bit < 4; ++bit) crc = crc >> 1 ^ (crc & 1 ? kCrcPolynomial : 0);
        table.of[nibble] = crc;
    }
    return table;
}

constexpr Table kTable = make_table();

std::uint32_t update(std::uint32_t crc, const std::uint8_t* p, std::size_t size) {
    for (; size > 0; --size) {
        crc ^= *p++;
        crc = crc >> 4 ^ kTable.of[crc & 15];
        crc = crc >> 4 ^ kTable.of[crc & 15];
    }
    return crc;
}

#else

/// Slicing by 4. of[k][b]: the CRC's change from byte b with k zero bytes behind it.
struct Tables {
    std::uint32_t of[4][256];
};

constexpr Tables make_tables() {
    Tables tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = byte;
        for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? kCrcPolynomial : 0);
        tables.of[0][byte] = crc;
    }
    for (int k = 1; k < 4; ++k) {
        for (std::uint32_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t crc = tables.of[k - 1][byte];
            tables.of[k][byte] = crc >> 8 ^ tables.of[0][crc & 0xFF];
        }
    }
    return tables;
}

constexpr Tables kTables = make_tables();

std::uint32_t update(std::uint32_t crc, const std::uint8_t* p, std::size_t size) {
    for (; size >= 4; size -= 4, p += 4) {
        crc ^= p[0] | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 | std::uint32_t{p[3]} << 24;
        crc = kTables.of[3][crc & 0xFF] ^ kTables.of[2][crc >> 8 & 0xFF] ^ kTables.of[1][crc >> 16 & 0xFF] ^
              kTables.of[0][crc >> 24];
    }
    for (; size > 0; --size, ++p) crc = crc >> 8 ^ kTables.of[0][(crc ^ *p) & 0xFF];
    return crc;
}

#endif

}  // namespace

std::uint32_t crc32c_by_table(const void* bytes, std::size_t size, std::uint32_t previous) {
    return ~update(~previous, static_cast<const std::uint8_t*>(bytes), size);
}

#ifdef TIDEGATE_CRC_INSTRUCTION

bool has_crc_instruction() {
#ifdef __x86_64__
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.2") != 0;
#else
    constexpr unsigned long kCrc32 = 1UL << 7;
    return (getauxval(AT_HWCAP) & kCrc32) != 0;
#endif
}

std::uint32_t crc32c(const void* bytes, std::size_t size, std::uint32_t previous) {
    return has_crc_instruction() ? crc32c_by_instruction(bytes, size, previous)
                                 : crc32c_by_table(bytes, size, previous);
}

#else

std::uint32_t crc32c(const void* bytes, std::size_t size, std::uint32_t previous) {
    return crc32c_by_table(bytes, size, previous);
}

#endif

std::uint32_t file_crc(const FileHeader& header, const void* payload, std::size_t payload_bytes) {
    constexpr std::size_t kBehind = offsetof(FileHeader, crc) + sizeof(header.crc);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&header);
    std::uint32_t crc = crc32c(bytes, offsetof(FileHeader, crc));
    crc = crc32c(bytes + kBehind, sizeof(FileHeader) - kBehind, crc);
    return crc32c(payload, payload_bytes, crc);
}

}  // namespace tidegate::format
