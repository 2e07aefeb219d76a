// SPDX-License-Identifier: MIT
#include "state_values.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "data/files.h"
#include "npy.h"

namespace tidegate::command {
namespace {

/// As tidegate.h says: a header, then every state in f32.
constexpr std::size_t kHeaderBytes = 64;

}  // namespace

std::string value_beyond_limit(const Facts& facts, const std::string& path) {
    const std::string saved = data::read_file(path);
    std::size_t state_at = kHeaderBytes;
    for (std::size_t i = 0; i < facts.states.size(); ++i) {
        const TensorFacts& state = facts.states[i];
        for (std::size_t at = 0; at < state.bytes && state_at + at + sizeof(float) <= saved.size();
             at += sizeof(float)) {
            float value = 0;
            std::memcpy(&value, saved.data() + state_at + at, sizeof value);
            if (std::abs(value) <= facts.state_limits[i]) { continue; }
            return fmt::format("state '{}' has {:.9g} at {}, its limit is {:.9g}", state.name, value,
                               shape_text(indices_of(at / sizeof value, state.shape)), facts.state_limits[i]);
        }
        state_at += static_cast<std::size_t>(state.bytes);
    }
    return "";
}

}  // namespace tidegate::command
