// SPDX-License-Identifier: MIT
// An attacker can make the CRC right. Then every damage is refused, or runs within its memory.
#include <doctest/doctest.h>

#include <random>

#include "exerciser.h"
#include "sample.h"

namespace flips_test {

using namespace tidegate::test;

namespace {

using Bytes = std::vector<std::uint8_t>;
/// A sample and what must be the same of a damaged one.
struct Case {
    Sample (*make)();
    Bits bits;
};
constexpr Case kCases[] = {{forecaster_sample, Bits::of_all_tables}, {recurrent_sample, Bits::of_all_tables},
                           {moves_sample, Bits::of_all_tables},      {symbolic_sample, Bits::of_all_tables},
                           {quantized_sample, Bits::of_each_table},  {windows_sample, Bits::of_each_table},
                           {indexed_sample, Bits::of_each_table},    {reduce_sample, Bits::of_each_table},
                           {loop_sample, Bits::of_each_table}};
constexpr std::size_t kCaseCount = sizeof kCases / sizeof *kCases;
constexpr std::size_t kLargestSample = 64 * 1024, kSampleArena = 256 * 1024;

/// Where the weights lie in a file: any bytes do there, so that a part of the damages tells as much as all.
struct Weights {
    std::size_t first, end;
    explicit Weights(const Bytes& file) {
        const auto* weights = tidegate::objects::GetModel(file.data() + 64)->weights();
        first = static_cast<std::size_t>(weights->data() - file.data());
        end = first + weights->size();
    }
    bool contain(std::size_t at) const { return at >= first && at < end; }
};

void report(const std::string& what, const Exerciser& e, std::size_t tried) {
    MESSAGE(what << ": " << tried << " files, " << e.opened << " opened, " << e.run << " run");
}

}  // namespace

TEST_CASE("every flipped bit under a right CRC is refused or runs within its memory") {
    Exerciser exerciser(kLargestSample, kSampleArena);
    std::size_t tried = 0;
    for (const Case& sample : kCases) {
        Bytes file = file_of(sample.make());
        const Weights weights(file);
        REQUIRE(exerciser.exercise(file) == TG_OK);
        for (std::size_t bit = 64 * 8; bit < file.size() * 8; ++bit) {
            if (weights.contain(bit / 8) && bit / 8 % 8 != bit % 8) { continue; }
            const auto mask = static_cast<std::uint8_t>(1u << bit % 8);
            file[bit / 8] ^= mask;
            reseal(file);
            exerciser.exercise(file, sample.bits);
            file[bit / 8] ^= mask;
            ++tried;
        }
    }
    report("single bits", exerciser, tried);
    CHECK(exerciser.run > 0);
    CHECK(exerciser.opened < tried);
}

TEST_CASE("every word set to an extreme value under a right CRC is refused or runs within its memory") {
    constexpr std::uint32_t kExtremes[] = {0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x00010000, 0x40};
    Exerciser exerciser(kLargestSample, kSampleArena);
    std::size_t tried = 0;
    for (const Case& sample : kCases) {
        const Bytes good = file_of(sample.make());
        const Weights weights(good);
        for (std::size_t at = 64; at + 4 <= good.size(); at += 2) {
            if (weights.contain(at) && at / 2 % 8 != 0) { continue; }
            for (const std::uint32_t extreme : kExtremes) {
                Bytes file = good;
                for (std::size_t i = 0; i < 4; ++i) { file[at + i] = static_cast<std::uint8_t>(extreme >> 8 * i); }
                reseal(file);
                exerciser.exercise(file, sample.bits);
                ++tried;
            }
        }
    }
    report("extreme words", exerciser, tried);
    CHECK(exerciser.run > 0);
}

TEST_CASE("random damage to several places under a right CRC is refused or runs within its memory") {
    std::mt19937 random(20141231);
    Exerciser exerciser(kLargestSample, kSampleArena);
    constexpr int kTries = 20000;
    for (int i = 0; i < kTries; ++i) {
        const Case& sample = kCases[static_cast<std::size_t>(i) % kCaseCount];
        Bytes file = file_of(sample.make());
        const std::size_t structure = file.size();
        for (std::size_t n = 2 + random() % 4; n > 0; --n) {
            const std::size_t at = 64 + random() % (structure - 64);
            const std::size_t from = 64 + random() % (structure - 64);
            file[at] =
                random() % 2 == 0 ? file[from] : static_cast<std::uint8_t>(file[at] + (random() % 2 == 0 ? 1 : -1));
        }
        reseal(file);
        exerciser.exercise(file, sample.bits);
    }
    report("random damage", exerciser, kTries);
    CHECK(exerciser.run > 0);
}

}  // namespace flips_test
