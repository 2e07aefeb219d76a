// SPDX-License-Identifier: MIT
// What a message will take in memory, before it is parsed: two bytes on the wire can be hundreds in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <google/protobuf/message.h>

namespace tidegate {

/// Bytes that `bytes`, parsed as `type`, and what the converter makes of its nodes take, roughly. Nothing if they are
/// no such message, or nest deeper than `depth`.
std::optional<std::uint64_t> weight_of(const std::string& bytes, const google::protobuf::Descriptor& type, int depth);

}  // namespace tidegate
