// SPDX-License-Identifier: MIT
// One damaged part of a valid model at a time: each rule of the check is shown to refuse.
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "opened.h"
#include "sample.h"

namespace tidegate::test {

struct Rule {
    const char* broken;
    std::function<void(Sample&)> damage;
    format::Verdict verdict = format::Verdict::invalid;
};

/// Checks that each damage, done to a fresh sample, gives its verdict.
void expect_verdicts(Sample (*make)(), const std::vector<Rule>& rules);

/// A change after which the model is still valid: shows that the rule beside it refuses no more than it says.
inline Rule allowed(const char* what, std::function<void(Sample&)> change) {
    return {what, std::move(change), format::Verdict::ok};
}

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

using D = std::vector<std::int32_t>;
/// Damages: other dims or another type of a tensor.
inline std::function<void(Sample&)> dims(const char* name, D to) {
    return [name, to](Sample& s) { s.tensor(name).dims = to; };
}
inline std::function<void(Sample&)> type(const char* name, objects::ElementType to = objects::ElementType::i32) {
    return [name, to](Sample& s) { s.tensor(name).type = to; };
}

/// A constant f32 tensor [1] that nobody uses; returns its index.
int add_tensor(Sample& sample);
/// A buffer at the end of the arena, which grows; returns its index.
int add_buffer(Sample& sample, std::uint64_t bytes, std::uint32_t first, std::uint32_t last);
/// Moves a buffer to the end of the arena, with room for `bytes`, so that its lifetime can change freely.
void move_to_end(Sample& sample, objects::Buffer& buffer, std::uint64_t bytes);
inline void move_to_end(Sample& sample, objects::Buffer& buffer) { move_to_end(sample, buffer, buffer.bytes()); }
/// A view of the tensor's buffer; returns its index.
int add_view(Sample& sample, const std::string& of, objects::ElementType type, const std::vector<std::int32_t>& dims,
             std::uint64_t offset = 0);
/// Appends a Unary op; what lived to the end lives one step longer.
void append_relu(Sample& sample, int x, int y);
/// Changes the union's type in a payload behind FlatBuffers' back.
void set_params_type(std::vector<std::uint8_t>& payload, std::size_t op, std::uint8_t type);

}  // namespace tidegate::test
