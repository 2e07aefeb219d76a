// SPDX-License-Identifier: MIT
// One run: inputs checked and cleaned, the ops, outputs cleaned, states kept if they are fit to be.
#include "core/session.h"
#include "kernels/float_mode.h"

namespace tidegate::core {
namespace {

struct NoWatch {
    void begin() {}
    void op_done(const ops::Prepared&) {}
    void end() {}
};

/// Adds the time since the last call to the op that was running, or to the rest.
class OpWatch {
public:
    OpWatch(tg_clock clock, void* context, std::uint64_t* ticks, const tg_model& model)
        : clock_(clock),
          context_(context),
          ticks_(ticks),
          model_(*root_of(&model)),
          operators_(operators_of(model)),
          ops_(model_.ops()->size()),
          last_(clock(context)) {}
    void begin() { lap(ops_); }
    void op_done(const ops::Prepared& done) {
        lap(op_);
        op_ += steps_to_next(done);
    }
    void end() { lap(ops_); }

private:
    /// Loops lead elsewhere than to the op behind them.
    std::uint32_t steps_to_next(const ops::Prepared& done) const {
        const format::Op& op = *model_.ops()->Get(op_);
        if (const format::LoopEnd* end = op.params_as_LoopEnd()) { return 0u - (end->steps() + 1); }
        const format::Loop* loop = op.params_as_Loop();
        if (loop == nullptr) { return 1; }
        const std::uint64_t own = operators_.find(model_, op)->code->slot_bytes(op);
        return static_cast<std::uint64_t>(done.next) == own ? 1 : loop->steps() + 2;
    }
    void lap(std::uint32_t of) {
        const std::uint64_t now = clock_(context_);
        ticks_[of] += now - last_;
        last_ = now;
    }

    tg_clock clock_;
    void* context_;
    std::uint64_t* ticks_;
    const format::Model& model_;
    format::OperatorList operators_;
    std::uint32_t ops_;
    std::uint32_t op_ = 0;
    std::uint64_t last_;
};

}  // namespace

bool Session::ranges_hold() const {
    for (std::uint32_t i = 0; i < length(root().ranges()); ++i) {
        const RangeSlot& range = ranges_[i];
        for (std::uint64_t j = 0; j < range.count; ++j) {
            const std::int64_t value = range.wide != 0 ? static_cast<const std::int64_t*>(range.data.get())[j]
                                                       : static_cast<const std::int32_t*>(range.data.get())[j];
            if (value < range.minimum || value > range.maximum) { return false; }
        }
    }
    return true;
}

bool Session::inputs_are_sane() const {
    for (std::uint32_t i = 0; i < input_count_; ++i) {
        if (!kernels_->all_within(inputs_[i].data, static_cast<std::size_t>(inputs_[i].count), kLargestState)) {
            return false;
        }
    }
    return true;
}

/// The new states cannot be kept: the policy, unless the old ones are to blame themselves.
tg_status Session::spoiled() {
    if (policy_ == TG_POLICY_RESET || inputs_are_sane()) {
        reset();
        ++health_.reset;
        ++health_.steps;
        return TG_STATE_RESET;
    }
    if (policy_ == TG_POLICY_HOLD) {
        ++health_.held;
        ++health_.steps;
        return TG_STATE_HELD;
    }
    ++health_.refused;
    return TG_STATE_NOT_FINITE;
}

template <class Watch>
tg_status Session::run_watched(Watch& watch) {
    if (!ranges_hold()) {
        ++health_.out_of_range;
        return TG_INPUT_OUT_OF_RANGE;
    }
    const kernels::Kernels& kernels = *kernels_;
    const kernels::FloatMode ieee;
    for (std::uint32_t i = 0; i < input_count_; ++i) {
        kernels.flush_tiny(inputs_[i].data, static_cast<std::size_t>(inputs_[i].count));
    }
    watch.begin();
    const ops::Prepared* const end = end_of_ops_;
    for (const ops::Prepared* op = first_op_; op != end;) {
        op->run(*op, kernels);
        watch.op_done(*op);
        op = reinterpret_cast<const ops::Prepared*>(reinterpret_cast<const std::uint8_t*>(op) + op->next);
    }
    // The states first: where an output is a state as well, the next step waits for one store less.
    const bool kept = kernels.keep_states(states_, state_count_, kLargestState);
    for (std::uint32_t i = 0; i < output_count_; ++i) {
        kernels.canonical_nan(outputs_[i].data, static_cast<std::size_t>(outputs_[i].count));
    }
    health_.steps += kept;
    const tg_status status = kept ? TG_OK : spoiled();
    watch.end();
    return status;
}

tg_status Session::run() {
    NoWatch watch;
    return run_watched(watch);
}

tg_status Session::run_timed(tg_clock clock, void* context, std::uint64_t* ticks) {
    OpWatch watch(clock, context, ticks, model_.model);
    return run_watched(watch);
}

}  // namespace tidegate::core
