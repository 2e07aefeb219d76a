// SPDX-License-Identifier: MIT
#include "read/weigh.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace tidegate {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr std::uint64_t kPointer = 16;       // of a list, with the room that it grows by
constexpr std::uint64_t kUnknownField = 32;  // kept aside
constexpr std::uint64_t kText = 48;          // an empty one

/// Of the parts that the converter makes something of: names, values, nodes, in several stages at once.
std::uint64_t made_of(const Descriptor& type) {
    if (type.name() == "NodeProto") { return 2048; }
    if (type.name() == "TensorProto" || type.name() == "ValueInfoProto") { return 1024; }
    return 0;
}

class Scale {
public:
    Scale(const std::string& bytes, int depth)
        : stream_(reinterpret_cast<const std::uint8_t*>(bytes.data()), static_cast<int>(bytes.size())), depth_(depth) {
        stream_.SetRecursionLimit(depth);
    }

    /// False: damaged.
    bool message(const Descriptor& type) {
        const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type);
        total_ += prototype->SpaceUsedLong() + made_of(type);
        if (--depth_ < 0) { return false; }
        while (const std::uint32_t tag = stream_.ReadTag()) {
            if (!field(type, tag)) { return false; }
        }
        ++depth_;
        return stream_.ConsumedEntireMessage();
    }

    std::uint64_t total() const { return total_; }

private:
    bool field(const Descriptor& type, std::uint32_t tag) {
        const FieldDescriptor* known = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
        if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
            total_ += known == nullptr ? kUnknownField : kPointer;
            return WireFormatLite::SkipField(&stream_, tag);
        }
        int length = 0;
        if (!stream_.ReadVarintSizeAsInt(&length)) { return false; }
        total_ += kPointer;
        if (known == nullptr || known->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
            total_ += kText + static_cast<std::uint64_t>(length);
            return stream_.Skip(length);
        }
        if (known->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {  // packed: a varint of a byte becomes a number
            const bool varints = known->cpp_type() != FieldDescriptor::CPPTYPE_FLOAT &&
                                 known->cpp_type() != FieldDescriptor::CPPTYPE_DOUBLE;
            total_ += static_cast<std::uint64_t>(length) * (varints ? 16 : 4);
            return stream_.Skip(length);
        }
        const auto limit = stream_.PushLimit(length);
        const bool good = message(*known->message_type());
        stream_.PopLimit(limit);
        return good;
    }

    CodedInputStream stream_;
    int depth_;
    std::uint64_t total_ = 0;
};

}  // namespace

std::optional<std::uint64_t> weight_of(const std::string& bytes, const Descriptor& type, int depth) {
    Scale scale(bytes, depth);
    if (!scale.message(type)) { return std::nullopt; }
    return scale.total();
}

}  // namespace tidegate
