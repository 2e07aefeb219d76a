// SPDX-License-Identifier: MIT
// Every op: that its operands exist, that it reads only what was written and writes only where nobody reads.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

bool indices_exist(const flatbuffers::Vector<std::int32_t>& indices, std::uint32_t optional, std::uint32_t tensors) {
    for (std::uint32_t i = 0; i < indices.size(); ++i) {
        const std::int32_t index = indices.Get(i);
        const bool may_miss = i < 32 && (optional >> i & 1) != 0;
        if (index == -1 ? !may_miss : index < 0 || static_cast<std::uint32_t>(index) >= tensors) { return false; }
    }
    return true;
}

bool is_live(const Context& context, std::int32_t buffer, std::uint32_t step) {
    const Buffer& live = *context.model.buffers()->Get(static_cast<std::uint32_t>(buffer));
    return live.first() <= step && step <= live.last();
}

bool is_readable(const Context& context, const Shape& shape, std::uint32_t step) {
    if (shape.is_constant()) { return true; }
    if (!is_live(context, shape.place.buffer, step)) { return false; }
    const Buffer& buffer = *context.model.buffers()->Get(static_cast<std::uint32_t>(shape.place.buffer));
    return (buffer.first() < step && is_output_of(context, buffer.first(), shape.place)) ||
           is_given(context, shape.place);
}

/// That an output cannot lie in a buffer that the op reads follows: reads demand first < step.
bool is_writable(const Context& context, const Shape& shape, std::uint32_t step) {
    if (shape.is_constant()) { return false; }
    const Buffer& buffer = *context.model.buffers()->Get(static_cast<std::uint32_t>(shape.place.buffer));
    return buffer.first() == step && (step > 0 || !holds_given(context, shape.place.buffer));  // given: live from 0 on
}

bool memory_fits(const Operands& at, std::uint32_t step) {
    for (std::uint32_t i = 0; i < at.inputs(); ++i) {
        if (at.has_input(i) && !is_readable(at.context, at.input(i), step)) { return false; }
    }
    for (std::uint32_t i = 0; i < at.op.outputs()->size(); ++i) {
        if (!at.has_output(i)) { continue; }
        const Shape output = at.output(i);
        if (!is_writable(at.context, output, step) || output.place.buffer == at.op.scratch()) { return false; }
        for (std::uint32_t j = 0; j < i; ++j) {
            if (at.has_output(j) && overlap(output.place, at.output(j).place)) { return false; }
        }
    }
    return true;
}

/// Live at this step only.
bool scratch_fits(const Context& context, const Rule& rule, const Op& op, std::uint32_t step) {
    if (rule.scratch_bytes == nullptr) { return op.scratch() == -1; }
    if (op.scratch() < 0 || static_cast<std::uint32_t>(op.scratch()) >= length(context.model.buffers())) {
        return false;
    }
    const Buffer& buffer = *context.model.buffers()->Get(static_cast<std::uint32_t>(op.scratch()));
    return buffer.first() == step && buffer.last() == step && buffer.bytes() >= rule.scratch_bytes(op);
}

const Rule& rule_of(const Context& context, const Op& op) { return *context.operators.find(context.model, op)->rule; }

bool arity_fits(const Arity& arity, const Op& op) {
    return (arity.inputs == kAnyNumber || op.inputs()->size() == arity.inputs) &&
           (arity.outputs == kAnyNumber || op.outputs()->size() == arity.outputs);
}

/// Constants that are looked at one by one.
std::uint64_t constant_indices(const Rule& rule, const Operands& at) {
    if (!rule.steered || !at.has_input(1) || !at.input(1).is_constant()) { return 0; }
    return at.input(1).count;
}

}  // namespace

const tg_operator* OperatorList::find(const Model& model, const Op& op) const {
    for (std::size_t i = 0; i < count; ++i) {
        const Rule& rule = *rows[i]->rule;
        if (rule.params == op.params_type() && (rule.serves == nullptr || rule.serves(model, op))) { return rows[i]; }
    }
    return nullptr;
}

const Tensor* tensor_at(const Model& model, const flatbuffers::Vector<std::int32_t>& operands, std::uint32_t i) {
    if (i >= operands.size() || operands.Get(i) < 0) { return nullptr; }
    const std::uint32_t index = static_cast<std::uint32_t>(operands.Get(i));
    return index < length(model.tensors()) ? model.tensors()->Get(index) : nullptr;
}

/// Weights in a form that there is: rows of the operator table are chosen by it.
static bool has_known_form(const Op& op) {
    if (const Dense* dense = op.params_as_Dense()) { return dense->matrix()->form() <= MatrixForm::MAX; }
    if (const Conv* conv = op.params_as_Conv()) {
        return conv->parts()->size() != 0 && conv->parts()->Get(0)->matrix()->form() <= MatrixForm::MAX;
    }
    const Recurrent* recurrent = op.params_as_Recurrent();
    if (recurrent == nullptr) { return true; }
    return recurrent->directions()->size() != 0 && recurrent->directions()->Get(0)->gates()->form() <= MatrixForm::MAX;
}

Verdict operators_are_known(const Context& context) {
    for (const Op* op : *context.model.ops()) {
        const bool known =
            op->params_type() != OpParams::NONE && op->params_type() <= OpParams::MAX && has_known_form(*op);
        if (!known) { return Verdict::invalid; }
        if (context.operators.find(context.model, *op) == nullptr) { return Verdict::operator_missing; }
    }
    return Verdict::ok;
}

bool operands_exist(const Context& context) {
    const std::uint32_t tensors = length(context.model.tensors());
    std::uint64_t operands = 0;
    for (const Op* op : *context.model.ops()) {
        const Arity& arity = rule_of(context, *op).arity;
        operands += std::uint64_t{op->inputs()->size()} + op->outputs()->size();
        if (operands > kMaxOperands || !arity_fits(arity, *op) ||
            !indices_exist(*op->inputs(), arity.optional_inputs, tensors) ||
            !indices_exist(*op->outputs(), arity.optional_outputs, tensors)) {
            return false;
        }
    }
    return true;
}

bool is_output_of(const Context& context, std::uint32_t step, const Place& place) {
    const auto& outputs = *context.model.ops()->Get(step)->outputs();
    for (const std::int32_t output : outputs) {
        if (output >= 0 && covers(shape_of(context, static_cast<std::uint32_t>(output)).place, place)) { return true; }
    }
    return false;
}

bool ops_are_sound(const Context& context) {
    std::uint64_t indices = 0;
    for (std::uint32_t step = 0; step < context.steps; ++step) {
        const Op& op = *context.model.ops()->Get(step);
        const Operands at{context, op, step};
        const Rule& rule = rule_of(context, op);
        indices += constant_indices(rule, at);
        if (indices > kMaxIndices) { return false; }
        if (!rule.fits(at) || !scratch_fits(context, rule, op, step) || !memory_fits(at, step)) { return false; }
    }
    return true;
}

}  // namespace tidegate::format
