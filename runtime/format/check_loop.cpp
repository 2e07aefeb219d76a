// SPDX-License-Identifier: MIT
// Loop and LoopEnd. A Loop looks at its whole body: what is read and written there must outlive one run of it.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

const Buffer& buffer_of(const Context& context, const Shape& shape) {
    return *context.model.buffers()->Get(static_cast<std::uint32_t>(shape.place.buffer));
}

bool same_kind(const Shape& a, const Shape& b) { return a.type == b.type && a.has_dims_of(b); }

bool is_condition(const Operands& at) {
    if (at.inputs() == 0) { return false; }
    if (!at.has_input(0)) { return true; }
    const Shape condition = at.input(0);
    return condition.type == ElementType::boolean && condition.count == 1;
}

/// Is `slice` the tensor `whole` without the axis?
bool is_slice(const Shape& whole, const Shape& slice, const WalkedAxis& walked) {
    const std::uint32_t axis = walked.axis();
    if (whole.type != slice.type || axis >= whole.rank || slice.rank + 1 != whole.rank) { return false; }
    if (walked.direction() != 1 && walked.direction() != -1) { return false; }
    for (std::uint32_t i = 0; i < slice.rank; ++i) {
        if (slice.dims[i] != whole.dims[i < axis ? i : i + 1]) { return false; }
    }
    return true;
}

/// A loop and the steps it takes.
struct Span {
    std::uint32_t begin;
    std::uint32_t end;  ///< of its LoopEnd
    std::uint64_t trips;
};

/// Of a Loop at `step`; its end is 0 if there is no LoopEnd of its own.
Span span_of(const Context& context, const Loop& loop, std::uint32_t step) {
    Span span{step, 0, 0};
    if (loop.steps() >= context.steps || step + 1 + std::uint64_t{loop.steps()} >= context.steps) { return span; }
    const std::uint32_t end = step + 1 + loop.steps();
    const LoopEnd* found = context.model.ops()->Get(end)->params_as_LoopEnd();
    if (found == nullptr || found->steps() != loop.steps() || !context.extents.exists(loop.trips())) { return span; }
    const std::int32_t trips = context.extents.value(loop.trips());
    if (trips < 0) { return span; }
    span.end = end;
    span.trips = static_cast<std::uint64_t>(trips);
    return span;
}

/// Loops and ends inside a body belong together, are not too deep and, together, not too many trips.
class Nest {
public:
    Nest(const Context& context, const Span& outer) : context_(context) { open_[0] = outer; }

    bool takes(const Op& op, std::uint32_t step) {
        if (op.params_as_LoopEnd() != nullptr) { return depth_ > 1 && open_[--depth_].end == step; }
        const Loop* loop = op.params_as_Loop();
        if (loop == nullptr) { return true; }
        if (depth_ == kMaxLoopDepth) { return false; }
        const Span inner = span_of(context_, *loop, step);
        const Span& around = open_[depth_ - 1];
        if (inner.end == 0 || inner.end >= around.end) { return false; }
        open_[depth_] = inner;
        open_[depth_++].trips *= around.trips;
        return open_[depth_ - 1].trips <= kMaxTrips;
    }

    bool is_closed() const { return depth_ == 1; }

private:
    const Context& context_;
    Span open_[kMaxLoopDepth] = {};
    std::uint32_t depth_ = 1;
};

/// What is read from before the body is still there in its next run; what is written there is read only there.
bool body_keeps_to_itself(const Operands& at, const Span& span) {
    for (std::uint32_t i = 0; i < at.inputs(); ++i) {
        if (!at.has_input(i)) { continue; }
        const Shape input = at.input(i);
        if (input.is_constant()) { continue; }
        const Buffer& buffer = buffer_of(at.context, input);
        if (buffer.first() <= span.begin && buffer.last() < span.end) { return false; }
    }
    for (std::uint32_t i = 0; i < at.op.outputs()->size(); ++i) {
        if (!at.has_output(i)) { continue; }
        const Shape output = at.output(i);
        if (output.is_constant() || buffer_of(at.context, output).last() > span.end) { return false; }
    }
    return true;
}

bool body_is_sound(const Context& context, const Span& span) {
    Nest nest(context, span);
    for (std::uint32_t step = span.begin + 1; step <= span.end; ++step) {
        const Op& op = *context.model.ops()->Get(step);
        if (step < span.end && !nest.takes(op, step)) { return false; }
        if (!body_keeps_to_itself({context, op, step}, span)) { return false; }
    }
    return nest.is_closed();
}

/// Lives from the Loop to its end.
bool outlives(const Context& context, const Shape& shape, const Span& span) {
    return !shape.is_constant() && buffer_of(context, shape).last() >= span.end;
}

bool loop_fits(const Operands& at) {
    const Loop& loop = *at.op.params_as_Loop();
    const Span span = span_of(at.context, loop, at.step);
    const std::uint64_t carried = loop.carried(), scans = length(loop.scans()), stacks = length(loop.stacks());
    if (span.end == 0 || span.trips > kMaxTrips || !is_condition(at)) { return false; }
    if (at.inputs() != 1 + carried + scans || at.op.outputs()->size() != 1 + carried + scans + stacks) { return false; }
    for (std::uint32_t i = 0; i < at.op.outputs()->size(); ++i) {
        if (at.has_output(i) && !outlives(at.context, at.output(i), span)) { return false; }
    }
    if (at.has_output(0) && (at.output(0).type != ElementType::i64 || at.output(0).count != 1)) { return false; }
    for (std::uint32_t i = 1; i <= loop.carried(); ++i) {
        if (!same_kind(at.input(i), at.output(i))) { return false; }
    }
    for (std::uint32_t i = 0; i < scans; ++i) {
        const std::uint32_t place = 1 + loop.carried() + i;
        const WalkedAxis& walked = *loop.scans()->Get(i);
        const Shape whole = at.input(place);
        if (!is_slice(whole, at.output(place), walked) || whole.dims[walked.axis()] < span.trips) { return false; }
        if (!whole.is_constant() && !outlives(at.context, whole, span)) { return false; }
    }
    return body_is_sound(at.context, span);
}

/// The Loop was looked at before.
bool loop_end_fits(const Operands& at) {
    const std::uint32_t steps = at.op.params_as_LoopEnd()->steps();
    if (steps >= at.step || !is_condition(at)) { return false; }
    const std::uint32_t first = at.step - steps - 1;
    const Op& op = *at.context.model.ops()->Get(first);
    const Loop* loop = op.params_as_Loop();
    if (loop == nullptr || loop->steps() != steps) { return false; }
    const Operands begin{at.context, op, first};
    const std::uint32_t scans = length(loop->scans()), stacks = length(loop->stacks());
    if (at.inputs() != 1 + std::uint64_t{loop->carried()} + stacks) { return false; }
    if (stacks != 0 && (at.has_input(0) || begin.has_input(0))) { return false; }
    for (std::uint32_t i = 1; i <= loop->carried(); ++i) {
        const Shape next = at.input(i);
        if (!same_kind(next, begin.output(i))) { return false; }
        if (!next.is_constant() && buffer_of(at.context, next).first() == first) { return false; }
    }
    const std::uint64_t trips = static_cast<std::uint64_t>(at.context.extents.value(loop->trips()));
    for (std::uint32_t i = 0; i < stacks; ++i) {
        const WalkedAxis& walked = *loop->stacks()->Get(i);
        const Shape whole = begin.output(1 + loop->carried() + scans + i), result = at.input(1 + loop->carried() + i);
        if (!is_slice(whole, result, walked) || whole.dims[walked.axis()] != trips) { return false; }
        if (overlap(whole.place, result.place)) { return false; }
    }
    return true;
}

}  // namespace

const Rule loop_rule = {OpParams::Loop, {kAnyNumber, kAnyNumber, 1, 1}, loop_fits};
const Rule loop_end_rule = {OpParams::LoopEnd, {kAnyNumber, 0, 1}, loop_end_fits};

}  // namespace tidegate::format
