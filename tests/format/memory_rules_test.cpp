// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "format/check.h"
#include "rules.h"

namespace memory_rules_test {

using namespace tidegate::test;
using tidegate::format::Verdict;
using tidegate::objects::ElementType;
using tidegate::objects::TensorT;

namespace {

TensorT& added_tensor(Sample& s) { return *s.model.tensors[static_cast<std::size_t>(add_tensor(s))]; }

/// A tensor in a fresh buffer of so many bytes.
TensorT& added_value(Sample& s, std::uint64_t buffer_bytes) {
    TensorT& tensor = added_tensor(s);
    tensor.buffer = add_buffer(s, buffer_bytes, 0, 0);
    return tensor;
}

std::uint64_t end_of_buffers(const Sample& s) {
    std::uint64_t end = 0;
    for (const auto& b : s.model.buffers) { end = std::max(end, b.offset() + b.bytes()); }
    return end;
}

constexpr std::uint64_t kBig = std::uint64_t{1} << 34;

}  // namespace

TEST_CASE("a sample shares memory between buffers whose lives do not meet") {
    const Sample sample = moves_sample();
    const std::uint64_t sum =
        std::accumulate(sample.model.buffers.begin(), sample.model.buffers.end(), std::uint64_t{0},
                        [](std::uint64_t total, const auto& buffer) { return total + buffer.bytes(); });
    CHECK(sum > sample.model.arena_bytes);
}

TEST_CASE("buffers lie on multiples of 16 inside the arena, and share no byte while they live") {
    expect_verdicts(
        forecaster_sample,
        {
            allowed("an unused buffer", [](Sample& s) { s.model.buffers.emplace_back(16, 0, 0, 3); }),
            {"not on a multiple of 16", [](Sample& s) { s.model.buffers.emplace_back(8, 0, 0, 0); }},
            allowed("ends with the arena", [](Sample& s) { s.model.arena_bytes = end_of_buffers(s); }),
            {"one byte behind the arena", [](Sample& s) { s.model.arena_bytes = end_of_buffers(s) - 1; }},
            {"starts behind the arena",
             [](Sample& s) { s.model.buffers.emplace_back(std::uint64_t{1} << 32, 0, 0, 0); }},
            {"end wraps to 0", [](Sample& s) { s.model.buffers.emplace_back(UINT64_MAX - 15, 16, 0, 0); }},
            {"end wraps into the arena", [](Sample& s) { s.model.buffers.emplace_back(16, UINT64_MAX - 7, 0, 0); }},
            {"dies before it is born", [](Sample& s) { s.model.buffers.emplace_back(16, 0, 1, 0); }},
            {"lives after the last step", [](Sample& s) { s.model.buffers.emplace_back(16, 0, 0, 4); }},
            {"shares its only byte with an input", [](Sample& s) { s.model.buffers.emplace_back(0, 1, 0, 0); }},
            {"shares its last byte with an input",
             [](Sample& s) {
                 auto& held = s.buffer("features");
                 move_to_end(s, held);
                 s.model.buffers.emplace_back(held.offset() - 16, 17, 3, 3);
             }},
            allowed("uses the scratch's bytes a step later",
                    [](Sample& s) {
                        auto& scratch = s.scratch("lstm");
                        move_to_end(s, scratch);
                        s.model.buffers.emplace_back(scratch.offset(), scratch.bytes(), 1, 3);
                    }),
            {"uses the scratch's bytes at its step",
             [](Sample& s) {
                 auto& scratch = s.scratch("lstm");
                 move_to_end(s, scratch);
                 s.model.buffers.emplace_back(scratch.offset(), scratch.bytes(), 0, 3);
             }},
            allowed("2^40 bytes of arena", [](Sample& s) { s.model.arena_bytes = std::uint64_t{1} << 40; }),
            {"more than 2^40 bytes", [](Sample& s) { s.model.arena_bytes = (std::uint64_t{1} << 40) + 1; },
             Verdict::too_large},
            {"all bytes there are", [](Sample& s) { s.model.arena_bytes = UINT64_MAX; }, Verdict::too_large},
        });
}

TEST_CASE("tensors have a type, 1 to 8 axes of at least 1, and less than 2^31 elements") {
    expect_verdicts(forecaster_sample,
                    {
                        allowed("an unused constant", [](Sample& s) { added_tensor(s); }),
                        allowed("no axes", [](Sample& s) { added_tensor(s).dims = {}; }),
                        {"unknown type", [](Sample& s) { added_tensor(s).type = static_cast<ElementType>(6); }},
                        {"type 255", [](Sample& s) { added_tensor(s).type = static_cast<ElementType>(255); }},
                        allowed("8 axes", [](Sample& s) { added_tensor(s).dims.assign(8, 1); }),
                        {"9 axes", [](Sample& s) { added_tensor(s).dims.assign(9, 1); }},
                        {"a million axes", [](Sample& s) { added_tensor(s).dims.assign(1000000, 1); }},
                        {"an axis of 0",
                         [](Sample& s) {
                             added_tensor(s).dims = {4, 0};
                         }},
                        {"an expression, of which there are none", [](Sample& s) { added_tensor(s).dims = {-1}; }},
                        {"the lowest extent",
                         [](Sample& s) {
                             added_tensor(s).dims = {INT32_MIN, INT32_MIN};
                         }},
                        allowed("2^31 - 1 elements", [](Sample& s) { added_value(s, kBig).dims = {INT32_MAX}; }),
                        {"2^31 elements",
                         [](Sample& s) {
                             added_value(s, kBig).dims = {65536, 32768};
                         }},
                        {"2^64 elements",
                         [](Sample& s) {
                             added_value(s, kBig).dims = {65536, 65536, 65536, 65536};
                         }},
                        {"2^248 elements", [](Sample& s) { added_value(s, kBig).dims.assign(8, INT32_MAX); }},
                    });
}

TEST_CASE("constants lie on multiples of 64 inside the weights") {
    expect_verdicts(forecaster_sample,
                    {
                        {"not on a multiple of 64", [](Sample& s) { added_tensor(s).offset = 4; }},
                        {"behind the weights", [](Sample& s) { added_tensor(s).offset = s.model.weights.size(); }},
                        {"far behind the weights", [](Sample& s) { added_tensor(s).offset = std::uint64_t{1} << 40; }},
                        {"end wraps to 0",
                         [](Sample& s) {
                             added_tensor(s).offset = UINT64_MAX - 63;
                             s.model.tensors.back()->dims = {16};
                         }},
                        allowed("ends with the weights",
                                [](Sample& s) {
                                    added_tensor(s).offset = s.model.weights.size() - 64;
                                    s.model.tensors.back()->dims = {16};
                                }),
                        {"one float too long",
                         [](Sample& s) {
                             added_tensor(s).offset = s.model.weights.size() - 64;
                             s.model.tensors.back()->dims = {17};
                         }},
                        {"one byte too long",
                         [](Sample& s) {
                             added_tensor(s).offset = s.model.weights.size() - 64;
                             s.model.tensors.back()->type = ElementType::i8;
                             s.model.tensors.back()->dims = {65};
                         }},
                    });
}

TEST_CASE("tensors lie in their buffer on a multiple of their element") {
    expect_verdicts(forecaster_sample,
                    {
                        allowed("fills its buffer", [](Sample& s) { added_value(s, 8).dims = {2}; }),
                        {"one byte too long", [](Sample& s) { added_value(s, 7).dims = {2}; }},
                        {"starts behind", [](Sample& s) { added_value(s, 8).offset = 12; }},
                        {"end wraps to 0", [](Sample& s) { added_value(s, 8).offset = UINT64_MAX - 3; }},
                        allowed("f32 at 4", [](Sample& s) { added_value(s, 8).offset = 4; }),
                        {"f32 at 2", [](Sample& s) { added_value(s, 8).offset = 2; }},
                        allowed("i64 at 8", [](Sample& s) { add_view(s, "features", ElementType::i64, {1}, 8); }),
                        {"i64 at 4", [](Sample& s) { add_view(s, "features", ElementType::i64, {1}, 4); }},
                        {"i32 at 2", [](Sample& s) { add_view(s, "features", ElementType::i32, {1}, 2); }},
                        allowed("bool at 3", [](Sample& s) { add_view(s, "features", ElementType::boolean, {13}, 3); }),
                        {"buffer behind the last",
                         [](Sample& s) { added_tensor(s).buffer = static_cast<int>(s.model.buffers.size()); }},
                        {"buffer -2", [](Sample& s) { added_tensor(s).buffer = -2; }},
                        {"lowest buffer", [](Sample& s) { added_tensor(s).buffer = INT32_MIN; }},
                    });
}

TEST_CASE("what this version does not know is called newer, and counts have limits") {
    for (int bit = 0; bit < 64; ++bit) {
        Sample sample = forecaster_sample();
        sample.model.features = std::uint64_t{1} << bit;
        REQUIRE(verdict_on(file_of(sample)) == Verdict::newer_file);
    }
    expect_verdicts(
        forecaster_sample,
        {
            allowed("16384 buffers", [](Sample& s) { s.model.buffers.resize(tidegate::format::kMaxBuffers); }),
            {"16385 buffers", [](Sample& s) { s.model.buffers.resize(tidegate::format::kMaxBuffers + 1); }},
            {"65537 tensors",
             [](Sample& s) {
                 while (s.model.tensors.size() <= tidegate::format::kMaxTensors) { add_tensor(s); }
             }},
            {"no ops", [](Sample& s) { s.model.ops.clear(); }},
        });
}

}  // namespace memory_rules_test
