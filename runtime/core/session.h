// SPDX-License-Identifier: MIT
// A session: prepared ops, ports, states and tensors in one arena.
//
// The arena: Session | values of symbols | of expressions, twice | f32 ports to clean | states | ranges | op slots |
// (64-aligned) buffers of the plan. Every part has the same size on every target; session_bytes() is the sum up to the
// buffers.
#pragma once

#include "core/model.h"
#include "kernels/kernels.h"
#include "ops/op.h"
#include "tidegate/profile.h"

struct tg_session {};  ///< what the C API shows of a Session

namespace tidegate::core {

/// An f32 array that is cleaned: inputs before the ops, outputs after them.
struct FloatPort {
    Wide<float> data;
    std::uint64_t count;
};

using kernels::StateSlot;

/// Integers of an input that steer memory.
struct RangeSlot {
    Wide<const void> data;
    std::uint64_t count;
    std::int64_t minimum;
    std::int64_t maximum;
    std::uint64_t wide;  ///< i64, else i32
};

/// What a state, or an input of a good step, may be at most in size. Far beyond what a network in fp32 can use, and
/// small enough that products of two states stay finite: a huge but finite input cannot spoil the step after it.
inline constexpr float kLargestState = 0x1p50F;

class Session : public tg_session {
public:
    /// Lays the session out in the arena, whose size and alignment were checked, and prepares every op with all
    /// dimensions at their maxima.
    Session(const tg_model& model, std::uint8_t* arena, const kernels::Kernels& kernels);

    tg_status run();
    /// run() with a clock: ticks[op] for each op, ticks[op count] for the rest.
    tg_status run_timed(tg_clock clock, void* context, std::uint64_t* ticks);
    void reset();

    /// As many values as the model has symbols. All or nothing.
    tg_status set_dims(const std::int32_t* values);
    const std::int32_t* dims() const { return symbols_; }

    void set_policy(tg_policy policy) { policy_ = policy; }
    const tg_health& health() const { return health_; }
    void set_steps(std::uint64_t steps) { health_.steps = steps; }

    const tg_model& model() const { return model_.model; }
    const format::Model& root() const { return *root_of(&model_.model); }
    const kernels::Kernels& kernels() const { return *kernels_; }
    std::uint32_t op_count() const { return root().ops()->size(); }
    std::uint32_t state_count() const { return state_count_; }
    const StateSlot& state(std::uint32_t i) const { return states_[i]; }

    /// Where its tensors lie, with the dimensions as they are.
    ops::Site site() const;

private:
    void prepare();
    void prepare_ports(const ops::Site& site, std::uint8_t*& at);
    void prepare_states(const ops::Site& site, std::uint8_t*& at);
    void prepare_ranges(const ops::Site& site, std::uint8_t*& at);
    void prepare_ops(ops::Site site, std::uint8_t*& at);
    template <class Watch>
    tg_status run_watched(Watch& watch);
    bool ranges_hold() const;
    bool inputs_are_sane() const;
    tg_status spoiled();

    union ModelCopy {
        tg_model model;
        std::uint64_t space[5];  ///< its size on a 64-bit target
    } model_;
    tg_health health_ = {};
    Wide<const kernels::Kernels> kernels_;
    Wide<std::uint8_t> buffers_;
    Wide<FloatPort> inputs_;
    Wide<FloatPort> outputs_;
    Wide<StateSlot> states_;
    Wide<RangeSlot> ranges_;
    Wide<const ops::Prepared> first_op_;
    Wide<const ops::Prepared> end_of_ops_;
    Wide<std::int32_t> symbols_;  ///< their values
    Wide<std::int32_t> extents_;  ///< values of the expressions; behind them as many for a trial
    std::uint32_t input_count_ = 0;
    std::uint32_t output_count_ = 0;
    std::uint32_t state_count_ = 0;
    std::uint32_t policy_ = TG_POLICY_REFUSE;
};

/// Bytes of an opened model's arena before the buffers, a multiple of 64.
std::uint64_t session_bytes(const tg_model& model);

}  // namespace tidegate::core
