// SPDX-License-Identifier: MIT
// What RNN, LSTM and GRU are prepared from: matrices, cells, strides, and how many lanes the scratch has room for.
#include "format/sizes.h"
#include "ops/recurrent.h"

namespace tidegate::ops {
namespace {

bool is_stream(const RecurrentSlot& slot) {
    return slot.steps == 1 && slot.batch == 1 && slot.directions == 1 && slot.lengths == nullptr &&
           slot.initial_h != nullptr && (!slot.has_cell_state || slot.initial_c != nullptr);
}

/// As many as there is room for, but no more than are of use.
std::uint32_t lanes_in(std::uint64_t room, std::uint64_t lane_bytes, std::int32_t wanted) {
    std::uint32_t lanes = 0;
    while (lanes < format::kMostLanes && lanes < static_cast<std::uint32_t>(wanted) &&
           (lanes + 1) * lane_bytes <= room) {
        ++lanes;
    }
    return lanes;
}

/// Series or steps at once: behind what a single series needs.
void prepare_lanes(const Site& site, RecurrentSlot& slot, bool many_series) {
    const format::RecurrentSize size = size_of(slot);
    const std::uint64_t single = format::recurrent_scratch_bytes(size);
    const std::uint64_t room = site.scratch_bytes() - single;
    slot.lanes = slot.scratch + single / sizeof(float);
    slot.quantized =
        reinterpret_cast<std::int8_t*>(slot.scratch + format::recurrent_vector_bytes(size) / sizeof(float));
    slot.series_lanes = 1;
    slot.step_lanes = 0;
    if (many_series && slot.batch > 1 && slot.lengths == nullptr) {
        const std::uint32_t lanes = lanes_in(room, format::series_lane_bytes(size), slot.batch);
        if (lanes > 1) { slot.series_lanes = lanes; }
    }
    if (slot.series_lanes == 1 && slot.steps > 1) {
        slot.step_lanes = lanes_in(room, format::step_lane_bytes(size), slot.steps);
    }
}

void prepare_strides(const format::Recurrent& op, const TensorView& x, RecurrentSlot& slot) {
    const std::uint64_t inputs = static_cast<std::uint64_t>(x.dims[2]);
    const std::uint64_t steps = static_cast<std::uint64_t>(slot.steps), batch = static_cast<std::uint64_t>(slot.batch);
    const std::uint64_t h = slot.hidden, d = slot.directions;
    slot.x_strides = op.x_batch_first() ? Strides{inputs, steps * inputs, 0} : Strides{batch * inputs, inputs, 0};
    switch (op.y_order()) {
        case format::YOrder::time_direction_batch:
            slot.y_strides = {d * batch * h, h, batch * h};
            break;
        case format::YOrder::time_batch_direction:
            slot.y_strides = {batch * d * h, d * h, h};
            break;
        case format::YOrder::batch_time_direction:
            slot.y_strides = {d * h, steps * d * h, h};
            break;
    }
    slot.state_strides = op.state_batch_first() ? Strides{0, d * h, h} : Strides{0, h, batch * h};
}

}  // namespace

void prepare_cell(const Site& site, std::uint32_t direction, Cell& cell) {
    const format::Recurrent& op = *site.op->params_as_Recurrent();
    const format::Direction& from = *op.directions()->Get(direction);
    cell.gates = PackedMatrix(site, *from.gates());
    if (op.cell() == format::Cell::gru) {
        cell.candidate_input = PackedMatrix(site, *from.candidate_input());
        cell.candidate_state = PackedMatrix(site, *from.candidate_state());
    }
    if (from.peepholes() >= 0) { cell.peepholes = site.floats_at(static_cast<std::uint64_t>(from.peepholes())); }
    for (std::uint32_t i = 0; i < from.functions()->size() && i < 3; ++i) {
        const format::Function* f = from.functions()->Get(i);
        cell.functions[i] = {f->kind(), f->alpha(), f->beta()};
    }
    cell.hidden = op.hidden();
    cell.clip = op.clip();
    cell.has_clip = op.clip() > 0;
    cell.linear_before_reset = op.linear_before_reset();
    cell.input_forget = op.input_forget();
    cell.reverse = from.reverse();
    cell.input_scale = from.input_scale();
    cell.state_scale = from.state_scale();
}

std::uint64_t recurrent_slot_bytes(const format::Op& op) {
    return sizeof(RecurrentSlot) + op.params_as_Recurrent()->directions()->size() * std::uint64_t{sizeof(Cell)};
}

void prepare_recurrent(const Site& site, Prepared* head, const CellCode& code) {
    const format::Recurrent& op = *site.op->params_as_Recurrent();
    RecurrentSlot& slot = *reinterpret_cast<RecurrentSlot*>(head);
    const TensorView x = site.input(0);
    slot.x = x.floats();
    slot.lengths = static_cast<const std::int32_t*>(site.input(1).data);
    slot.initial_h = site.input(2).floats();
    slot.initial_c = site.input(3).floats();
    slot.y = static_cast<float*>(site.output(0).data);
    slot.y_h = static_cast<float*>(site.output(1).data);
    slot.y_c = static_cast<float*>(site.output(2).data);
    slot.scratch = site.scratch();
    slot.clamped = site.clamped;
    slot.steps = x.dims[op.x_batch_first() ? 1 : 0];
    slot.batch = x.dims[op.x_batch_first() ? 0 : 1];
    slot.hidden = op.hidden();
    slot.directions = op.directions()->size();
    slot.has_cell_state = op.cell() == format::Cell::lstm;
    prepare_strides(op, x, slot);
    for (std::uint32_t d = 0; d < slot.directions; ++d) {
        slot.cells()[d] = Cell();
        prepare_cell(site, d, slot.cells()[d]);
        slot.cells()[d].step = code.step;
        slot.cells()[d].multiply = code.multiply;
    }
    slot.quantizes = slot.cells()->gates.form == format::MatrixForm::i8_panels;
    prepare_lanes(site, slot, code.many_series);
    slot.head.run = is_stream(slot) ? run_recurrent_stream : run_recurrent;
}

StreamPlace::StreamPlace(const Site& site, const format::RecurrentSize& size) {
    float* memory = site.scratch();
    float* y = static_cast<float*>(site.output(0).data);
    float* y_h = static_cast<float*>(site.output(1).data);
    float* y_c = static_cast<float*>(site.output(2).data);
    const std::uint64_t vector = format::padded_units(size.units);
    h_out = y != nullptr ? y : y_h != nullptr ? y_h : memory;
    c_out = y_c != nullptr ? y_c : memory + 2 * vector;
    work = memory + 4 * vector;
    quantized = reinterpret_cast<std::int8_t*>(memory) + format::recurrent_vector_bytes(size);
}

static_assert(sizeof(kernels::RowScales) == format::kRowScaleBytes);

PackedMatrix::PackedMatrix(const Site& site, const format::Matrix& matrix)
    : panels(site.weights + matrix.panels()),
      bias(site.floats_at(matrix.bias())),
      row_scales(reinterpret_cast<const kernels::RowScales*>(site.weights + matrix.rows())),
      form(matrix.form()),
      gates(matrix.gates()),
      units(matrix.units()),
      input_cols(matrix.input_cols()),
      state_cols(matrix.state_cols()) {}

kernels::Columns PackedMatrix::input_part(float scale) const {
    const auto panel_bytes = static_cast<std::uint32_t>(format::panel_bytes(form, input_cols, state_cols));
    return {panels.get(), row_scales, input_cols, panel_bytes, format::column_parts(state_cols), scale};
}

kernels::Columns PackedMatrix::state_part(float scale) const {
    kernels::Columns part = input_part(scale);
    part.panels = panels + format::column_bytes(form, input_cols);
    part.rows = row_scales + 1;
    part.cols = state_cols;
    return part;
}

}  // namespace tidegate::ops
