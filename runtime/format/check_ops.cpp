// SPDX-License-Identifier: MIT
// Every op: that its operands exist, that it reads only what was written and writes only where nobody reads.
#include "format/check_parts.h"
#include "format/sizes.h"

namespace tidegate::format {
namespace {

/// Lengths of an op's inputs and outputs. Bit i of an `optional` mask: operand i may be -1.
struct Arity {
    std::uint32_t inputs;
    std::uint32_t outputs;
    std::uint32_t optional_inputs = 0;
    std::uint32_t optional_outputs = 0;
};

Arity arity_of(const Op& op) {
    switch (op.params_type()) {
        case OpParams::Recurrent:
            return {4, 3, 0b1110, 0b111};
        case OpParams::Concat:
            return {op.inputs()->size(), 1};
        case OpParams::ExtentList:
            return {0, 1};
        case OpParams::MatMul:
        case OpParams::BinaryOp:
        case OpParams::Gather:
            return {2, 1};
        default:
            return {1, 1};
    }
}

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

bool scratch_fits(const Context& context, const Op& op, std::uint32_t step) {
    const Recurrent* recurrent = op.params_as_Recurrent();
    if (recurrent == nullptr) { return op.scratch() == -1; }
    if (op.scratch() < 0 || static_cast<std::uint32_t>(op.scratch()) >= length(context.model.buffers())) {
        return false;
    }
    const Buffer& buffer = *context.model.buffers()->Get(static_cast<std::uint32_t>(op.scratch()));
    const std::uint32_t gates = recurrent->directions()->Get(0)->gates()->gates();
    return buffer.first() == step && buffer.last() == step &&
           buffer.bytes() >= recurrent_scratch_bytes(gates, recurrent->hidden());
}

bool params_fit(const Operands& at) {
    const Op& op = at.op;
    switch (op.params_type()) {
        case OpParams::NONE:
            return false;
        case OpParams::Recurrent:
            return recurrent_fits(at, *op.params_as_Recurrent());
        case OpParams::Dense:
            return dense_fits(at, *op.params_as_Dense());
        case OpParams::MatMul:
            return matmul_fits(at);
        case OpParams::BinaryOp:
            return binary_fits(at, *op.params_as_BinaryOp());
        case OpParams::UnaryOp:
            return unary_fits(at, *op.params_as_UnaryOp());
        case OpParams::Softmax:
            return softmax_fits(at);
        case OpParams::Transpose:
            return transpose_fits(at, *op.params_as_Transpose());
        case OpParams::Concat:
            return concat_fits(at, *op.params_as_Concat());
        case OpParams::Slice:
            return slice_fits(at, *op.params_as_Slice());
        case OpParams::Gather:
            return gather_fits(at, *op.params_as_Gather());
        case OpParams::Expand:
            return expand_fits(at);
        case OpParams::Cast:
            return cast_fits(at);
        case OpParams::ExtentList:
            return extents_fit(at, *op.params_as_ExtentList());
    }
    return false;  // a kind that the verifier let pass unseen
}

/// Constants that are looked at one by one: sequence_lens or Gather indices.
std::uint64_t constant_indices(const Operands& at) {
    const bool steered = at.op.params_type() == OpParams::Gather || at.op.params_type() == OpParams::Recurrent;
    if (!steered || !at.has_input(1) || !at.input(1).is_constant()) { return 0; }
    return at.input(1).count;
}

}  // namespace

bool operands_exist(const Context& context) {
    const std::uint32_t tensors = length(context.model.tensors());
    std::uint64_t operands = 0;
    for (const Op* op : *context.model.ops()) {
        const Arity arity = arity_of(*op);
        operands += std::uint64_t{op->inputs()->size()} + op->outputs()->size();
        if (operands > kMaxOperands || op->inputs()->size() != arity.inputs || op->outputs()->size() != arity.outputs ||
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
        const Operands at{context, op};
        indices += constant_indices(at);
        if (indices > kMaxIndices) { return false; }
        if (!params_fit(at) || !scratch_fits(context, op, step) || !memory_fits(at, step)) { return false; }
    }
    return true;
}

}  // namespace tidegate::format
