// SPDX-License-Identifier: MIT
// Ops with packed weights: RNN, LSTM, GRU and Dense.
#include "format/check_parts.h"
#include "format/panels.h"
#include "format/sizes.h"

namespace tidegate::format {
namespace {

/// 127 * 127 times as many fit in 32 bits.
constexpr std::uint32_t kMaxQuantizedCols = 1u << 17;

}  // namespace

bool matrix_fits(const Context& context, const Matrix* matrix, const MatrixSize& size) {
    if (matrix == nullptr || matrix->form() != size.form || matrix->gates() != size.gates ||
        matrix->units() != size.units || matrix->input_cols() != size.input_cols ||
        matrix->state_cols() != size.state_cols) {
        return false;
    }
    const bool quantized = size.form == MatrixForm::i8_panels;
    const std::uint32_t most_cols = quantized ? kMaxQuantizedCols : kMaxMatrixSide;
    if (size.units > kMaxMatrixSide || size.input_cols > most_cols || size.state_cols > most_cols) { return false; }
    const std::uint64_t panels = panel_count(size.gates, size.units);
    return in_weights(context, matrix->panels(), panels * panel_bytes(size.form, size.input_cols, size.state_cols)) &&
           in_weights(context, matrix->bias(), panels * kPanelBiasBytes) &&
           (quantized ? in_weights(context, matrix->rows(), panels * column_parts(size.state_cols) * kRowScaleBytes)
                      : matrix->rows() == 0);
}

bool is_scale(float scale, MatrixForm form) {
    return scale == 0 || (form == MatrixForm::i8_panels && scale >= 0x1p-100F && scale <= 0x1p100F);
}

namespace {

/// Of all matrices of an op: that of the first.
MatrixForm form_of(const Recurrent& op) { return op.directions()->Get(0)->gates()->form(); }

struct CellSize {
    std::uint32_t gates;  ///< of the matrix with W and R
    std::uint32_t functions;
};

bool cell_size(Cell cell, CellSize& size) {
    switch (cell) {
        case Cell::rnn:
            size = {1, 1};
            return true;
        case Cell::lstm:
            size = {4, 3};
            return true;
        case Cell::gru:
            size = {2, 2};
            return true;
    }
    return false;
}

bool functions_fit(const Direction& direction, std::uint32_t count) {
    if (direction.functions()->size() != count) { return false; }
    for (std::uint32_t i = 0; i < count; ++i) {
        if (!is_function(direction.functions()->Get(i))) { return false; }
    }
    return true;
}

bool peepholes_fit(const Context& context, const Direction& direction, const Recurrent& op) {
    if (direction.peepholes() == -1) { return true; }
    return op.cell() == Cell::lstm && direction.peepholes() >= 0 &&
           in_weights(context, static_cast<std::uint64_t>(direction.peepholes()), 3 * sizeof(float) * op.hidden());
}

bool direction_fits(const Context& context, const Direction& direction, const Recurrent& op, const CellSize& size,
                    std::uint32_t inputs) {
    const std::uint32_t hidden = op.hidden();
    const MatrixForm form = form_of(op);
    const bool candidates_fit =
        op.cell() == Cell::gru ? matrix_fits(context, direction.candidate_input(), {form, 1, hidden, inputs, 0}) &&
                                     matrix_fits(context, direction.candidate_state(), {form, 1, hidden, hidden, 0})
                               : direction.candidate_input() == nullptr && direction.candidate_state() == nullptr;
    return candidates_fit && matrix_fits(context, direction.gates(), {form, size.gates, hidden, inputs, hidden}) &&
           functions_fit(direction, size.functions) && peepholes_fit(context, direction, op) &&
           is_scale(direction.input_scale(), form) && is_scale(direction.state_scale(), form);
}

bool is_f32_of(const Shape& shape, std::uint32_t d0, std::uint32_t d1, std::uint32_t d2) {
    return shape.type == ElementType::f32 && shape.rank == 3 && shape.dims[0] == d0 && shape.dims[1] == d1 &&
           shape.dims[2] == d2;
}

/// The extents of a Recurrent op.
struct Extents {
    std::uint32_t steps, batch, directions, hidden;
};

bool is_y(const Shape& y, YOrder order, const Extents& n) {
    std::uint32_t dims[3] = {n.steps, n.directions, n.batch};
    switch (order) {
        case YOrder::time_direction_batch:
            break;
        case YOrder::time_batch_direction:
            dims[1] = n.batch, dims[2] = n.directions;
            break;
        case YOrder::batch_time_direction:
            dims[0] = n.batch, dims[1] = n.steps, dims[2] = n.directions;
            break;
        default:
            return false;
    }
    return y.type == ElementType::f32 && y.rank == 4 && y.dims[0] == dims[0] && y.dims[1] == dims[1] &&
           y.dims[2] == dims[2] && y.dims[3] == n.hidden;
}

bool is_state(const Shape& state, bool batch_first, const Extents& n) {
    return batch_first ? is_f32_of(state, n.batch, n.directions, n.hidden)
                       : is_f32_of(state, n.directions, n.batch, n.hidden);
}

bool operands_fit(const Operands& at, const Recurrent& op, const Extents& n) {
    enum Input : std::uint32_t { kX, kLengths, kInitialH, kInitialC };
    enum Output : std::uint32_t { kY, kYh, kYc };
    if (op.cell() != Cell::lstm && (at.has_input(kInitialC) || at.has_output(kYc))) { return false; }
    if (!at.has_output(kY) && !at.has_output(kYh) && !at.has_output(kYc)) { return false; }
    if (at.has_input(kLengths)) {
        const Shape lengths = at.input(kLengths);
        if (lengths.type != ElementType::i32 || lengths.rank != 1 || lengths.dims[0] != n.batch) { return false; }
        if (!constants_in_range(at.context, lengths, 0, n.steps)) { return false; }
    }
    for (const Input i : {kInitialH, kInitialC}) {
        if (at.has_input(i) && !is_state(at.input(i), op.state_batch_first(), n)) { return false; }
    }
    for (const Output i : {kYh, kYc}) {
        if (at.has_output(i) && !is_state(at.output(i), op.state_batch_first(), n)) { return false; }
    }
    return op.y_order() <= YOrder::MAX && (!at.has_output(kY) || is_y(at.output(kY), op.y_order(), n));
}

bool recurrent_fits(const Operands& at) {
    const Recurrent& op = *at.op.params_as_Recurrent();
    CellSize size = {};
    const std::uint32_t directions = op.directions()->size();
    const Shape x = at.input(0);
    if (!cell_size(op.cell(), size) || directions < 1 || directions > 2 || op.hidden() < 1) { return false; }
    if (x.type != ElementType::f32 || x.rank != 3 || !(op.clip() >= 0) || !is_finite(op.clip())) { return false; }
    for (const Direction* direction : *op.directions()) {
        if (!direction_fits(at.context, *direction, op, size, x.dims[2])) { return false; }
    }
    const bool batch_first = op.x_batch_first();
    return operands_fit(at, op, {x.dims[batch_first ? 1 : 0], x.dims[batch_first ? 0 : 1], directions, op.hidden()});
}

bool dense_fits(const Operands& at) {
    const Dense& op = *at.op.params_as_Dense();
    const Shape x = at.input(0), y = at.output(0);
    if (x.type != ElementType::f32 || y.type != ElementType::f32 || x.rank < 1 || y.rank != x.rank) { return false; }
    for (std::uint32_t i = 0; i + 1 < x.rank; ++i) {
        if (x.dims[i] != y.dims[i]) { return false; }
    }
    const MatrixForm form = op.matrix()->form();
    return matrix_fits(at.context, op.matrix(), {form, 1, y.dims[y.rank - 1], x.dims[x.rank - 1], 0}) &&
           is_scale(op.input_scale(), form);
}

std::uint64_t scratch_bytes(const Op& op) {
    const Recurrent& recurrent = *op.params_as_Recurrent();
    const Matrix& gates = *recurrent.directions()->Get(0)->gates();
    return recurrent_scratch_bytes(
        {gates.gates(), recurrent.hidden(), gates.input_cols(), gates.form() == MatrixForm::i8_panels});
}

std::uint64_t dense_scratch_bytes(const Op& op) {
    return quantized_bytes(op.params_as_Dense()->matrix()->input_cols());
}

template <MatrixForm kForm>
bool has_form(const Model&, const Op& op) {
    if (op.params_type() == OpParams::Dense) { return op.params_as_Dense()->matrix()->form() == kForm; }
    const Recurrent& recurrent = *op.params_as_Recurrent();
    return recurrent.directions()->size() != 0 && form_of(recurrent) == kForm;
}

/// Of that form and cell, with sigmoid and then tanh only, and none of the rarer attributes.
template <MatrixForm kForm, Cell kCell>
bool is_plain(const Model& model, const Op& op) {
    const Recurrent& recurrent = *op.params_as_Recurrent();
    const std::uint32_t functions = kCell == Cell::lstm ? 3 : 2;
    if (recurrent.cell() != kCell || recurrent.clip() > 0 || recurrent.input_forget() || !has_form<kForm>(model, op)) {
        return false;
    }
    for (const Direction* direction : *recurrent.directions()) {
        if (direction->peepholes() != -1 || direction->functions()->size() != functions) { return false; }
        for (std::uint32_t i = 0; i < functions; ++i) {
            if (direction->functions()->Get(i)->kind() != (i == 0 ? Unary::sigmoid : Unary::tanh)) { return false; }
        }
    }
    return true;
}

/// x is [1, 1, n] whatever the symbols are, there are initial states and no lengths, and not both Y and Y_h.
bool is_stream(const Model& model, const Op& op, std::uint32_t states) {
    const Tensor* x = tensor_at(model, *op.inputs(), 0);
    if (x == nullptr || length(x->dims()) != 3 || x->dims()->Get(0) != 1 || x->dims()->Get(1) != 1) { return false; }
    for (std::uint32_t i = 0; i < states; ++i) {
        if (tensor_at(model, *op.inputs(), 2 + i) == nullptr) { return false; }
    }
    const bool copies = tensor_at(model, *op.outputs(), 0) != nullptr && tensor_at(model, *op.outputs(), 1) != nullptr;
    return tensor_at(model, *op.inputs(), 1) == nullptr && !copies &&
           op.params_as_Recurrent()->directions()->size() == 1;
}
template <MatrixForm kForm, Cell kCell>
bool is_plain_stream(const Model& model, const Op& op) {
    return is_plain<kForm, kCell>(model, op) && is_stream(model, op, kCell == Cell::lstm ? 2 : 1);
}

constexpr Rule recurrent_of(bool (*serves)(const Model&, const Op&)) {
    return {OpParams::Recurrent, {4, 3, 0b1110, 0b111}, recurrent_fits, serves, scratch_bytes, true};
}

constexpr MatrixForm kF32 = MatrixForm::f32_panels, kF16 = MatrixForm::f16_panels, kI8 = MatrixForm::i8_panels;

}  // namespace

const Rule lstm_stream_rule = recurrent_of(is_plain_stream<kF32, Cell::lstm>);
const Rule lstm_stream_f16_rule = recurrent_of(is_plain_stream<kF16, Cell::lstm>);
const Rule lstm_stream_i8_rule = recurrent_of(is_plain_stream<kI8, Cell::lstm>);
const Rule gru_stream_rule = recurrent_of(is_plain_stream<kF32, Cell::gru>);
const Rule gru_stream_f16_rule = recurrent_of(is_plain_stream<kF16, Cell::gru>);
const Rule gru_stream_i8_rule = recurrent_of(is_plain_stream<kI8, Cell::gru>);
const Rule lstm_rule = recurrent_of(is_plain<kF32, Cell::lstm>);
const Rule lstm_f16_rule = recurrent_of(is_plain<kF16, Cell::lstm>);
const Rule lstm_i8_rule = recurrent_of(is_plain<kI8, Cell::lstm>);
const Rule gru_rule = recurrent_of(is_plain<kF32, Cell::gru>);
const Rule gru_f16_rule = recurrent_of(is_plain<kF16, Cell::gru>);
const Rule gru_i8_rule = recurrent_of(is_plain<kI8, Cell::gru>);
const Rule recurrent_rule = recurrent_of(has_form<kF32>);
const Rule recurrent_f16_rule = recurrent_of(has_form<kF16>);
const Rule recurrent_i8_rule = recurrent_of(has_form<kI8>);
const Rule dense_rule = {OpParams::Dense, {1, 1}, dense_fits, has_form<kF32>};
const Rule dense_f16_rule = {OpParams::Dense, {1, 1}, dense_fits, has_form<kF16>};
const Rule dense_i8_rule = {OpParams::Dense, {1, 1}, dense_fits, has_form<kI8>, dense_scratch_bytes};

}  // namespace tidegate::format
