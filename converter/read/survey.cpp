// SPDX-License-Identifier: MIT
#include "read/survey.h"

#include "graph/text.h"
#include "read/functions.h"
#include "read/graph_reader.h"
#include "read/operators.h"

namespace tidegate {
namespace {

template <class Visit>
void for_each_inside(const onnx::NodeProto& node, Visit visit) {
    for (const onnx::AttributeProto& attribute : node.attribute()) {
        if (attribute.has_g()) { visit(attribute.g()); }
        for (const onnx::GraphProto& graph : attribute.graphs()) { visit(graph); }
    }
}

}  // namespace

void count_operators(const NodeProtos& nodes, std::map<std::string, std::size_t>& counts) {
    for (const onnx::NodeProto& node : nodes) {
        ++counts[full_name(node)];
        for_each_inside(node, [&](const onnx::GraphProto& inner) { count_operators(inner.node(), counts); });
    }
}

void survey(const NodeProtos& nodes, const ReadContext& context, Complaints& complaints) {
    for (int i = 0; i < nodes.size(); ++i) {
        const onnx::NodeProto& node = nodes[i];
        try {
            if (context.functions.called_by(node) == nullptr) {
                const Attributes checked(node,
                                         find_operator(domain_of(node), node.op_type(), context.opset).attributes);
            }
        } catch (const NodeFault& fault) {
            complaints.add(ConvertError(node_name(node, i), full_name(node), fault.what()));
        }
        survey_inside(node, context, complaints);
    }
}

void survey_inside(const onnx::NodeProto& node, const ReadContext& context, Complaints& complaints) {
    for_each_inside(node, [&](const onnx::GraphProto& inner) {
        if (!context.bodies.contains(&inner)) { survey(inner.node(), context, complaints); }
    });
}

}  // namespace tidegate
