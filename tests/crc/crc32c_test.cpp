// SPDX-License-Identifier: MIT
// Every way to compute CRC-32C against its definition, bit by bit.
#include "format/crc32c.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <vector>

using tidegate::format::crc32c;

namespace {

struct Way {
    const char* name;
    std::uint32_t (*of)(const void* bytes, std::size_t size, std::uint32_t previous);
};

/// Those that run here; the first is the one that files are checked with.
std::vector<Way> ways() {
    std::vector<Way> list = {{"chosen", crc32c}, {"table", tidegate::format::crc32c_by_table}};
#ifdef TIDEGATE_CRC_INSTRUCTION
    if (tidegate::format::has_crc_instruction()) {
        list.push_back({"instruction", tidegate::format::crc32c_by_instruction});
    }
#endif
    return list;
}

/// The definition.
std::uint32_t reference(const std::uint8_t* bytes, std::size_t size) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (std::size_t i = 0; i < size; ++i) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; ++bit) { crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1; }
    }
    return ~crc;
}

/// Bytes without a short period: each of the three chains sees others.
std::vector<std::uint8_t> noise(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    std::uint32_t value = 1;
    for (std::uint8_t& byte : bytes) {
        value = value * 1664525U + 1013904223U;
        byte = static_cast<std::uint8_t>(value >> 24);
    }
    return bytes;
}

}  // namespace

TEST_CASE("every way gives the check value and the examples of RFC 3720 B.4") {
    std::uint8_t zeros[32] = {}, ones[32], up[32], down[32];
    for (int i = 0; i < 32; ++i) {
        ones[i] = 0xFF;
        up[i] = static_cast<std::uint8_t>(i);
        down[i] = static_cast<std::uint8_t>(31 - i);
    }
    for (const Way& way : ways()) {
        CAPTURE(way.name);
        CHECK(way.of("123456789", 9, 0) == 0xE3069283);
        CHECK(way.of("", 0, 0) == 0);
        CHECK(way.of(zeros, 32, 0) == 0x8A9136AA);
        CHECK(way.of(ones, 32, 0) == 0x62A8AB43);
        CHECK(way.of(up, 32, 0) == 0x46DD794E);
        CHECK(way.of(down, 32, 0) == 0x113FDB5C);
    }
}

TEST_CASE("every way equals the definition for every length up to 300 and every alignment up to 15") {
    const std::vector<std::uint8_t> all = noise(300);
    for (std::size_t size = 0; size <= 300; ++size) {
        const std::uint32_t expected = reference(all.data(), size);
        for (std::size_t start = 0; start < 16; ++start) {
            std::vector<std::uint8_t> bytes(start + size);  // no more: a sanitizer sees what is read beyond
            std::copy_n(all.begin(), size, bytes.begin() + static_cast<std::ptrdiff_t>(start));
            for (const Way& way : ways()) {
                CAPTURE(way.name);
                CHECK(way.of(bytes.data() + start, size, 0) == expected);
            }
        }
    }
}

TEST_CASE("every way equals the definition for long inputs, where three chains are joined") {
    const std::vector<std::uint8_t> bytes = noise(100'016);
    for (const std::size_t size : {16'376U, 16'383U, 16'384U, 16'385U, 16'407U, 16'408U, 49'151U, 65'536U, 100'001U}) {
        for (const std::size_t start : {0U, 1U, 8U, 13U}) {
            const std::uint32_t expected = reference(bytes.data() + start, size);
            for (const Way& way : ways()) {
                CAPTURE(way.name);
                CAPTURE(size);
                CHECK(way.of(bytes.data() + start, size, 0) == expected);
            }
        }
    }
}

TEST_CASE("the crc of two parts is the crc of the whole wherever it is cut, whichever way each is computed") {
    const std::vector<std::uint8_t> bytes = noise(1000);
    const std::uint32_t whole = reference(bytes.data(), bytes.size());
    for (const Way& first : ways()) {
        for (const Way& second : ways()) {
            for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
                const std::uint32_t before = first.of(bytes.data(), cut, 0);
                CHECK(second.of(bytes.data() + cut, bytes.size() - cut, before) == whole);
            }
        }
    }
}

TEST_CASE("a long part may follow a short one") {
    const std::vector<std::uint8_t> bytes = noise(40'000);
    const std::uint32_t whole = reference(bytes.data(), bytes.size());
    for (const Way& way : ways()) {
        CAPTURE(way.name);
        CHECK(way.of(bytes.data() + 7, bytes.size() - 7, way.of(bytes.data(), 7, 0)) == whole);
    }
}

TEST_CASE("the file's crc covers the header but its own field, then the payload") {
    tidegate::format::FileHeader header{};
    const std::vector<std::uint8_t> payload = noise(100);
    std::memset(&header, 0x5A, sizeof(header));
    std::vector<std::uint8_t> covered(60 + payload.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&header);
    std::memcpy(covered.data(), bytes, 20);
    std::memcpy(covered.data() + 20, bytes + 24, 40);
    std::memcpy(covered.data() + 60, payload.data(), payload.size());
    CHECK(tidegate::format::file_crc(header, payload.data(), payload.size()) ==
          reference(covered.data(), covered.size()));
}
