// SPDX-License-Identifier: MIT
#include "read/model_file.h"

#include <openssl/evp.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>

#include <google/protobuf/io/coded_stream.h>

#include "graph/error.h"
#include "graph/text.h"
#include "read/weigh.h"

namespace tidegate {
namespace {

constexpr int kMaxNesting = 100;
constexpr std::uint64_t kFreeWeight = std::uint64_t{192} << 20;                 // bytes of memory, and
constexpr std::uint64_t kMaxGrowth = 40;                                        // this many times the file
constexpr std::uintmax_t kMaxBytes = std::numeric_limits<std::int32_t>::max();  // protobuf's own limit of a message

}  // namespace

std::string read_bytes(const std::string& path) {
    const auto refuse = [&](const std::string& why) { throw ConvertError(in_quotes(path) + " " + why); };
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (status.type() == std::filesystem::file_type::not_found) { refuse("does not exist"); }
    if (status.type() != std::filesystem::file_type::regular) { refuse("is not a regular file"); }
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error) { refuse("cannot be read: " + error.message()); }
    if (size == 0) { refuse("is empty"); }
    if (size > kMaxBytes) { refuse("is larger than 2 GiB; store its weights as external data"); }
    std::string bytes(size, '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) { refuse("cannot be read"); }
    return bytes;
}

bool parse(const std::string& bytes, google::protobuf::MessageLite& message) {
    const auto* known = dynamic_cast<const google::protobuf::Message*>(&message);
    if (known != nullptr) {
        const std::optional<std::uint64_t> weight = weight_of(bytes, *known->GetDescriptor(), kMaxNesting);
        if (!weight) { return false; }
        if (*weight > kFreeWeight + kMaxGrowth * bytes.size()) {
            throw ConvertError("the file has so many parts that they would take " + std::to_string(*weight >> 20) +
                               " MB of memory, out of proportion to its size");
        }
    }
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                  static_cast<int>(bytes.size()));
    stream.SetRecursionLimit(kMaxNesting);
    stream.SetTotalBytesLimit(static_cast<int>(bytes.size()));
    return message.ParseFromCodedStream(&stream) && stream.ConsumedEntireMessage();
}

std::string sha256(const std::string& bytes) {
    std::string digest(32, '\0');
    unsigned int length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, EVP_sha256(),
                   nullptr) != 1 ||
        length != digest.size()) {
        throw std::runtime_error("SHA-256 is not available in this OpenSSL");
    }
    return digest;
}

}  // namespace tidegate
