// SPDX-License-Identifier: MIT
#include "read/functions.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <list>

#include "graph/text.h"
#include "read/graph_reader.h"

namespace tidegate {
namespace {

using onnx::AttributeProto;

/// The contents of a field of text or messages, by its number: schemas before ONNX 1.13 do not have it by name.
std::list<std::string> contents(const google::protobuf::MessageLite& message, int number) {
    using google::protobuf::internal::WireFormatLite;
    const std::string bytes = message.SerializeAsString();
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                  static_cast<int>(bytes.size()));
    std::list<std::string> found;
    while (const std::uint32_t tag = stream.ReadTag()) {
        std::uint32_t length = 0;
        if (WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
            if (!WireFormatLite::SkipField(&stream, tag)) { break; }
        } else if (!stream.ReadVarint32(&length)) {
            break;
        } else if (WireFormatLite::GetTagFieldNumber(tag) != number) {
            if (!stream.Skip(static_cast<int>(length))) { break; }
        } else {
            if (!stream.ReadString(&found.emplace_back(), static_cast<int>(length))) { break; }
        }
    }
    return found;
}

std::string text_of(const google::protobuf::MessageLite& message, int number) {
    const std::list<std::string> found = contents(message, number);
    return found.empty() ? "" : found.back();
}

constexpr int kDefaults = 11;          // FunctionProto.attribute_proto
constexpr int kFunctionOverload = 13;  // FunctionProto.overload
constexpr int kNodeOverload = 8;       // NodeProto.overload

/// By name: what the nodes of a function refer to.
using Given = std::map<std::string, const AttributeProto*>;

std::list<AttributeProto> defaults_of(const onnx::FunctionProto& function) {
    std::list<AttributeProto> defaults;
    for (const std::string& bytes : contents(function, kDefaults)) {
        if (!defaults.emplace_back().ParseFromString(bytes)) { throw NodeFault("an attribute's default is damaged"); }
    }
    return defaults;
}

Given attributes_of(const onnx::FunctionProto& function, const std::list<AttributeProto>& defaults,
                    const onnx::NodeProto& call) {
    Given given;
    for (const AttributeProto& standard : defaults) { given[standard.name()] = &standard; }
    const auto has = [&](const std::string& name) {
        return given.contains(name) || std::ranges::find(function.attribute(), name) != function.attribute().end();
    };
    Given own;
    for (const AttributeProto& attribute : call.attribute()) {
        if (!has(attribute.name())) {
            throw NodeFault("attribute " + in_quotes(attribute.name()) + " is none of the function's");
        }
        if (!own.emplace(attribute.name(), &attribute).second) {
            throw NodeFault("attribute " + in_quotes(attribute.name()) + " appears twice");
        }
        given[attribute.name()] = &attribute;
    }
    return given;
}

void give_attributes(onnx::GraphProto& graph, const Given& given);

/// An attribute that refers to one of the call's takes its value; one that the call lacks is left out.
void give_attributes(onnx::NodeProto& node, const Given& given) {
    google::protobuf::RepeatedPtrField<AttributeProto> kept;
    for (AttributeProto& attribute : *node.mutable_attribute()) {
        if (!attribute.ref_attr_name().empty()) {
            const auto found = given.find(attribute.ref_attr_name());
            if (found == given.end()) { continue; }
            AttributeProto value = *found->second;
            value.set_name(attribute.name());
            *kept.Add() = std::move(value);
            continue;
        }
        if (attribute.type() == AttributeProto::GRAPH) { give_attributes(*attribute.mutable_g(), given); }
        *kept.Add() = std::move(attribute);
    }
    node.mutable_attribute()->Swap(&kept);
}

void give_attributes(onnx::GraphProto& graph, const Given& given) {
    for (onnx::NodeProto& node : *graph.mutable_node()) { give_attributes(node, given); }
}

}  // namespace

Functions::Functions(const onnx::ModelProto& model, Complaints& complaints) {
    for (const onnx::FunctionProto& function : model.functions()) {
        const Key key(domain_of(function.domain()), function.name(), text_of(function, kFunctionOverload));
        if (!functions_.emplace(key, &function).second) {
            complaints.add(ConvertError("the model has two local functions " + in_quotes(function.name())));
        }
    }
}

const onnx::FunctionProto* Functions::called_by(const onnx::NodeProto& node) const {
    if (functions_.empty()) { return nullptr; }
    const auto found = functions_.find({domain_of(node.domain()), node.op_type(), text_of(node, kNodeOverload)});
    return found == functions_.end() ? nullptr : found->second;
}

onnx::GraphProto graph_of_call(const onnx::FunctionProto& function, const onnx::NodeProto& call,
                               const std::string& call_name) {
    onnx::GraphProto graph;
    graph.set_name(function.name());
    for (const std::string& input : function.input()) { graph.add_input()->set_name(input); }
    for (const std::string& output : function.output()) { graph.add_output()->set_name(output); }
    *graph.mutable_node() = function.node();
    for (int i = 0; i < graph.node_size(); ++i) {
        graph.mutable_node(i)->set_name(call_name + "/" + node_name(graph, i));
    }
    const std::list<AttributeProto> defaults = defaults_of(function);
    give_attributes(graph, attributes_of(function, defaults, call));
    return graph;
}

std::int64_t opset_of(const onnx::FunctionProto& function, std::int64_t around) {
    for (const onnx::OperatorSetIdProto& import : function.opset_import()) {
        if (domain_of(import.domain()).empty()) { return import.version(); }
    }
    return around;
}

}  // namespace tidegate
