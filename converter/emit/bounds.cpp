// SPDX-License-Identifier: MIT
#include "emit/bounds.h"

#include <algorithm>
#include <cmath>

namespace tidegate {
namespace {

/// 0..1
bool is_share(const Function& f) { return f.kind == UnaryKind::sigmoid || f.kind == UnaryKind::hard_sigmoid; }

/// -1..1
bool is_unit(const Function& f) { return is_share(f) || f.kind == UnaryKind::tanh || f.kind == UnaryKind::softsign; }

/// rnn: h = f(...); lstm: h = f(...) h(C); gru: h between the last h and g(...).
bool makes_unit(const step::Recurrent& op) {
    return std::ranges::all_of(op.directions, [&](const ProgramDirection& d) {
        switch (op.cell) {
            case CellKind::lstm:
                return is_unit(d.functions.at(0)) && is_unit(d.functions.at(2));
            case CellKind::gru:
                return is_share(d.functions.at(0)) && is_unit(d.functions.at(1));
            default:
                return is_unit(d.functions.at(0));
        }
    });
}

bool only_moves(const StepParams& params) {
    return std::holds_alternative<step::Transpose>(params) || std::holds_alternative<step::Concat>(params) ||
           std::holds_alternative<step::Slice>(params) || std::holds_alternative<step::Expand>(params) ||
           std::holds_alternative<step::Overlay>(params);
}

}  // namespace

bool UnitBounds::constant_holds(const Tensor& tensor) const {
    return std::ranges::all_of(tensor.reals, [](double v) { return std::abs(v) <= 1; });
}

bool UnitBounds::holds(TensorId id) const {
    if (id < 0) { return true; }
    const ProgramTensor& tensor = program_.tensors[static_cast<std::size_t>(id)];
    if (tensor.constant) { return constant_holds(*tensor.constant); }
    return buffers_[static_cast<std::size_t>(tensor.buffer)];
}

bool UnitBounds::keeps_unit(const Step& step) const {
    const auto* op = std::get_if<step::Recurrent>(&step.params);
    return op != nullptr && makes_unit(*op) && holds(step.inputs.at(2));
}

bool UnitBounds::holds_for_output(const Step& step, std::size_t output) const {
    if (const auto* op = std::get_if<step::Recurrent>(&step.params)) {
        const bool is_h = output < 2;  // Y, Y_h; Y_c has no bound
        return is_h && makes_unit(*op) && (op->cell != CellKind::gru || holds(step.inputs.at(2)));
    }
    if (const auto* op = std::get_if<step::Unary>(&step.params)) { return is_unit(op->function); }
    if (std::holds_alternative<step::Gather>(step.params)) { return holds(step.inputs.at(0)); }
    return only_moves(step.params) && std::ranges::all_of(step.inputs, [this](TensorId id) { return holds(id); });
}

/// Everything is taken to be bounded, then what contradicts is taken out until nothing does.
UnitBounds::UnitBounds(const Program& program) : program_(program), buffers_(program.buffers.size(), true) {
    bool changed = true;
    const auto refute = [&](TensorId id) {
        if (id < 0) { return; }
        const auto buffer = static_cast<std::size_t>(program.tensors[static_cast<std::size_t>(id)].buffer);
        changed = changed || buffers_[buffer];
        buffers_[buffer] = false;
    };
    for (const ProgramPort& port : program.inputs) { refute(port.tensor); }
    while (changed) {
        changed = false;
        for (const Step& step : program.steps) {
            for (std::size_t i = 0; i < step.outputs.size(); ++i) {
                if (!holds_for_output(step, i)) { refute(step.outputs[i]); }
            }
        }
        for (const ProgramState& state : program.states) {
            if (!holds(state.output) || !holds(state.initial)) { refute(state.input); }
        }
    }
}

}  // namespace tidegate
