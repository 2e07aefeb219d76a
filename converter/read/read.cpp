// SPDX-License-Identifier: MIT
// ModelProto -> Graph: what concerns the model as a whole. Nothing behind this folder knows the ONNX schema.
#include <algorithm>
#include <filesystem>
#include <optional>

#include "convert.h"
#include "graph/text.h"
#include "read/functions.h"
#include "read/graph_reader.h"
#include "read/model_file.h"
#include "read/survey.h"

namespace tidegate {
namespace {

std::int64_t opset_of(const onnx::ModelProto& model) {
    std::optional<std::int64_t> opset;
    for (const onnx::OperatorSetIdProto& import : model.opset_import()) {
        if (!domain_of(import.domain()).empty()) { continue; }
        if (opset && *opset != import.version()) {
            throw ConvertError("the model imports two opsets, " + std::to_string(*opset) + " and " +
                               std::to_string(import.version()));
        }
        opset = import.version();
    }
    const auto& nodes = model.graph().node();
    const bool has_own = std::any_of(nodes.begin(), nodes.end(),
                                     [](const onnx::NodeProto& node) { return domain_of(node.domain()).empty(); });
    if (!opset && !has_own && model.opset_import_size() > 0) { return kNewestOpset; }  // other domains' operators alone
    if (!opset) { throw ConvertError("the model does not say its opset; is the file cut short?"); }
    if (*opset < kOldestOpset || *opset > kNewestOpset) {
        throw ConvertError("opset " + std::to_string(*opset) + " is not supported (" + known_opsets() +
                           "); export with opset_version=" + std::to_string(*opset < kOldestOpset ? 13 : 22) +
                           " or use onnx.version_converter");
    }
    return *opset;
}

void refuse_extras(const onnx::ModelProto& model, Complaints& complaints) {
    if (model.training_info_size() > 0) {
        complaints.add(ConvertError("the model holds training information; export it for inference"));
    }
}

}  // namespace

Graph read(const std::string& onnx_path) {
    Complaints complaints;
    Graph graph = read(onnx_path, complaints);
    complaints.throw_if_any();
    check(graph);
    return graph;
}

Graph read(const std::string& onnx_path, Complaints& complaints) {
    return read_model(read_bytes(onnx_path), onnx_path, complaints);
}

Graph read_model(const std::string& bytes, const std::string& path, Complaints& complaints) {
    onnx::ModelProto model;
    if (!parse(bytes, model)) {
        throw ConvertError(in_quotes(path) + " is not an ONNX model: it is damaged, cut short or of another format");
    }
    if (!model.has_graph()) { throw ConvertError(in_quotes(path) + " is not an ONNX model: it has no graph"); }

    Graph graph;
    graph.producer =
        printable(model.producer_name() + (model.producer_version().empty() ? "" : " " + model.producer_version()));
    graph.source_sha256 = sha256(bytes);
    graph.opset = opset_of(model);
    const std::string folder = std::filesystem::path(path).parent_path().string();
    refuse_extras(model, complaints);
    const Functions functions(model, complaints);
    count_operators(model.graph().node(), graph.operators);
    for (const onnx::FunctionProto& function : model.functions()) { count_operators(function.node(), graph.operators); }
    GraphReader(model.graph(), folder.empty() ? "." : folder, functions, graph, complaints).read();
    return graph;
}

}  // namespace tidegate
