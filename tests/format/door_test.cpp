// SPDX-License-Identifier: MIT
// The outer door: alignment, sizes, header, CRC. Every bit of a small file, every truncation.
#include <doctest/doctest.h>

#include <cstring>

#include "format/file.h"
#include "guarded.h"
#include "opened.h"
#include "sample.h"

namespace door_test {

using namespace tidegate::test;
using tidegate::format::FileHeader;
using tidegate::format::open_file;
using tidegate::format::Verdict;
using tidegate::format::View;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// A good file whose header was changed, with the right CRC if `with_crc`.
template <class Change>
Bytes with_header(Change change, bool with_crc = true) {
    Bytes file = file_of(forecaster_sample());
    FileHeader header;
    std::memcpy(&header, file.data(), sizeof(header));
    change(header);
    std::memcpy(file.data(), &header, sizeof(header));
    if (with_crc) { reseal(file); }
    return file;
}

}  // namespace

TEST_CASE("the samples are valid and a view points into their bytes") {
    for (const Sample& sample : {forecaster_sample(), recurrent_sample(), moves_sample(), quantized_sample()}) {
        const Bytes file = file_of(sample);
        CHECK(file.size() % 64 == 0);
        const Guarded memory(file.size());
        std::memcpy(memory.at_front(), file.data(), file.size());
        memory.set_read_only(true);
        View view;
        REQUIRE(text_of(open_file(memory.at_front(), file.size(), every_operator(), view)) == "ok");
        CHECK(view.arena_bytes == sample.model.arena_bytes);
        CHECK(view.weights_bytes == sample.model.weights.size());
        CHECK(std::memcmp(view.weights, sample.model.weights.data(), sample.model.weights.size()) == 0);
        CHECK(reinterpret_cast<std::uintptr_t>(view.weights) % 64 == 0);
        FileHeader header;
        std::memcpy(&header, file.data(), sizeof(header));
        CHECK(view.crc == header.crc);
    }
}

TEST_CASE("every bit of a file flipped is refused") {
    for (const Sample& sample : {forecaster_sample(), recurrent_sample(), moves_sample(), quantized_sample()}) {
        const Bytes file = file_of(sample);
        const Guarded memory(file.size());
        std::uint8_t* at = memory.at_back(file.size());
        std::memcpy(at, file.data(), file.size());
        View view;
        REQUIRE(open_file(at, file.size(), every_operator(), view) == Verdict::ok);
        std::size_t accepted = 0;
        for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
            const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
            at[bit / 8] ^= mask;
            accepted +=
                open_file(at, file.size(), every_operator(), view) == Verdict::ok || view.root != nullptr ? 1 : 0;
            at[bit / 8] ^= mask;
        }
        CHECK(accepted == 0);
        CHECK(open_file(at, file.size(), every_operator(), view) == Verdict::ok);
    }
}

TEST_CASE("every truncation of a file is called truncated") {
    const Bytes file = file_of(forecaster_sample());
    for (std::size_t size = 0; size < file.size(); ++size) {
        REQUIRE(text_of(verdict_on(Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)))) ==
                "truncated");
    }
}

TEST_CASE("every truncation of the payload is refused, though sizes and CRC are right") {
    const Bytes payload = payload_of(moves_sample().model);
    for (std::size_t size = 0; size < payload.size(); ++size) {
        const Bytes part(payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(size));
        REQUIRE(verdict_on(sealed(part)) != Verdict::ok);
    }
}

TEST_CASE("a null file is truncated, whatever its size") {
    View view;
    CHECK(open_file(nullptr, 0, every_operator(), view) == Verdict::truncated);
    CHECK(open_file(nullptr, 4096, every_operator(), view) == Verdict::truncated);
}

TEST_CASE("a file that is not on a multiple of 64 is misaligned") {
    const Bytes file = file_of(moves_sample());
    const Guarded memory(file.size() + 64);
    for (std::size_t shift = 1; shift < 64; ++shift) {
        std::memcpy(memory.at_front() + shift, file.data(), file.size());
        View view;
        REQUIRE(open_file(memory.at_front() + shift, file.size(), every_operator(), view) == Verdict::misaligned);
    }
}

TEST_CASE("the header's faults have their own verdicts") {
    const auto verdict = [](auto change) { return text_of(verdict_on(with_header(change))); };
    CHECK(verdict([](FileHeader& h) { h.magic[3] = 'F'; }) == "not_a_model");
    CHECK(verdict([](FileHeader& h) { ++h.major; }) == "newer_file");
    CHECK(verdict([](FileHeader& h) { ++h.minor; }) == "ok");
    CHECK(verdict([](FileHeader& h) { ++h.payload_bytes; }) == "truncated");
    CHECK(verdict([](FileHeader& h) { --h.payload_bytes; }) == "corrupt");
    CHECK(verdict([](FileHeader& h) { h.payload_bytes = UINT64_MAX; }) == "truncated");
    CHECK(verdict([](FileHeader& h) { h.payload_bytes = std::uint64_t{0} - 64; }) == "truncated");
    CHECK(verdict([](FileHeader& h) { h.signature_bytes = 64; }) == "truncated");
    CHECK(verdict([](FileHeader& h) {
              h.payload_bytes -= 0xFFFFFFFF;  // payload + signature would be right if they wrapped
              h.signature_bytes = 0xFFFFFFFF;
          }) == "truncated");
    for (int i = 0; i < 40; ++i) {
        REQUIRE(verdict([i](FileHeader& h) { h.reserved[i] = 1; }) == "corrupt");
    }
    CHECK(text_of(verdict_on(with_header([](FileHeader& h) { ++h.crc; }, false))) == "corrupt");
}

TEST_CASE("bytes behind the payload are refused: undeclared as corrupt, as a signature as something newer") {
    const Bytes payload = payload_of(moves_sample().model);
    Bytes file = sealed(payload);
    Bytes longer = file;
    longer.resize(file.size() + 64);
    CHECK(text_of(verdict_on(longer)) == "corrupt");

    FileHeader header;
    std::memcpy(&header, file.data(), sizeof(header));
    header.signature_bytes = 64;
    std::memcpy(file.data(), &header, sizeof(header));
    reseal(file);  // over header and payload, as they are declared
    file.resize(file.size() + 64);
    CHECK(text_of(verdict_on(file)) == "newer_file");
}

}  // namespace door_test
