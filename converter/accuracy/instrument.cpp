// SPDX-License-Identifier: MIT
#include "accuracy/instrument.h"

#include <fmt/format.h>

#include <algorithm>

#include "accuracy/lift.h"
#include "emit/quantize.h"
#include "graph/error.h"

namespace tidegate {
namespace {

std::string kind_of(const step::Recurrent& r) {
    constexpr const char* kCells[] = {"RNN", "LSTM", "GRU"};
    return fmt::format("{}{} {} -> {}", r.directions.size() == 2 ? "2 x " : "", kCells[static_cast<int>(r.cell)],
                       r.directions.front().gates.input_cols, r.hidden);
}

std::string kind_of(const step::Dense& d) { return fmt::format("dense {} -> {}", d.matrix.input_cols, d.matrix.units); }

/// "conv 16 -> 32, 3x3": channels, then taps; of a transposed one those of its first phase.
std::string kind_of(const step::Conv& c, const Extents& x) {
    const step::ConvPart& part = c.parts.front();
    std::string text = fmt::format("conv {} -> {}", to_text(x[1]), part.matrix.units * c.groups);
    for (std::size_t i = 0; i < part.axes.size(); ++i) {
        text += fmt::format("{}{}", i == 0 ? ", " : "x", part.axes[i].taps);
    }
    const std::size_t phases = c.parts.size() / c.groups;
    if (phases > 1) { text += fmt::format(" in {} phases", phases); }
    return text;
}

std::string kind_of(const Program& program, const Step& step) {
    if (const auto* conv = std::get_if<step::Conv>(&step.params)) {
        return kind_of(*conv, program.tensors[static_cast<std::size_t>(step.inputs.at(0))].dims);
    }
    if (const auto* recurrent = std::get_if<step::Recurrent>(&step.params)) { return kind_of(*recurrent); }
    return kind_of(std::get<step::Dense>(step.params));
}

std::uint64_t bytes_of(const ProgramTensor& tensor) {
    std::int64_t count = 1;
    for (const Extent& extent : tensor.dims) { count *= extent.highest(); }
    return static_cast<std::uint64_t>(count) * size_of(tensor.type);
}

/// A step that copies the tensor into a buffer of its own: what shares its bytes (a state's input, say) may change.
Step copy_of(Program& program, TensorId from) {
    ProgramTensor tensor = program.tensors[static_cast<std::size_t>(from)];
    tensor.constant = nullptr;
    tensor.offset = 0;
    tensor.buffer = static_cast<BufferId>(program.buffers.size());
    program.buffers.push_back({bytes_of(tensor), 0, 0, 0});
    program.tensors.push_back(tensor);
    return {"copy", step::Expand{}, {from}, {static_cast<TensorId>(program.tensors.size()) - 1}, -1};
}

void add_output(Program& program, TensorId tensor) {
    std::string name = fmt::format("layer {}", program.outputs.size());
    const auto taken = [&](const ProgramPort& port) { return port.name == name; };
    while (std::ranges::any_of(program.outputs, taken)) { name += "'"; }
    program.outputs.push_back({name, tensor});
}

bool are_equal(const ProgramMatrix& a, const ProgramMatrix& b) {
    return a.gates == b.gates && a.units == b.units && a.input_cols == b.input_cols && a.state_cols == b.state_cols &&
           a.weights == b.weights;
}

bool have_same_weights(const Step& a, const Step& b) {
    return std::ranges::equal(matrices_of(a), matrices_of(b),
                              [](const auto* left, const auto* right) { return are_equal(*left, *right); });
}

}  // namespace

std::vector<Layer> layers_of(const Program& program) {
    std::vector<Layer> layers;
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const Step& step = program.steps[i];
        if (has_weights(step) && can_lift(program, i)) { layers.push_back({step.name, kind_of(program, step), i}); }
    }
    return layers;
}

std::vector<std::vector<std::size_t>> layers_by_weights(const Program& program) {
    const std::vector<Layer> layers = layers_of(program);
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto found = std::ranges::find_if(groups, [&](const std::vector<std::size_t>& group) {
            return have_same_weights(program.steps[layers[group[0]].step], program.steps[layers[i].step]);
        });
        found == groups.end() ? groups.push_back({i}) : found->push_back(i);
    }
    return groups;
}

Program with_layer_outputs(Program program) {
    for (const Layer& layer : layers_of(program)) {
        const std::vector<TensorId>& outputs = program.steps[layer.step].outputs;
        const auto wanted = std::ranges::find_if(outputs, [](TensorId id) { return id >= 0; });
        add_output(program, lifted(program, layer.step, *wanted));
    }
    return program;
}

Program with_layer_inputs(Program program) {
    const std::vector<Layer> layers = layers_of(program);
    auto next = layers.begin();
    std::vector<Step> steps;
    steps.swap(program.steps);
    std::vector<std::size_t> copies;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (next != layers.end() && next->step == i) {
            copies.push_back(program.steps.size());
            program.steps.push_back(copy_of(program, steps[i].inputs.at(0)));
            ++next;
        }
        program.steps.push_back(std::move(steps[i]));
    }
    for (const std::size_t copy : copies) {
        add_output(program, lifted(program, copy, program.steps[copy].outputs.front()));
    }
    return program;
}

}  // namespace tidegate
