// SPDX-License-Identifier: MIT
// Local functions of a model (ModelProto.functions): a node that calls one becomes the function's nodes.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "graph/error.h"
#include "read/schema.h"

namespace tidegate {

class Functions {
public:
    Functions() = default;
    /// `model` must outlive it. Of several with one domain, name and overload, all but the first are complained about.
    Functions(const onnx::ModelProto& model, Complaints& complaints);

    /// The function that a node calls; null for an operator.
    const onnx::FunctionProto* called_by(const onnx::NodeProto& node) const;

private:
    using Key = std::tuple<std::string, std::string, std::string>;  // domain, name, overload
    std::map<Key, const onnx::FunctionProto*> functions_;
};

/// The function as a graph with the attributes of the call in their places and its inputs declared by name. Nodes are
/// named "CALL/NODE". Throws NodeFault for an attribute that the function does not have, appears twice or is missing
/// in a call.
onnx::GraphProto graph_of_call(const onnx::FunctionProto& function, const onnx::NodeProto& call,
                               const std::string& call_name);

/// The version of ONNX's own operators inside; `around` if the function does not say.
std::int64_t opset_of(const onnx::FunctionProto& function, std::int64_t around);

}  // namespace tidegate
