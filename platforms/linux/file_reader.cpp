// SPDX-License-Identifier: MIT
#include "file_reader.h"

#include <fmt/format.h>

#include <numeric>

#include "format/elements.h"
#include "format/panels.h"
#include "format/sizes.h"

namespace tidegate::command {
namespace {

/// fp32 is not said.
std::string form_detail(const format::Matrix& matrix) {
    switch (matrix.form()) {
        case format::MatrixForm::i8_panels:
            return ", int8";
        case format::MatrixForm::f16_panels:
            return ", half precision";
        default:
            return "";
    }
}

std::string matrix_detail(const format::Matrix& matrix) {
    return fmt::format("{} -> {}{}", matrix.input_cols() + matrix.state_cols(), matrix.gates() * matrix.units(),
                       form_detail(matrix));
}

std::string recurrent_detail(const format::Recurrent& op) {
    std::string detail = fmt::format("{}, {} -> {} units", format::EnumNameCell(op.cell()),
                                     op.directions()->Get(0)->gates()->input_cols(), op.hidden());
    if (op.directions()->size() == 2) {
        detail += ", bidirectional";
    } else if (op.directions()->Get(0)->reverse()) {
        detail += ", reverse";
    }
    return detail + form_detail(*op.directions()->Get(0)->gates());
}

/// Columns and rows of one group's matrix.
std::string conv_detail(const format::Conv& op) {
    std::string detail = matrix_detail(*op.parts()->Get(0)->matrix());
    if (op.groups() > 1) { detail += fmt::format(", {} groups", op.groups()); }
    if (op.parts()->size() > op.groups()) { detail += fmt::format(", {} phases", op.parts()->size() / op.groups()); }
    return detail;
}

std::string op_detail(const format::Op& op) {
    if (const auto* recurrent = op.params_as_Recurrent()) { return recurrent_detail(*recurrent); }
    if (const auto* dense = op.params_as_Dense()) { return matrix_detail(*dense->matrix()); }
    if (const auto* conv = op.params_as_Conv()) { return conv_detail(*conv); }
    if (const auto* pool = op.params_as_Pool()) { return format::EnumNamePoolKind(pool->kind()); }
    if (const auto* binary = op.params_as_BinaryOp()) { return format::EnumNameBinary(binary->kind()); }
    if (const auto* unary = op.params_as_UnaryOp()) { return format::EnumNameUnary(unary->function()->kind()); }
    return "";
}

/// Panels, bias and scales, with their padding; 0 for a matrix that is not there.
std::uint64_t matrix_bytes(const format::Matrix* matrix) {
    if (matrix == nullptr) { return 0; }
    const bool quantized = matrix->form() == format::MatrixForm::i8_panels;
    const std::uint64_t scales = quantized ? format::column_parts(matrix->state_cols()) * format::kRowScaleBytes : 0;
    return format::panel_count(matrix->gates(), matrix->units()) *
           (format::panel_bytes(matrix->form(), matrix->input_cols(), matrix->state_cols()) + format::kPanelBiasBytes +
            scales);
}

std::uint64_t recurrent_weight_bytes(const format::Recurrent& op) {
    std::uint64_t bytes = 0;
    for (const format::Direction* direction : *op.directions()) {
        bytes += matrix_bytes(direction->gates()) + matrix_bytes(direction->candidate_input()) +
                 matrix_bytes(direction->candidate_state());
        if (direction->peepholes() >= 0) { bytes += 3 * sizeof(float) * std::uint64_t{op.hidden()}; }
    }
    return bytes;
}

/// The product of the first `axes` extents.
std::uint64_t rows_of(const TensorFacts& tensor, std::size_t axes) {
    const auto end = tensor.shape.begin() + static_cast<std::ptrdiff_t>(axes);
    return static_cast<std::uint64_t>(std::accumulate(tensor.shape.begin(), end, std::int64_t{1}, std::multiplies<>()));
}

/// How often each matrix is multiplied with a window.
std::uint64_t windows_of(const TensorFacts& y, const format::Conv& op) {
    auto windows = static_cast<std::uint64_t>(y.shape[0]);
    for (flatbuffers::uoffset_t i = 0; i < op.axes()->size(); ++i) {
        const std::uint64_t phases = op.axes()->Get(i)->phases();
        windows *= (static_cast<std::uint64_t>(y.shape[i + 2]) + phases - 1) / phases;
    }
    return windows;
}

}  // namespace

TensorFacts FileReader::tensor(std::int64_t index, const std::string& name) const {
    const format::Tensor& tensor = *model_.tensors()->Get(static_cast<flatbuffers::uoffset_t>(index));
    TensorFacts facts;
    facts.name = name;
    facts.type = format::EnumNameElementType(tensor.type());
    facts.bytes = format::element_bytes(tensor.type());
    for (flatbuffers::uoffset_t i = 0; tensor.dims() != nullptr && i < tensor.dims()->size(); ++i) {
        const std::int32_t extent = tensor.dims()->Get(i);
        facts.shape.push_back(expressions_.value(extent));
        facts.axes.push_back(expressions_.text(extent));
        facts.symbols.push_back(expressions_.symbol(extent));
        facts.bytes *= static_cast<std::uint64_t>(facts.shape.back());
        facts.symbolic = facts.symbolic || extent < 0;
    }
    return facts;
}

std::uint64_t FileReader::tensor_bytes(const flatbuffers::Vector<std::int32_t>& tensors) const {
    std::uint64_t bytes = 0;
    for (const std::int32_t index : tensors) { bytes += index >= 0 ? tensor(index).bytes : 0; }
    return bytes;
}

OpFacts FileReader::op(const format::Op& op) const {
    OpFacts facts;
    facts.name = text(op.name());
    facts.kind = format::EnumNameOpParams(op.params_type());
    facts.detail = op_detail(op);
    for (const std::int32_t output : *op.outputs()) {
        if (output >= 0) { facts.outputs.push_back(tensor(output)); }
    }
    facts.input_bytes = tensor_bytes(*op.inputs());
    facts.output_bytes = tensor_bytes(*op.outputs());
    if (const auto* recurrent = op.params_as_Recurrent()) {
        facts.weight_bytes = recurrent_weight_bytes(*recurrent);
        facts.weight_reads = rows_of(tensor(op.inputs()->Get(0)), 2);
    } else if (const auto* conv = op.params_as_Conv()) {
        for (const format::ConvPart* part : *conv->parts()) { facts.weight_bytes += matrix_bytes(part->matrix()); }
        facts.weight_reads = windows_of(tensor(op.outputs()->Get(0)), *conv);
    } else if (const auto* dense = op.params_as_Dense()) {
        const TensorFacts x = tensor(op.inputs()->Get(0));
        facts.weight_bytes = matrix_bytes(dense->matrix());
        facts.weight_reads = rows_of(x, x.shape.size() - 1);
    }
    return facts;
}

}  // namespace tidegate::command
