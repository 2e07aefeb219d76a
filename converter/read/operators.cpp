// SPDX-License-Identifier: MIT
#include "read/operators.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "graph/text.h"
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

template <class T>
void with_axis(const NodeReader& node) {
    node.add(T{node.attributes.integer("axis", T{}.axis)});
}
void concat(const NodeReader& node) { node.add(Concat{node.attributes.required_integer("axis")}); }
void transpose(const NodeReader& node) { node.add(Transpose{node.attributes.integers("perm")}); }

const AttributeRow kLayout = {"layout", K::integer};
const Rows kConstant9 = {{"value", K::tensor}};
const Rows kConstant11 = kConstant9 + AttributeRow{"sparse_value", K::sparse};
const Rows kConstant12 = {{"value", K::tensor},       {"sparse_value", K::sparse}, {"value_float", K::real},
                          {"value_floats", K::reals}, {"value_int", K::integer},   {"value_ints", K::integers},
                          {"value_string", K::text},  {"value_strings", K::texts}};

const Rows kScan8 = {{"body", K::graph}, {"num_scan_inputs", K::integer}, {"directions", K::integers}};
const Rows kScan9 = {{"body", K::graph},
                     {"num_scan_inputs", K::integer},
                     {"scan_input_axes", K::integers},
                     {"scan_input_directions", K::integers},
                     {"scan_output_axes", K::integers},
                     {"scan_output_directions", K::integers}};
void rnn(const NodeReader& node) { translate_recurrent(node, CellKind::rnn); }
void lstm(const NodeReader& node) { translate_recurrent(node, CellKind::lstm); }
void gru(const NodeReader& node) { translate_recurrent(node, CellKind::gru); }
void softmax(const NodeReader& node) { translate_softmax(node, false); }
void log_softmax(const NodeReader& node) { translate_softmax(node, true); }
/// Those of no family of their own.
const std::vector<OperatorRow> kAlone = {
    {"Cast", 6, 1, 1, 1, {{"to", K::integer}}, translate_cast},
    {"Cast", 19, 1, 1, 1, {{"to", K::integer}, {"saturate", K::integer}}, translate_cast},
    {"Cast", 24, 1, 1, 1, {{"to", K::integer}, {"saturate", K::integer}, {"round_mode", K::text}}, translate_cast},
    {"CastLike", 15, 2, 2, 1, {}, plain<Cast>},
    {"CastLike", 19, 2, 2, 1, {{"saturate", K::integer}}, plain<Cast>},
    {"Concat", 4, 1, kAnyNumber, 1, kAxis, concat},
    {"Constant", 1, 0, 0, 1, kConstant9, translate_constant},
    {"Constant", 11, 0, 0, 1, kConstant11, translate_constant},
    {"Constant", 12, 0, 0, 1, kConstant12, translate_constant},
    {"ConstantOfShape", 9, 1, 1, 1, {{"value", K::tensor}}, translate_constant_of_shape},
    {"Dropout", 7, 1, 1, 2, {{"ratio", K::real}}, translate_dropout},
    {"Dropout", 12, 1, 3, 2, {{"seed", K::integer}}, translate_dropout},
    {"Expand", 8, 2, 2, 1, {}, plain<Expand>},
    {"Flatten", 1, 1, 1, 1, kAxis, with_axis<Flatten>},
    {"GRU", 7, 3, 6, 2, kCell + kLinear, gru},
    {"GRU", 14, 3, 6, 2, kCell + kLinear + kLayout, gru},
    {"Gather", 1, 2, 2, 1, kAxis, with_axis<Gather>},
    {"Gemm", 7, 3, 3, 1, kGemm, translate_gemm},
    {"Gemm", 11, 2, 3, 1, kGemm, translate_gemm},
    {"Identity", 1, 1, 1, 1, {}, translate_identity, true},
    {"If", 1, 1, 1, kAnyNumber, {{"then_branch", K::graph}, {"else_branch", K::graph}}, translate_if},
    {"LSTM", 7, 3, 8, 3, kCell + kInputForget, lstm},
    {"LSTM", 14, 3, 8, 3, kCell + kInputForget + kLayout, lstm},
    {"LogSoftmax", 1, 1, 1, 1, kAxis, log_softmax},
    {"Loop", 1, 0, kAnyOrMissing, kAnyNumber, {{"body", K::graph}}, translate_loop, true},
    {"MatMul", 1, 2, 2, 1, {}, plain<MatMul>},
    {"RNN", 7, 3, 6, 2, kCell, rnn},
    {"RNN", 14, 3, 6, 2, kCell + kLayout, rnn},
    {"Range", 11, 3, 3, 1, {}, plain<Range>},
    {"Reshape", 5, 2, 2, 1, {}, translate_reshape},
    {"Reshape", 14, 2, 2, 1, {{"allowzero", K::integer}}, translate_reshape},
    {"Scan", 8, 0, kAnyOrMissing, kAnyNumber, kScan8, translate_scan_8},
    {"Scan", 9, 1, kAnyNumber, kAnyNumber, kScan9, translate_scan},
    {"Shape", 1, 1, 1, 1, {}, translate_shape},
    {"Shape", 15, 1, 1, 1, {{"start", K::integer}, {"end", K::integer}}, translate_shape},
    {"Slice",
     1,
     1,
     1,
     1,
     {{"starts", K::integers}, {"ends", K::integers}, {"axes", K::integers}},
     translate_slice_attributes},
    {"Slice", 10, 3, 5, 1, {}, plain<Slice>},
    {"Softmax", 1, 1, 1, 1, kAxis, softmax},
    {"Split", 2, 1, 1, kAnyNumber, kSplit, translate_split},
    {"Split", 13, 1, 2, kAnyNumber, kAxis, translate_split},
    {"Split", 18, 1, 2, kAnyNumber, {{"axis", K::integer}, {"num_outputs", K::integer}}, translate_split_18},
    {"Squeeze", 1, 1, 1, 1, kAxes, translate_squeeze},
    {"Squeeze", 13, 1, 2, 1, {}, plain<Squeeze>},
    {"Transpose", 1, 1, 1, 1, {{"perm", K::integers}}, transpose},
    {"Unsqueeze", 1, 1, 1, 1, kAxes, translate_unsqueeze},
    {"Unsqueeze", 13, 2, 2, 1, {}, plain<Unsqueeze>},
};

/// What helps against operators that are not read.
std::string remedy(std::string_view name) {
    if (name.find("Sequence") != std::string_view::npos) {
        return "this operator of sequences is not supported; export the model with a fixed sequence length, or with "
               "its recurrent layers as LSTM, GRU or RNN nodes";
    }
    return "the operator is not supported; do this part outside of the model, or export without it";
}

std::array<const std::vector<OperatorRow>*, 9> families() {
    return {&kAlone,        &elementwise_rows(), &move_rows(),      &reduce_rows(), &sequence_rows(),
            &window_rows(), &quantized_rows(),   &microsoft_rows(), &old_rows()};
}

}  // namespace

std::vector<const OperatorRow*> operator_rows() {
    std::vector<const OperatorRow*> all;
    for (const std::vector<OperatorRow>* family : families()) {
        for (const OperatorRow& row : *family) { all.push_back(&row); }
    }
    std::sort(all.begin(), all.end(), [](const OperatorRow* a, const OperatorRow* b) {
        const int order = std::string_view(a->name).compare(b->name);
        return order != 0 ? order < 0 : a->since < b->since;
    });
    return all;
}

const OperatorRow& find_operator(const std::string& domain, const std::string& type, std::int64_t opset) {
    const std::string name = domain.empty() ? type : domain + "." + type;
    const OperatorRow* newest = nullptr;
    const OperatorRow* any = nullptr;
    for (const std::vector<OperatorRow>* family : families()) {
        for (const OperatorRow& row : *family) {
            if (name != row.name) { continue; }
            if (any == nullptr || row.since < any->since) { any = &row; }
            if (row.since <= opset && (newest == nullptr || row.since > newest->since)) { newest = &row; }
        }
    }
    if (any == nullptr && !domain.empty()) {
        const bool partly = domain == "com.microsoft";
        throw NodeFault(
            "operators of domain " + in_quotes(domain) +
            (partly ? " are supported in part, and this one is not; export" : " are not supported; export") +
            " with the operators of ONNX alone, before any optimizer or "
            "quantizer");
    }
    if (any == nullptr) { throw NodeFault(remedy(name)); }
    if (newest == nullptr) {
        throw NodeFault("the operator exists from opset " + std::to_string(any->since) + " on, the model says " +
                        std::to_string(opset) + "; export it again");
    }
    return *newest;
}

}  // namespace tidegate
