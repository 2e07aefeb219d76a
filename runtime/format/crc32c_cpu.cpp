// SPDX-License-Identifier: MIT
// With the CPU's own instruction. Compiled for CPUs that have it (runtime/CMakeLists.txt); crc32c() asks first.
#include <cstring>

#include "format/crc32c.h"

#ifdef TIDEGATE_CRC_INSTRUCTION

#if defined(__x86_64__)
#include <nmmintrin.h>
#else
#include <arm_acle.h>
#endif

namespace tidegate::format {
namespace {

#if defined(__x86_64__)
using State = std::uint64_t;  ///< of 32 bits; so the instruction has it in a register
State with_word(State crc, std::uint64_t word) { return _mm_crc32_u64(crc, word); }
State with_byte(State crc, std::uint8_t byte) { return _mm_crc32_u8(static_cast<std::uint32_t>(crc), byte); }
#else
using State = std::uint32_t;
State with_word(State crc, std::uint64_t word) { return __crc32cd(crc, word); }
State with_byte(State crc, std::uint8_t byte) { return __crc32cb(crc, byte); }
#endif

constexpr std::size_t kWord = sizeof(std::uint64_t);

/// Three chains at once, for an instruction takes three cycles and a new one may begin in each. Joining them takes
/// about a microsecond, which pays from here on.
constexpr std::size_t kThreeFrom = 16384;

std::uint64_t word_at(const std::uint8_t* p) {
    std::uint64_t word;
    std::memcpy(&word, p, sizeof(word));
    return word;
}

/// a b modulo the polynomial; bit 31 is the power 0.
std::uint32_t product(std::uint32_t a, std::uint32_t b) {
    std::uint32_t sum = 0;
    for (; a != 0; a <<= 1) {
        sum ^= b & -(a >> 31);
        b = b >> 1 ^ (kCrcPolynomial & -(b & 1));
    }
    return sum;
}

/// x^(8 bytes): a state times it is the state after so many bytes of zeros.
std::uint32_t zeros(std::size_t bytes) {
    std::uint32_t power = std::uint32_t{1} << 31, square = std::uint32_t{1} << 23;
    for (; bytes != 0; bytes >>= 1) {
        if ((bytes & 1) != 0) { power = product(power, square); }
        square = product(square, square);
    }
    return power;
}

/// Of 3 x part bytes, a multiple of a word each.
State three_parts(State first, const std::uint8_t* p, std::size_t part) {
    State second = 0, third = 0;
    for (const std::uint8_t* end = p + part; p != end; p += kWord) {
        first = with_word(first, word_at(p));
        second = with_word(second, word_at(p + part));
        third = with_word(third, word_at(p + 2 * part));
    }
    const std::uint32_t behind = zeros(part);
    const std::uint32_t two = product(static_cast<std::uint32_t>(first), behind) ^ static_cast<std::uint32_t>(second);
    return product(two, behind) ^ static_cast<std::uint32_t>(third);
}

}  // namespace

std::uint32_t crc32c_by_instruction(const void* bytes, std::size_t size, std::uint32_t previous) {
    const auto* p = static_cast<const std::uint8_t*>(bytes);
    State crc = ~previous;
    if (size >= kThreeFrom) {
        const std::size_t part = size / 3 / kWord * kWord;
        crc = three_parts(crc, p, part);
        p += 3 * part;
        size -= 3 * part;
    }
    for (; size >= kWord; size -= kWord, p += kWord) { crc = with_word(crc, word_at(p)); }
    for (; size > 0; --size, ++p) { crc = with_byte(crc, *p); }
    return ~static_cast<std::uint32_t>(crc);
}

}  // namespace tidegate::format

#endif
