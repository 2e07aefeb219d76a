// SPDX-License-Identifier: MIT
// Changes a message of any type field by field, so that what comes out still parses and mostly means something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <google/protobuf/message.h>

namespace tidegate::fuzz {

/// Bytes in place of bytes, as libFuzzer does it: at most `most`.
using ByteMutator = std::size_t (*)(std::uint8_t* data, std::size_t size, std::size_t most);

class Mutator {
public:
    Mutator(std::uint32_t seed, ByteMutator bytes) : random_(seed), bytes_(bytes) {}

    /// One change somewhere in `root`: a number, a text, an element more or less, a part of it or of `other` (which may
    /// be null) in another place.
    void change(google::protobuf::Message& root, const google::protobuf::Message* other);
    std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

private:
    using Message = google::protobuf::Message;
    using Field = google::protobuf::FieldDescriptor;

    void change_field(Message& message, const Field& field);
    void change_list(Message& message, const Field& field);
    void change_value(Message& message, const Field& field, int index);
    void add(Message& message, const Field& field);
    std::int64_t integer(std::int64_t now);
    double real(double now);
    std::string text(const std::string& now, const Field& field);

    std::mt19937 random_;
    ByteMutator bytes_;
    std::vector<const Message*> donors_;  ///< all messages of root and other
};

}  // namespace tidegate::fuzz
