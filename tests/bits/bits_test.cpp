// SPDX-License-Identifier: MIT
// vectors.bin is what make_vectors() makes; same_bits (portable/) runs it on every core.
#include <doctest/doctest.h>

#include <cstring>
#include <fstream>
#include <iterator>

#include "bits/make_vectors.h"
#include "bits/vectors.h"
#include "format/file.h"

using namespace tidegate::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<VectorsEntry> entries_of(const Bytes& vectors) {
    VectorsHeader header{};
    REQUIRE(vectors.size() > sizeof header);
    std::memcpy(&header, vectors.data(), sizeof header);
    std::vector<VectorsEntry> entries(header.count);
    REQUIRE(vectors.size() > sizeof header + entries.size() * sizeof(VectorsEntry));
    std::memcpy(entries.data(), vectors.data() + sizeof header, entries.size() * sizeof(VectorsEntry));
    return entries;
}

/// The model of an entry as this machine's FlatBuffers writes it: another version may lay out the same model
/// otherwise.
Bytes payload_of_entry(const Bytes& vectors, const VectorsEntry& entry) {
    REQUIRE(std::size_t{entry.offset} + entry.bytes <= vectors.size());
    const std::uint8_t* payload = vectors.data() + entry.offset + sizeof(tidegate::format::FileHeader);
    tidegate::objects::ModelT model;
    tidegate::objects::GetModel(payload)->UnPackTo(&model);
    return payload_of(model);
}

}  // namespace

TEST_CASE("the file of test vectors is what its generator makes") {
    const Bytes made = make_vectors(vector_models());
    const Bytes committed = read_file(TIDEGATE_SOURCE_DIR "/tests/bits/vectors.bin");
    INFO("if it should change: tests/bits/renew.sh");
    const std::vector<VectorsEntry> want = entries_of(made), have = entries_of(committed);
    REQUIRE(have.size() == want.size());
    for (std::size_t i = 0; i < want.size(); ++i) {
        CAPTURE(want[i].name);
        CHECK(std::string(have[i].name) == want[i].name);
        CHECK(have[i].inputs == want[i].inputs);
        CHECK(have[i].runs == want[i].runs);
        CHECK(payload_of_entry(committed, have[i]) == payload_of_entry(made, want[i]));
    }
}
