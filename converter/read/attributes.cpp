// SPDX-License-Identifier: MIT
#include "read/attributes.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "graph/text.h"

namespace tidegate {
namespace {

using onnx::AttributeProto;

bool matches(AttributeKind kind, int type) {
    switch (kind) {
        case AttributeKind::integer:
            return type == AttributeProto::INT;
        case AttributeKind::real:
            return type == AttributeProto::FLOAT;
        case AttributeKind::real_or_integer:
            return type == AttributeProto::FLOAT || type == AttributeProto::INT;
        case AttributeKind::text:
            return type == AttributeProto::STRING;
        case AttributeKind::integers:
            return type == AttributeProto::INTS;
        case AttributeKind::reals:
            return type == AttributeProto::FLOATS;
        case AttributeKind::texts:
            return type == AttributeProto::STRINGS;
        case AttributeKind::tensor:
            return type == AttributeProto::TENSOR;
        case AttributeKind::sparse:
            return type == AttributeProto::SPARSE_TENSOR;
        case AttributeKind::graph:
            return type == AttributeProto::GRAPH;
    }
    return false;
}

const char* name_of(AttributeKind kind) {
    switch (kind) {
        case AttributeKind::integer:
            return "INT";
        case AttributeKind::real:
            return "FLOAT";
        case AttributeKind::real_or_integer:
            return "FLOAT";
        case AttributeKind::text:
            return "STRING";
        case AttributeKind::integers:
            return "INTS";
        case AttributeKind::reals:
            return "FLOATS";
        case AttributeKind::texts:
            return "STRINGS";
        case AttributeKind::tensor:
            return "TENSOR";
        case AttributeKind::sparse:
            return "SPARSE_TENSOR";
        case AttributeKind::graph:
            return "GRAPH";
    }
    return "?";
}

std::string names_of(const AttributeRows& rows) {
    if (rows.empty()) { return "it has none at this opset"; }
    std::string text = "at this opset it has ";
    for (std::size_t i = 0; i < rows.size(); ++i) { text += (i == 0 ? "" : ", ") + std::string(rows[i].name); }
    return text;
}

}  // namespace

Attributes::Attributes(const onnx::NodeProto& node, const AttributeRows& rows) : node_(node) {
    std::set<std::string> seen;
    for (const AttributeProto& attribute : node.attribute()) {
        const std::string& name = attribute.name();
        const auto row = std::find_if(rows.begin(), rows.end(), [&](const AttributeRow& r) { return name == r.name; });
        if (row == rows.end()) {
            throw NodeFault("attribute " + in_quotes(name) + " is not known for this operator; " + names_of(rows));
        }
        if (!seen.insert(name).second) { throw NodeFault("attribute " + in_quotes(name) + " appears twice"); }
        if (!attribute.ref_attr_name().empty()) {
            throw NodeFault("attribute " + in_quotes(name) + " refers to an attribute of a function, but is in none");
        }
        if (!matches(row->kind, attribute.type())) {
            throw NodeFault("attribute " + in_quotes(name) + " must be of type " + name_of(row->kind));
        }
    }
}

const AttributeProto* Attributes::find(const char* name) const {
    for (const AttributeProto& attribute : node_.attribute()) {
        if (attribute.name() == name) { return &attribute; }
    }
    return nullptr;
}

std::int64_t Attributes::integer(const char* name, std::int64_t missing) const {
    const AttributeProto* found = find(name);
    return found == nullptr ? missing : found->i();
}

double Attributes::real(const char* name, float missing) const {
    const AttributeProto* found = find(name);
    if (found == nullptr) { return missing; }
    return found->type() == AttributeProto::INT ? static_cast<double>(found->i()) : static_cast<double>(found->f());
}

double Attributes::finite(const char* name, float missing) const {
    const double value = real(name, missing);
    if (!std::isfinite(value)) { throw NodeFault("attribute '" + std::string(name) + "' is not finite"); }
    return value;
}

std::string Attributes::text(const char* name, const char* missing) const {
    const AttributeProto* found = find(name);
    return found == nullptr ? missing : found->s();
}

std::vector<std::int64_t> Attributes::integers(const char* name) const {
    const AttributeProto* found = find(name);
    return found == nullptr ? std::vector<std::int64_t>{}
                            : std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

std::vector<float> Attributes::reals(const char* name) const {
    const AttributeProto* found = find(name);
    return found == nullptr ? std::vector<float>{} : std::vector<float>(found->floats().begin(), found->floats().end());
}

std::vector<std::string> Attributes::texts(const char* name) const {
    const AttributeProto* found = find(name);
    return found == nullptr ? std::vector<std::string>{}
                            : std::vector<std::string>(found->strings().begin(), found->strings().end());
}

const onnx::TensorProto* Attributes::tensor(const char* name) const {
    const AttributeProto* found = find(name);
    return found == nullptr ? nullptr : &found->t();
}

const onnx::GraphProto* Attributes::graph(const char* name) const {
    const AttributeProto* found = find(name);
    return found == nullptr ? nullptr : &found->g();
}

bool Attributes::flag(const char* name) const {
    const std::int64_t value = integer(name, 0);
    if (value != 0 && value != 1) {
        throw NodeFault("attribute '" + std::string(name) + "' is " + std::to_string(value) + "; it must be 0 or 1");
    }
    return value == 1;
}

std::int64_t Attributes::required_integer(const char* name) const {
    if (!has(name)) { throw NodeFault("attribute '" + std::string(name) + "' is missing"); }
    return integer(name, 0);
}

}  // namespace tidegate
