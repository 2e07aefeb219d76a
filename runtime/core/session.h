// SPDX-License-Identifier: MIT
// A session: prepared ops, ports, states and tensors in one arena.
//
// The arena: Session | f32 ports to clean | states | ranges | op slots | (64-aligned) buffers of the plan.
// Every part has the same size on every target; session_bytes() is the sum up to the buffers.
#pragma once

#include "core/model.h"
#include "kernels/kernels.h"
#include "ops/op.h"

struct tg_session {};  ///< what the C API shows of a Session

namespace tidegate::core {

/// An f32 array that is cleaned: inputs before the ops, outputs after them.
struct FloatPort {
    Wide<float> data;
    std::uint64_t count;
};

/// After a good run `current` takes the values of `next`.
struct StateSlot {
    Wide<float> current;
    Wide<const float> next;
    Wide<const float> initial;  ///< null: zeros
    std::uint64_t count;
};

/// Integers of an input that steer memory.
struct RangeSlot {
    Wide<const void> data;
    std::uint64_t count;
    std::int64_t minimum;
    std::int64_t maximum;
    std::uint64_t wide;  ///< i64, else i32
};

class Session : public tg_session {
public:
    /// Lays the session out in the arena, whose size and alignment were checked, and prepares every op.
    Session(const tg_model& model, std::uint8_t* arena, const kernels::Kernels& kernels);

    tg_status run();
    void reset();

    const tg_model& model() const { return model_.model; }
    const kernels::Kernels& kernels() const { return *kernels_; }
    std::uint8_t* buffers() const { return buffers_; }

private:
    void prepare_ports(const ops::Site& site, std::uint8_t*& at);
    void prepare_states(const ops::Site& site, std::uint8_t*& at);
    void prepare_ranges(const ops::Site& site, std::uint8_t*& at);
    void prepare_ops(ops::Site site, std::uint8_t*& at);
    bool ranges_hold() const;
    bool states_finite() const;
    void commit_states();

    union ModelCopy {
        tg_model model;
        std::uint64_t space[4];  ///< its size on a 64-bit target
    } model_;
    Wide<const kernels::Kernels> kernels_;
    Wide<std::uint8_t> buffers_;
    Wide<FloatPort> inputs_;
    Wide<FloatPort> outputs_;
    Wide<StateSlot> states_;
    Wide<RangeSlot> ranges_;
    Wide<const ops::Prepared> first_op_;
    std::uint32_t input_count_ = 0;
    std::uint32_t output_count_ = 0;
    std::uint32_t state_count_ = 0;
    std::uint32_t range_count_ = 0;
    std::uint32_t op_count_ = 0;
};

/// Bytes of the arena before the buffers, a multiple of 64. 0 if an operator is not in the table.
std::uint64_t session_bytes(const format::Model& model);

}  // namespace tidegate::core
