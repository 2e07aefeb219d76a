// SPDX-License-Identifier: MIT
#include "emit/plan.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "convert.h"
#include "format/check.h"
#include "format/sizes.h"
#include "graph/error.h"

namespace tidegate {
namespace {

/// Widens lifetimes; a buffer that was never touched has first > last.
class Lifetimes {
public:
    explicit Lifetimes(Program& program) : program_(program) {
        for (ProgramBuffer& buffer : program_.buffers) {
            buffer.first = UINT32_MAX;
            buffer.last = 0;
        }
    }

    void touch_buffer(BufferId id, std::uint32_t step) {
        ProgramBuffer& buffer = program_.buffers[static_cast<std::size_t>(id)];
        buffer.first = std::min(buffer.first, step);
        buffer.last = std::max(buffer.last, step);
    }

    void touch(TensorId id, std::uint32_t step) {
        if (id < 0) { return; }
        const ProgramTensor& tensor = program_.tensors[static_cast<std::size_t>(id)];
        if (!tensor.constant) { touch_buffer(tensor.buffer, step); }
    }

    /// What is there when a loop begins and is touched in its body stays up to the loop's end: the body runs again.
    void stretch(std::uint32_t begin, std::uint32_t end) {
        for (ProgramBuffer& buffer : program_.buffers) {
            if (buffer.first <= begin && buffer.last > begin && buffer.last < end) { buffer.last = end; }
        }
    }

    void touch(const std::vector<TensorId>& ids, std::uint32_t step) {
        for (const TensorId id : ids) { touch(id, step); }
    }

private:
    Program& program_;
};

std::uint64_t aligned_bytes(const ProgramBuffer& buffer) {
    return format::align_up(buffer.bytes, format::kBufferAlignment);
}

bool live_together(const ProgramBuffer& a, const ProgramBuffer& b) { return a.first <= b.last && b.first <= a.last; }

std::uint64_t steps_live(const ProgramBuffer& buffer) { return std::uint64_t{buffer.last} - buffer.first + 1; }

using Order = std::vector<std::size_t>;

/// The smallest gap between placed buffers that takes `next`: best fit; behind them all if there is none.
std::uint64_t best_offset(const std::vector<ProgramBuffer>& buffers, const Order& placed, std::size_t next) {
    const std::uint64_t bytes = aligned_bytes(buffers[next]);
    std::uint64_t best = 0, best_gap = UINT64_MAX, free_from = 0;
    for (const std::size_t other : placed) {  // ascending offsets
        if (!live_together(buffers[other], buffers[next])) { continue; }
        const std::uint64_t offset = buffers[other].offset;
        if (offset > free_from && offset - free_from >= bytes && offset - free_from < best_gap) {
            best = free_from;
            best_gap = offset - free_from;
        }
        free_from = std::max(free_from, offset + aligned_bytes(buffers[other]));
    }
    return best_gap < UINT64_MAX ? best : free_from;
}

/// Places the buffers one after another in this order; returns the bytes of all.
std::uint64_t place_in_order(std::vector<ProgramBuffer>& buffers, const Order& order) {
    Order placed;
    std::uint64_t total = 0;
    for (const std::size_t next : order) {
        buffers[next].offset = best_offset(buffers, placed, next);
        total = std::max(total, buffers[next].offset + aligned_bytes(buffers[next]));
        const auto behind = std::ranges::upper_bound(placed, buffers[next].offset, {},
                                                     [&](std::size_t i) { return buffers[i].offset; });
        placed.insert(behind, next);
    }
    return total;
}

/// Indices sorted by a key, largest first, ties by the index.
template <class Key>
Order largest_first(const std::vector<ProgramBuffer>& buffers, Key key) {
    Order order(buffers.size());
    for (std::size_t i = 0; i < order.size(); ++i) { order[i] = i; }
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return key(buffers[i]); });
    return order;
}

}  // namespace

namespace {

/// Weights of the input's part from which on sums for several steps pay: with fewer, writing and reading the sums takes
/// longer than reading W in each step (bench_table, T=96: 8->64 gains 2 to 10 %, 8->32 loses 1 to 5).
constexpr std::uint64_t kLeastWeights = 1536;

format::RecurrentSize size_of(const step::Recurrent& recurrent) {
    const ProgramMatrix& gates = recurrent.directions.at(0).gates;
    return {gates.gates, gates.units, gates.input_cols, gates.form == WeightForm::i8};
}

const Extents& dims_of_input(const Program& program, const Step& step) {
    return program.tensors.at(static_cast<std::size_t>(step.inputs.at(0))).dims;
}

std::uint64_t lanes(std::int64_t wanted) {
    return static_cast<std::uint64_t>(std::min<std::int64_t>(wanted, format::kMostLanes));
}

/// For how many steps at once the sums of the input are made; 0: each step makes its own.
std::uint64_t step_lanes(const step::Recurrent& recurrent, std::int64_t steps) {
    const format::RecurrentSize n = size_of(recurrent);
    const std::uint64_t rows = std::uint64_t{n.gates + (n.gates == 2 ? 1 : 0)} * n.units;
    return steps < 2 || rows * n.input_cols < kLeastWeights ? 0 : lanes(steps);
}

/// How many series are stepped at once; 0: one after the other.
std::uint64_t series_lanes(const Step& step, std::int64_t batch) {
    const bool has_lengths = step.inputs.at(1) >= 0;
    return batch < 2 || has_lengths ? 0 : lanes(batch);
}

/// A batch that may be 1 needs room for either.
std::uint64_t scratch_bytes(const Program& program, const Step& step, const step::Recurrent& recurrent) {
    const format::RecurrentSize n = size_of(recurrent);
    const Extents& x = dims_of_input(program, step);
    const std::int64_t steps = x[recurrent.x_batch_first ? 1 : 0].highest();
    const std::int64_t batch = x[recurrent.x_batch_first ? 0 : 1].highest();
    return format::recurrent_scratch_bytes(n) + std::max(step_lanes(recurrent, steps) * format::step_lane_bytes(n),
                                                         series_lanes(step, batch) * format::series_lane_bytes(n));
}

/// The integers of as many rows of x as are multiplied at once.
std::uint64_t scratch_bytes(const Program& program, const Step& step, const step::Dense& dense) {
    if (dense.matrix.form != WeightForm::i8) { return 0; }
    std::int64_t rows = 1;
    const Extents& x = dims_of_input(program, step);
    for (std::size_t axis = 0; axis + 1 < x.size(); ++axis) { rows *= x[axis].highest(); }
    return lanes(rows) * format::quantized_bytes(dense.matrix.input_cols);
}

/// Of as many windows as are taken at once.
std::uint64_t scratch_bytes(const Program& program, const Step& step, const step::Conv& conv) {
    format::WindowSize largest;
    for (const step::ConvPart& part : conv.parts) {
        largest.cols = std::max(largest.cols, part.matrix.input_cols);
        largest.units = part.matrix.units;
        largest.quantized = part.matrix.form == WeightForm::i8;
    }
    std::int64_t windows = 1;
    const Extents& y = program.tensors.at(static_cast<std::size_t>(step.outputs.at(0))).dims;
    for (std::size_t i = 0; i < conv.axes.size(); ++i) {
        const std::int64_t phases = conv.axes[i].phases;
        windows *= (y[i + 2].highest() + phases - 1) / phases;
    }
    return lanes(windows) * format::window_lane_bytes(largest);
}

std::uint64_t scratch_bytes(const Program& program, const Step& step) {
    if (const auto* conv = std::get_if<step::Conv>(&step.params)) { return scratch_bytes(program, step, *conv); }
    if (const auto* recurrent = std::get_if<step::Recurrent>(&step.params)) {
        return scratch_bytes(program, step, *recurrent);
    }
    if (const auto* dense = std::get_if<step::Dense>(&step.params)) { return scratch_bytes(program, step, *dense); }
    return 0;
}

}  // namespace

void add_scratch(Program& program) {
    for (Step& step : program.steps) {
        const std::uint64_t bytes = scratch_bytes(program, step);
        if (bytes == 0 || step.scratch >= 0) { continue; }
        program.buffers.push_back({bytes, 0, 0, 0});
        step.scratch = static_cast<BufferId>(program.buffers.size()) - 1;
    }
}

namespace {

struct Span {
    std::uint32_t begin;
    std::uint32_t end;
};

/// The program's loops, inner ones before those around them. Their steps are counted.
std::vector<Span> count_loops(Program& program) {
    std::vector<std::uint32_t> open;
    std::vector<Span> loops;
    for (std::uint32_t k = 0; k < program.steps.size(); ++k) {
        if (std::holds_alternative<step::Loop>(program.steps[k].params)) {
            open.push_back(k);
            if (open.size() > format::kMaxLoopDepth) {
                throw ConvertError("step '" + program.steps[k].name + "' is a loop inside of more than " +
                                   std::to_string(format::kMaxLoopDepth - 1) + " others");
            }
        } else if (auto* end = std::get_if<step::LoopEnd>(&program.steps[k].params)) {
            const std::uint32_t begin = open.back();
            open.pop_back();
            end->steps = k - begin - 1;
            std::get<step::Loop>(program.steps[begin].params).steps = end->steps;
            loops.push_back({begin, k});
        }
    }
    return loops;
}

}  // namespace

void set_lifetimes(Program& program) {
    const std::vector<Span> loops = count_loops(program);
    Lifetimes lifetimes(program);
    const auto end = static_cast<std::uint32_t>(program.steps.size());
    for (const ProgramPort& port : program.inputs) {
        lifetimes.touch(port.tensor, 0);
        lifetimes.touch(port.tensor, end);
    }
    for (const ProgramState& state : program.states) {
        lifetimes.touch(state.input, 0);
        lifetimes.touch(state.input, end);
        lifetimes.touch(state.output, end);
    }
    for (std::uint32_t k = 0; k < end; ++k) {
        const Step& step = program.steps[k];
        lifetimes.touch(step.inputs, k);
        lifetimes.touch(step.outputs, k);
        if (step.scratch >= 0) { lifetimes.touch_buffer(step.scratch, k); }
    }
    for (const ProgramPort& port : program.outputs) { lifetimes.touch(port.tensor, end); }
    for (const Span& loop : loops) {
        const Step& step = program.steps[loop.begin];
        lifetimes.touch(step.outputs, loop.end);
        const auto walked = step.inputs.begin() + 1 + std::get<step::Loop>(step.params).carried;
        lifetimes.touch(std::vector<TensorId>(walked, step.inputs.end()), loop.end);
        lifetimes.stretch(loop.begin, loop.end);
    }
    for (std::size_t i = 0; i < program.buffers.size(); ++i) {
        if (program.buffers[i].first > program.buffers[i].last) {
            throw std::logic_error("nothing fills buffer " + std::to_string(i) + " of the program");
        }
    }
}

std::uint64_t peak_live_bytes(const std::vector<ProgramBuffer>& buffers) {
    std::uint64_t peak = 0;
    for (const ProgramBuffer& at : buffers) {  // the peak begins where some buffer does
        std::uint64_t live = 0;
        for (const ProgramBuffer& buffer : buffers) {
            if (buffer.first <= at.first && at.first <= buffer.last) { live += aligned_bytes(buffer); }
        }
        peak = std::max(peak, live);
    }
    return peak;
}

/// Best fit in a few orders, stopping at one that reaches the lower bound; the first of the smallest wins.
std::uint64_t place(std::vector<ProgramBuffer>& buffers) {
    const std::uint64_t bound = peak_live_bytes(buffers);
    const Order orders[] = {
        largest_first(buffers, [](const ProgramBuffer& b) { return std::pair(b.bytes, steps_live(b)); }),
        largest_first(buffers, [](const ProgramBuffer& b) { return std::pair(steps_live(b), b.bytes); }),
        largest_first(buffers, [](const ProgramBuffer& b) { return b.bytes * steps_live(b); }),
        largest_first(buffers, [](const ProgramBuffer& b) { return std::pair(~b.first, b.bytes); }),
        largest_first(buffers, [](const ProgramBuffer& b) { return std::pair(b.last, b.bytes); }),
    };
    std::vector<ProgramBuffer> best;
    std::uint64_t best_total = UINT64_MAX;
    for (const Order& order : orders) {
        std::vector<ProgramBuffer> candidate = buffers;
        const std::uint64_t total = place_in_order(candidate, order);
        if (total < best_total) {
            best_total = total;
            best = std::move(candidate);
        }
        if (best_total == bound) { break; }
    }
    buffers = std::move(best);
    return best_total;
}

void plan(Program& program) {
    add_scratch(program);
    set_lifetimes(program);
    program.arena_bytes = place(program.buffers);
}

}  // namespace tidegate
