// SPDX-License-Identifier: MIT
// The walk by model.fbs as data against the code that flatc generates: the same answer to every damaged payload.
#include <doctest/doctest.h>

#include <cstring>
#include <random>

#include "format/check_parts.h"
#include "guarded.h"
#include "sample.h"

namespace schema_walk_test {

using namespace tidegate::test;
namespace format = tidegate::format;

namespace {

struct Answers {
    bool ours;
    bool generated;
};

Answers answers_on(const std::uint8_t* payload, std::size_t size) {
    flatbuffers::Verifier::Options limits;
    limits.max_depth = 16;
    flatbuffers::Verifier ours(payload, size, limits), generated(payload, size, limits);
    return {format::follows_schema(ours, payload), generated.VerifyBuffer<format::Model>(nullptr)};
}

struct Tally {
    std::size_t accepted = 0, refused = 0, different = 0;
    void add(const Answers& answers) {
        accepted += answers.generated ? 1 : 0;
        refused += answers.generated ? 0 : 1;
        different += answers.ours != answers.generated ? 1 : 0;
    }
};

/// A payload in front of a forbidden page.
struct Payload {
    explicit Payload(const Sample& sample) : bytes(payload_of(sample.model)), memory(bytes.size()) {
        std::memcpy(at(), bytes.data(), bytes.size());
    }
    std::uint8_t* at() const { return memory.at_back(bytes.size()); }
    std::vector<std::uint8_t> bytes;
    Guarded memory;
};

}  // namespace

TEST_CASE("the walk by the schema as data answers as the generated verifier") {
    Tally tally;
    for (const Sample& sample :
         {forecaster_sample(), recurrent_sample(), moves_sample(), symbolic_sample(), quantized_sample(),
          windows_sample(), indexed_sample(), reduce_sample(), loop_sample()}) {
        const Payload payload(sample);
        std::uint8_t* const at = payload.at();
        const std::size_t size = payload.bytes.size();
        CHECK(answers_on(at, size).ours);

        for (std::size_t i = 0; i < size; ++i) {
            const std::uint8_t before = at[i];
            for (const int value : {0, 1, 4, 0x7f, 0x80, 0xff, before ^ 1, before ^ 2, before ^ 4, before + 1}) {
                at[i] = static_cast<std::uint8_t>(value);
                tally.add(answers_on(at, size));
            }
            at[i] = before;
        }
        std::mt19937 random(1);
        for (int n = 0; n < 20000; ++n) {
            const std::size_t word = random() % (size / 4) * 4;
            const auto value = static_cast<std::uint32_t>(random() >> random() % 32);
            std::memcpy(at + word, &value, sizeof(value));
            tally.add(answers_on(at, size));
            if (n % 3 == 0) { std::memcpy(at, payload.bytes.data(), size); }
        }
    }
    CHECK(tally.different == 0);
    CHECK(tally.accepted > 10000);
    CHECK(tally.refused > 10000);
}

TEST_CASE("the walk refuses what the generated verifier refuses of every cut payload") {
    Tally tally;
    for (const Sample& sample : {forecaster_sample(), moves_sample()}) {
        const std::vector<std::uint8_t> bytes = payload_of(sample.model);
        for (std::size_t size = 9; size < bytes.size(); ++size) {
            const Guarded memory(size);
            std::memcpy(memory.at_back(size), bytes.data(), size);
            tally.add(answers_on(memory.at_back(size), size));
        }
    }
    CHECK(tally.different == 0);
}

}  // namespace schema_walk_test
