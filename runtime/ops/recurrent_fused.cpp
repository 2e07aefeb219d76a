// SPDX-License-Identifier: MIT
// LSTM and GRU as nearly every model has them (sigmoid and tanh, no clip, no peepholes): one kernel call a step for
// some series at once, the bits of the general form.
#include "ops/recurrent.h"

namespace tidegate::ops {
namespace {

/// No columns where the sums have the input's part already.
kernels::Columns input_columns(const PackedMatrix& m, const StepAt& at, float scale) {
    return at.x.data != nullptr ? m.input_part(scale) : kernels::Columns();
}

kernels::LstmStep lstm_kernel_step(const Cell& cell, const StepAt& at) {
    const PackedMatrix& gates = cell.gates;
    kernels::LstmStep step;
    step.input = input_columns(gates, at, cell.input_scale);
    step.state = gates.state_part(cell.state_scale);
    step.bias = at.x.data != nullptr ? gates.bias.get() : at.gates;
    step.units = gates.units;
    step.series = at.series;
    step.x = at.x;
    step.h = at.h;
    step.c = at.c;
    step.h_out = at.h_out;
    step.c_out = at.c_out;
    step.sums = at.work;
    step.quantized = at.quantized;
    return step;
}

kernels::GruStep gru_kernel_step(const Cell& cell, const StepAt& at) {
    const bool whole = at.x.data != nullptr;
    kernels::GruStep step;
    step.input = input_columns(cell.gates, at, cell.input_scale);
    step.state = cell.gates.state_part(cell.state_scale);
    step.candidate_input = input_columns(cell.candidate_input, at, cell.input_scale);
    step.candidate_state = cell.candidate_state.input_part(cell.state_scale);
    step.bias = whole ? cell.gates.bias.get() : at.gates;
    step.candidate_input_bias = whole ? cell.candidate_input.bias.get() : at.candidate;
    step.candidate_state_bias = cell.candidate_state.bias;
    step.units = cell.gates.units;
    step.series = at.series;
    step.linear_before_reset = cell.linear_before_reset;
    step.x = at.x;
    step.h = at.h;
    step.h_out = at.h_out;
    step.scratch = at.work;
    step.quantized = at.quantized;
    return step;
}

// ---- any lengths, batches and directions --------------------------------------------------------------------------

template <class Form>
void lstm_step(const Cell& cell, const kernels::Kernels& k, const StepAt& at) {
    Form::lstm_step(k, lstm_kernel_step(cell, at));
}

template <class Form>
void gru_step(const Cell& cell, const kernels::Kernels& k, const StepAt& at) {
    Form::gru_step(k, gru_kernel_step(cell, at));
}

template <class Form>
void prepare_lstm(const Site& site, Prepared* head) {
    prepare_recurrent(site, head, {lstm_step<Form>, Form::multiply, true});
}

template <class Form>
void prepare_gru(const Site& site, Prepared* head) {
    prepare_recurrent(site, head, {gru_step<Form>, Form::multiply, true});
}

// ---- a stream: one step forward of one series that has its states; the kernel's argument is made once -------------

/// One size on every target.
struct StreamSlot {
    Prepared head;
    union {
        kernels::LstmStep lstm;
        kernels::GruStep gru;
        std::uint64_t space[30] = {};
    };
};
static_assert(sizeof(StreamSlot) == sizeof(Prepared) + 240);

template <class Form>
void run_lstm_stream(const Prepared& self, const kernels::Kernels& kernels) {
    Form::lstm_step(kernels, reinterpret_cast<const StreamSlot&>(self).lstm);
}

template <class Form>
void run_gru_stream(const Prepared& self, const kernels::Kernels& kernels) {
    Form::gru_step(kernels, reinterpret_cast<const StreamSlot&>(self).gru);
}

StepAt stream_step(const Site& site, const PackedMatrix& gates) {
    const bool quantizes = gates.form == format::MatrixForm::i8_panels;
    const StreamPlace to(site, {gates.gates, gates.units, gates.input_cols, quantizes});
    StepAt at;
    at.x = {site.input(0).floats(), 0};
    at.h = {site.input(2).floats(), 0};
    at.c = {site.input(3).floats(), 0};
    at.h_out = {to.h_out, 0};
    at.c_out = {to.c_out, 0};
    at.work = {to.work, 0};
    at.quantized = to.quantized;
    return at;
}

template <class Form>
void prepare_lstm_stream(const Site& site, Prepared* head) {
    StreamSlot& slot = *reinterpret_cast<StreamSlot*>(head);
    Cell cell;
    prepare_cell(site, 0, cell);
    slot.lstm = lstm_kernel_step(cell, stream_step(site, cell.gates));
    slot.head.run = run_lstm_stream<Form>;
}

template <class Form>
void prepare_gru_stream(const Site& site, Prepared* head) {
    StreamSlot& slot = *reinterpret_cast<StreamSlot*>(head);
    Cell cell;
    prepare_cell(site, 0, cell);
    slot.gru = gru_kernel_step(cell, stream_step(site, cell.gates));
    slot.head.run = run_gru_stream<Form>;
}

}  // namespace

const Operator lstm_stream_operator = {fixed_slot_bytes<StreamSlot>, prepare_lstm_stream<F32>};
const Operator lstm_stream_f16_operator = {fixed_slot_bytes<StreamSlot>, prepare_lstm_stream<F16>};
const Operator lstm_stream_i8_operator = {fixed_slot_bytes<StreamSlot>, prepare_lstm_stream<I8>};
const Operator gru_stream_operator = {fixed_slot_bytes<StreamSlot>, prepare_gru_stream<F32>};
const Operator gru_stream_f16_operator = {fixed_slot_bytes<StreamSlot>, prepare_gru_stream<F16>};
const Operator gru_stream_i8_operator = {fixed_slot_bytes<StreamSlot>, prepare_gru_stream<I8>};
const Operator lstm_operator = {recurrent_slot_bytes, prepare_lstm<F32>};
const Operator lstm_f16_operator = {recurrent_slot_bytes, prepare_lstm<F16>};
const Operator lstm_i8_operator = {recurrent_slot_bytes, prepare_lstm<I8>};
const Operator gru_operator = {recurrent_slot_bytes, prepare_gru<F32>};
const Operator gru_f16_operator = {recurrent_slot_bytes, prepare_gru<F16>};
const Operator gru_i8_operator = {recurrent_slot_bytes, prepare_gru<I8>};

}  // namespace tidegate::ops
