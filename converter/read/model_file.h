// SPDX-License-Identifier: MIT
// Files to protobuf messages. Every limit on what an untrusted file may make the parser do stands here.
#pragma once

#include <string>

#include <google/protobuf/message_lite.h>

namespace tidegate {

/// The bytes of a regular file below 2 GiB. Throws ConvertError: missing, not a file, unreadable, empty, too large.
std::string read_bytes(const std::string& path);
/// Fills `message` from all of `bytes`; unknown fields are kept, nesting is limited to 100. False: not such a message.
bool parse(const std::string& bytes, google::protobuf::MessageLite& message);
/// 32 bytes.
std::string sha256(const std::string& bytes);

}  // namespace tidegate
