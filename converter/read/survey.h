// SPDX-License-Identifier: MIT
// What can be said of nodes that are not read: those inside of a node, or a function, that is refused itself.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "graph/error.h"
#include "read/schema.h"

namespace tidegate {

struct ReadContext;
using NodeProtos = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

/// How often each operator is there, inner graphs included. Domains but ONNX's own stand before the name.
void count_operators(const NodeProtos& nodes, std::map<std::string, std::size_t>& counts);

/// Complains of every node, at any depth, that no operands could make good: its operator or its attributes.
void survey(const NodeProtos& nodes, const ReadContext& context, Complaints& complaints);
/// The same of the graphs inside one node, but for those that were read.
void survey_inside(const onnx::NodeProto& node, const ReadContext& context, Complaints& complaints);

}  // namespace tidegate
