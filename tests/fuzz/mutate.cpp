// SPDX-License-Identifier: MIT
#include "mutate.h"

#include <array>
#include <iterator>
#include <limits>
#include <memory>

#include "words.h"

namespace tidegate::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// All messages in `message`, itself included.
template <class M>
void collect(M& message, std::vector<M*>& all) {
    constexpr std::size_t kMost = 4096;
    if (all.size() >= kMost) { return; }
    all.push_back(&message);
    std::vector<const FieldDescriptor*> fields;
    const Reflection& access = *message.GetReflection();
    access.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) { continue; }
        const int count = field->is_repeated() ? access.FieldSize(message, field) : 1;
        for (int i = 0; i < count; ++i) {
            if constexpr (std::is_const_v<M>) {
                collect(field->is_repeated() ? access.GetRepeatedMessage(message, field, i)
                                             : access.GetMessage(message, field),
                        all);
            } else {
                collect(field->is_repeated() ? *access.MutableRepeatedMessage(&message, field, i)
                                             : *access.MutableMessage(&message, field),
                        all);
            }
        }
    }
}

}  // namespace

void Mutator::change(Message& root, const Message* other) {
    const std::unique_ptr<Message> before(root.New());
    before->CopyFrom(root);
    donors_.clear();
    collect<const Message>(*before, donors_);
    if (other != nullptr) { collect<const Message>(*other, donors_); }
    std::vector<Message*> all;
    collect(root, all);
    Message& message = *all[below(all.size())];
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    constexpr std::size_t kAnyField = 4;  // one in so many changes goes to a field that may be empty
    if (fields.empty() || below(kAnyField) == 0) {
        const auto& type = *message.GetDescriptor();
        if (type.field_count() == 0) { return; }
        return change_field(message,
                            *type.field(static_cast<int>(below(static_cast<std::size_t>(type.field_count())))));
    }
    change_field(message, *fields[below(fields.size())]);
}

void Mutator::change_field(Message& message, const Field& field) {
    if (field.is_repeated()) { return change_list(message, field); }
    if (below(8) == 0) { return message.GetReflection()->ClearField(&message, &field); }
    change_value(message, field, -1);
}

void Mutator::change_list(Message& message, const Field& field) {
    const Reflection& access = *message.GetReflection();
    const int count = access.FieldSize(message, &field);
    const auto any = [&] { return static_cast<int>(below(static_cast<std::size_t>(count))); };
    const std::size_t what = count == 0 ? 0 : below(6);
    if (what == 0) {
        add(message, field);
    } else if (what == 1) {
        access.SwapElements(&message, &field, any(), count - 1);
        access.RemoveLast(&message, &field);
    } else if (what == 2) {
        access.SwapElements(&message, &field, any(), any());
    } else {
        change_value(message, field, any());
    }
}

void Mutator::add(Message& message, const Field& field) {
    const Reflection& access = *message.GetReflection();
    switch (field.cpp_type()) {
        case Field::CPPTYPE_MESSAGE:
            access.AddMessage(&message, &field);
            break;
        case Field::CPPTYPE_STRING:
            access.AddString(&message, &field, "");
            break;
        case Field::CPPTYPE_INT64:
            access.AddInt64(&message, &field, 0);
            break;
        case Field::CPPTYPE_UINT64:
            access.AddUInt64(&message, &field, 0);
            break;
        case Field::CPPTYPE_INT32:
            access.AddInt32(&message, &field, 0);
            break;
        case Field::CPPTYPE_FLOAT:
            access.AddFloat(&message, &field, 0);
            break;
        case Field::CPPTYPE_DOUBLE:
            access.AddDouble(&message, &field, 0);
            break;
        default:
            return;  // the schema has no others
    }
    const int last = access.FieldSize(message, &field) - 1;
    change_value(message, field, last);
    access.SwapElements(&message, &field, last, static_cast<int>(below(static_cast<std::size_t>(last) + 1)));
}

/// index: of an element; -1: of a field that is not a list.
void Mutator::change_value(Message& message, const Field& field, int index) {
    const Reflection& access = *message.GetReflection();
    const bool one = index < 0;
    switch (field.cpp_type()) {
        case Field::CPPTYPE_MESSAGE: {
            std::vector<const Message*> alike;
            for (const Message* donor : donors_) {
                if (donor->GetDescriptor() == field.message_type()) { alike.push_back(donor); }
            }
            if (alike.empty()) { return; }
            Message& part = one ? *access.MutableMessage(&message, &field)
                                : *access.MutableRepeatedMessage(&message, &field, index);
            return part.CopyFrom(*alike[below(alike.size())]);
        }
        case Field::CPPTYPE_STRING: {
            const std::string now =
                one ? access.GetString(message, &field) : access.GetRepeatedString(message, &field, index);
            return one ? access.SetString(&message, &field, text(now, field))
                       : access.SetRepeatedString(&message, &field, index, text(now, field));
        }
        case Field::CPPTYPE_INT64: {
            const std::int64_t now =
                one ? access.GetInt64(message, &field) : access.GetRepeatedInt64(message, &field, index);
            return one ? access.SetInt64(&message, &field, integer(now))
                       : access.SetRepeatedInt64(&message, &field, index, integer(now));
        }
        case Field::CPPTYPE_INT32: {
            const std::int32_t now =
                one ? access.GetInt32(message, &field) : access.GetRepeatedInt32(message, &field, index);
            const auto next = static_cast<std::int32_t>(integer(now));
            return one ? access.SetInt32(&message, &field, next)
                       : access.SetRepeatedInt32(&message, &field, index, next);
        }
        case Field::CPPTYPE_FLOAT: {
            const float now = one ? access.GetFloat(message, &field) : access.GetRepeatedFloat(message, &field, index);
            const auto next = static_cast<float>(real(static_cast<double>(now)));
            return one ? access.SetFloat(&message, &field, next)
                       : access.SetRepeatedFloat(&message, &field, index, next);
        }
        case Field::CPPTYPE_ENUM: {
            const auto& type = *field.enum_type();
            const int value =
                type.value(static_cast<int>(below(static_cast<std::size_t>(type.value_count()))))->number();
            return one ? access.SetEnumValue(&message, &field, value)
                       : access.SetRepeatedEnumValue(&message, &field, index, value);
        }
        default:
            return;  // double_data and uint64_data: raw_data says the same
    }
}

std::int64_t Mutator::integer(std::int64_t now) {
    constexpr std::array<std::int64_t, 26> kTelling = {0,
                                                       1,
                                                       -1,
                                                       2,
                                                       -2,
                                                       3,
                                                       4,
                                                       5,
                                                       7,
                                                       8,
                                                       13,
                                                       16,
                                                       17,
                                                       24,
                                                       64,
                                                       255,
                                                       1 << 16,
                                                       -7,
                                                       1 << 20,
                                                       INT32_MAX,
                                                       INT32_MIN,
                                                       INT64_MAX,
                                                       INT64_MIN,
                                                       std::int64_t{1} << 32,
                                                       std::int64_t{1} << 60,
                                                       std::int64_t{1} << 62};
    switch (below(4)) {
        case 0:
            return kTelling[below(kTelling.size())];
        case 1:
            return static_cast<std::int64_t>(below(8));
        case 2:
            return -static_cast<std::int64_t>(below(8));
        default:
            return static_cast<std::int64_t>(static_cast<std::uint64_t>(now) + below(5) - 2);
    }
}

double Mutator::real(double now) {
    constexpr std::array<double, 14> kTelling = {0,
                                                 -0.0,
                                                 1,
                                                 -1,
                                                 0.5,
                                                 1e-3,
                                                 1e-40,
                                                 1e38,
                                                 -1e38,
                                                 3.0,
                                                 1e10,
                                                 65504,
                                                 std::numeric_limits<double>::infinity(),
                                                 std::numeric_limits<double>::quiet_NaN()};
    return below(3) == 0 ? -2 * now : kTelling[below(kTelling.size())];
}

/// A word that means something, or the text of such a field elsewhere: names of values meet so.
std::string Mutator::text(const std::string& now, const Field& field) {
    constexpr std::size_t kRoom = 8;  // bytes that a text may grow by
    const std::size_t what = below(8);
    if (what == 0 || field.type() == Field::TYPE_BYTES) {
        std::string bytes = now;
        bytes.resize(now.size() + kRoom);
        bytes.resize(bytes_(reinterpret_cast<std::uint8_t*>(bytes.data()), now.size(), bytes.size()));
        return bytes;
    }
    if (what <= 2) { return kWords[below(std::size(kWords))]; }
    std::vector<std::string> names;
    for (const Message* donor : donors_) {
        const auto& type = *donor->GetDescriptor();
        for (int i = 0; i < type.field_count(); ++i) {
            const Field& other = *type.field(i);
            if (other.type() != Field::TYPE_STRING) { continue; }
            const Reflection& access = *donor->GetReflection();
            if (!other.is_repeated()) {
                names.push_back(access.GetString(*donor, &other));
                continue;
            }
            for (int j = 0; j < access.FieldSize(*donor, &other); ++j) {
                names.push_back(access.GetRepeatedString(*donor, &other, j));
            }
        }
    }
    return names.empty() ? now : names[below(names.size())];
}

}  // namespace tidegate::fuzz
