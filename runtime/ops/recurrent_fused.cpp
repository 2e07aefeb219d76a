// SPDX-License-Identifier: MIT
// LSTM and GRU as nearly every model has them (sigmoid and tanh, no clip, no peepholes): one kernel call a step, the
// bits of the general form.
#include "ops/recurrent.h"

namespace tidegate::ops {
namespace {

/// Of a matrix whose input part may be in the sums already.
kernels::Panels columns_to_multiply(const PackedMatrix& m, const StepInput& input) {
    return input.x != nullptr ? m.input_part() : m.state_part();
}

kernels::LstmStep lstm_kernel_step(const PackedMatrix& gates, const StepInput& input, const float* h, const float* c,
                                   float* h_out, float* c_out) {
    const kernels::Panels columns = columns_to_multiply(gates, input);
    kernels::LstmStep step;
    step.panels = columns.data;
    step.bias = input.x != nullptr ? gates.bias.get() : input.gates;
    step.units = gates.units;
    step.input_cols = input.x != nullptr ? gates.input_cols : 0;
    step.panel_cols = columns.stride / format::kPanelRows;
    step.x = input.x;
    step.h = h;
    step.c = c;
    step.h_out = h_out;
    step.c_out = c_out;
    return step;
}

struct GruMatrices {
    const PackedMatrix& gates;
    const PackedMatrix& candidate_input;
    const PackedMatrix& candidate_state;
    bool linear_before_reset;
};

kernels::GruStep gru_kernel_step(const GruMatrices& w, const StepInput& input, const float* h, float* h_out,
                                 float* scratch) {
    const kernels::Panels columns = columns_to_multiply(w.gates, input);
    kernels::GruStep step;
    step.gate_panels = columns.data;
    step.gate_bias = input.x != nullptr ? w.gates.bias.get() : input.gates;
    step.input_panels = w.candidate_input.panels;
    step.input_bias = input.x != nullptr ? w.candidate_input.bias.get() : input.candidate;
    step.state_panels = w.candidate_state.panels;
    step.state_bias = w.candidate_state.bias;
    step.units = w.gates.units;
    step.input_cols = input.x != nullptr ? w.gates.input_cols : 0;
    step.gate_panel_cols = columns.stride / format::kPanelRows;
    step.linear_before_reset = w.linear_before_reset;
    step.x = input.x;
    step.h = h;
    step.h_out = h_out;
    step.scratch = scratch;
    return step;
}

// ---- any lengths, batches and directions --------------------------------------------------------------------------

void lstm_step(const Cell& cell, const kernels::Kernels& k, const StepInput& input, const float* h, const float* c,
               float* h_out, float* c_out, float*) {
    k.lstm_step(lstm_kernel_step(cell.gates, input, h, c, h_out, c_out));
}

void gru_step(const Cell& cell, const kernels::Kernels& k, const StepInput& input, const float* h, const float*,
              float* h_out, float*, float* scratch) {
    k.gru_step(gru_kernel_step({cell.gates, cell.candidate_input, cell.candidate_state, cell.linear_before_reset},
                               input, h, h_out, scratch));
}

void prepare_lstm(const Site& site, Prepared* head) { prepare_recurrent(site, head, lstm_step); }
void prepare_gru(const Site& site, Prepared* head) { prepare_recurrent(site, head, gru_step); }

// ---- a stream: one step forward of one series that has its states; the kernel's argument is made once
// ----------------

/// One size on every target.
struct StreamSlot {
    Prepared head;
    union {
        kernels::LstmStep lstm;
        kernels::GruStep gru;
        std::uint64_t space[12] = {};
    };
};
static_assert(sizeof(StreamSlot) == sizeof(Prepared) + 96);

void run_lstm_stream(const Prepared& self, const kernels::Kernels& kernels) {
    kernels.lstm_step(reinterpret_cast<const StreamSlot&>(self).lstm);
}

void run_gru_stream(const Prepared& self, const kernels::Kernels& kernels) {
    kernels.gru_step(reinterpret_cast<const StreamSlot&>(self).gru);
}

StreamPlace place_of(const Site& site) {
    return {static_cast<float*>(site.output(0).data), static_cast<float*>(site.output(1).data),
            static_cast<float*>(site.output(2).data), site.scratch(), site.op->params_as_Recurrent()->hidden()};
}

void prepare_lstm_stream(const Site& site, Prepared* head) {
    StreamSlot& slot = *reinterpret_cast<StreamSlot*>(head);
    const StreamPlace to = place_of(site);
    const PackedMatrix gates(site, *site.op->params_as_Recurrent()->directions()->Get(0)->gates());
    slot.lstm = lstm_kernel_step(gates, {site.input(0).floats()}, site.input(2).floats(), site.input(3).floats(),
                                 to.h_out, to.c_out);
    slot.head.run = run_lstm_stream;
}

void prepare_gru_stream(const Site& site, Prepared* head) {
    StreamSlot& slot = *reinterpret_cast<StreamSlot*>(head);
    const StreamPlace to = place_of(site);
    const format::Recurrent& op = *site.op->params_as_Recurrent();
    const format::Direction& from = *op.directions()->Get(0);
    const PackedMatrix gates(site, *from.gates()), candidate_input(site, *from.candidate_input()),
        candidate_state(site, *from.candidate_state());
    slot.gru = gru_kernel_step({gates, candidate_input, candidate_state, op.linear_before_reset()},
                               {site.input(0).floats()}, site.input(2).floats(), to.h_out, to.scratch);
    slot.head.run = run_gru_stream;
}

}  // namespace

const Operator lstm_stream_operator = {fixed_slot_bytes<StreamSlot>, prepare_lstm_stream};
const Operator gru_stream_operator = {fixed_slot_bytes<StreamSlot>, prepare_gru_stream};
const Operator lstm_operator = {recurrent_slot_bytes, prepare_lstm};
const Operator gru_operator = {recurrent_slot_bytes, prepare_gru};

}  // namespace tidegate::ops
