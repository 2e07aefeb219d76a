// SPDX-License-Identifier: MIT
#include "format/crc32c.h"

#include <doctest/doctest.h>

#include <cstring>
#include <vector>

using tidegate::format::crc32c;

namespace {

/// The definition, bit by bit.
std::uint32_t reference(const std::uint8_t* bytes, std::size_t size) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (std::size_t i = 0; i < size; ++i) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; ++bit) { crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78 : crc >> 1; }
    }
    return ~crc;
}

std::vector<std::uint8_t> ascending(std::size_t size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::size_t i = 0; i < size; ++i) { bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256); }
    return bytes;
}

}  // namespace

TEST_CASE("crc32c gives the check value and the examples of RFC 3720 B.4") {
    CHECK(crc32c("123456789", 9) == 0xE3069283);
    CHECK(crc32c("", 0) == 0);
    std::uint8_t bytes[32] = {};
    CHECK(crc32c(bytes, 32) == 0x8A9136AA);
    std::memset(bytes, 0xFF, 32);
    CHECK(crc32c(bytes, 32) == 0x62A8AB43);
    for (int i = 0; i < 32; ++i) { bytes[i] = static_cast<std::uint8_t>(i); }
    CHECK(crc32c(bytes, 32) == 0x46DD794E);
    for (int i = 0; i < 32; ++i) { bytes[i] = static_cast<std::uint8_t>(31 - i); }
    CHECK(crc32c(bytes, 32) == 0x113FDB5C);
}

TEST_CASE("crc32c equals its definition for every length and alignment up to 67 and 7") {
    const std::vector<std::uint8_t> bytes = ascending(80);
    for (std::size_t start = 0; start < 8; ++start) {
        for (std::size_t size = 0; size <= 67; ++size) {
            CHECK(crc32c(bytes.data() + start, size) == reference(bytes.data() + start, size));
        }
    }
}

TEST_CASE("crc32c of two parts is the crc32c of the whole wherever it is cut") {
    const std::vector<std::uint8_t> bytes = ascending(1000);
    const std::uint32_t whole = reference(bytes.data(), bytes.size());
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        CHECK(crc32c(bytes.data() + cut, bytes.size() - cut, crc32c(bytes.data(), cut)) == whole);
    }
}

TEST_CASE("the file's crc covers the header but its own field, then the payload") {
    tidegate::format::FileHeader header{};
    const std::vector<std::uint8_t> payload = ascending(100);
    std::memset(&header, 0x5A, sizeof(header));
    std::vector<std::uint8_t> covered(60 + payload.size());
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&header);
    std::memcpy(covered.data(), bytes, 20);
    std::memcpy(covered.data() + 20, bytes + 24, 40);
    std::memcpy(covered.data() + 60, payload.data(), payload.size());
    CHECK(tidegate::format::file_crc(header, payload.data(), payload.size()) ==
          reference(covered.data(), covered.size()));
}
