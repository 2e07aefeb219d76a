// SPDX-License-Identifier: MIT
#include "accuracy/lift.h"

#include <utility>
#include <vector>

namespace tidegate {
namespace {

/// Indices of a Loop and its LoopEnd.
using Span = std::pair<std::size_t, std::size_t>;

/// The loops around a step, inner ones first.
std::vector<Span> loops_around(const Program& program, std::size_t step) {
    std::vector<std::size_t> open;
    std::vector<Span> around;
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        if (std::holds_alternative<step::Loop>(program.steps[i].params)) { open.push_back(i); }
        if (!std::holds_alternative<step::LoopEnd>(program.steps[i].params)) { continue; }
        if (open.back() < step && step < i) { around.emplace_back(open.back(), i); }
        open.pop_back();
    }
    return around;
}

}  // namespace

bool can_lift(const Program& program, std::size_t step) {
    for (const auto& [begin, end] : loops_around(program, step)) {
        if (program.steps[begin].inputs.at(0) >= 0 || program.steps[end].inputs.at(0) >= 0) { return false; }
    }
    return true;
}

TensorId lifted(Program& program, std::size_t step, TensorId tensor) {
    for (const auto& [begin, end] : loops_around(program, step)) {
        auto& loop = std::get<step::Loop>(program.steps[begin].params);
        ProgramTensor stacked = program.tensors[static_cast<std::size_t>(tensor)];
        stacked.dims.insert(stacked.dims.begin(), loop.trips);
        stacked.constant = nullptr;
        stacked.offset = 0;
        stacked.buffer = static_cast<BufferId>(program.buffers.size());
        std::int64_t most = 1;
        for (const Extent& extent : stacked.dims) { most *= extent.highest(); }
        program.buffers.push_back({static_cast<std::uint64_t>(most) * size_of(stacked.type), 0, 0, 0});
        program.tensors.push_back(std::move(stacked));
        loop.stacks.push_back({0, false});
        program.steps[end].inputs.push_back(tensor);
        tensor = static_cast<TensorId>(program.tensors.size()) - 1;
        program.steps[begin].outputs.push_back(tensor);
    }
    return tensor;
}

}  // namespace tidegate
