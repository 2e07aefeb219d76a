// SPDX-License-Identifier: MIT
// The walk that makes a graph of steps: what the rules of the operators ask it and emit through it. Inside stream/
// only.
#pragma once

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "graph/error.h"
#include "graph/graph.h"
#include "stream/time.h"

namespace tidegate {

/// Operands that are at the same step.
struct Joined {
    std::vector<ValueId> inputs;
    Time time;  ///< the axis counts in the result
};

class Steps {
public:
    explicit Steps(Graph& graph);
    void run();

    std::int64_t chunk() const { return stream_.steps; }  ///< steps of a run
    /// Of an axis without merged ones: its elements in a run, and by how many the symbol lets it grow.
    std::int64_t per_run(const Time& time) const { return chunk() / time.every; }
    std::int64_t per_symbol(const Time& time) const { return stream_.unit / time.every; }
    /// Elements of the merged ones too, for each that the symbol counts.
    std::int64_t width(const Time& time) const { return time.outer * time.inner * per_symbol(time); }
    bool is_extent_of(const Extent& extent, const Time& time) const;
    /// Can an axis have one element for so many steps?
    bool can_skip(std::int64_t every) const { return stream_.unit % every == 0 && chunk() % every == 0; }
    /// The time of a value with this extent, each element of which comes of as many steps as it takes; nothing if
    /// there is none.
    std::optional<Time> time_of(const Extent& extent, std::size_t axis) const;
    const Symbol& symbol() const { return *stream_.symbol; }
    const std::string& axis_name() const { return stream_.axis; }

    // ---- the whole, as it was
    const Time& time(ValueId id) const { return times_[static_cast<std::size_t>(id)]; }
    const Extents& dims(ValueId id) const { return *before_[static_cast<std::size_t>(id)].dims; }
    ElementType type(ValueId id) const { return before_[static_cast<std::size_t>(id)].type; }
    const Tensor* constant(ValueId id) const { return graph_.constant(id); }
    std::optional<Extents> elements(ValueId id) const { return graph_.elements(id); }
    bool is_fixed(ValueId id) const { return id == kNone || time(id).kind == Time::Kind::fixed; }
    bool is_read_elsewhere(ValueId id) const;  ///< by a node or as an output, not only as the next state

    /// Throws: the node that is being looked at is refused.
    [[noreturn]] void refuse(const std::string& what) const;
    /// Throws if `id` cannot be an operand whose elements matter: it follows from the number of steps, say.
    void need_data(ValueId id) const;

    // ---- the steps
    /// Brings operands, aligned at the last of `rank` axes, to the same step. leads: elements before the first step may
    /// be ahead (the caller sets time.lead), else none is.
    Joined join(const std::vector<ValueId>& ids, std::size_t rank, bool leads = false);
    /// The dims of a run.
    Extents step_dims(const Extents& dims, const Time& time) const;
    /// Emits the node, all of whose outputs have this time.
    void finish(Node node, const Time& time) {
        const std::vector<Time> times(node.outputs.size(), time);
        finish(std::move(node), times);
    }
    void finish(Node node, const std::vector<Time>& times);
    /// The two halves of that: the time of a value, which must be one of steps; and the node.
    void place(ValueId output, const Time& time);
    void emit(Node node);
    /// A value like one of the whole.
    ValueId another(ValueId id);
    /// The node's first output is `value`.
    void finish_as(const Node& node, ValueId value, const Time& time);
    ValueId made(Op op, std::vector<ValueId> inputs, const std::string& what);
    ValueId list(const Extents& values);
    ValueId constant_of(Tensor tensor);
    ValueId state(const std::string& name, const Dims& dims, std::shared_ptr<const Tensor> initial, bool exact);
    /// `next` of a value that state() made.
    void set_next(ValueId state, ValueId next);

    // ---- history.cpp
    /// [the last n elements before these, these] along the axis.
    ValueId history(ValueId data, const Time& time, const Extents& dims, ElementType type, std::int64_t n);
    /// At step t element t + shift; shift is not beyond the time's own.
    ValueId delayed(ValueId data, const Time& time, const Extents& dims, ElementType type, std::int64_t shift);
    ValueId delayed(ValueId id, std::int64_t shift);
    /// What comes before element 0 becomes `fill`.
    ValueId warmed(ValueId data, const Time& time, std::size_t rank, const Tensor& fill);
    /// data with n elements of `fill` in front; time becomes that.
    ValueId padded(ValueId data, Time& time, const Extents& dims, ElementType type, std::int64_t n, const Tensor& fill);
    /// Truth of one element: has the stream had n elements of this time before this run? They must fill runs.
    ValueId had(std::int64_t n, const Time& time);
    /// The numbers t + offset of the steps t of a run: i64, or f32.
    ValueId positions(std::int64_t offset, bool real);
    /// The stream must not go on when t + offset would reach `limit`.
    void limit_positions(std::int64_t limit) { position_limit_ = std::min(position_limit_, limit); }

private:
    struct Skip {};  ///< an operand comes from a node that was refused

    void begin();
    void visit(const Node& node);
    void guess(const Node& node);
    ValueId steps_so_far();
    void finish_counters();
    // ports.cpp
    void check_outputs();
    void finish_ports();

    Graph& graph_;
    Stream stream_;
    std::vector<Value> before_;
    std::vector<Time> times_;
    std::vector<int> reads_;
    const Node* node_ = nullptr;  ///< that is being looked at
    Complaints complaints_;
    bool refused_ = false;
    std::map<std::pair<ValueId, std::int64_t>, ValueId> delays_;
    ValueId counter_ = kNone;   ///< f32 [1]: steps before this run, at most 2^23
    ValueId position_ = kNone;  ///< f32 [1]: the same, but never more than it holds
    std::int64_t position_limit_ = std::int64_t{1} << 24;
    std::size_t histories_ = 0;
    std::int64_t waiting_ = 0;  ///< elements in them
};

/// Emits what becomes of a node, by the rule of its operator.
void apply_rule(Steps& steps, Node node);

}  // namespace tidegate
