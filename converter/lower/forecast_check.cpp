// SPDX-License-Identifier: MIT
#include <algorithm>

#include "graph/text.h"
#include "lower/nodes.h"

namespace tidegate {
namespace {

/// The port that key "input" or "output" of the spec names, an f32 tensor of `count` elements.
void check_port(const Program& program, const std::vector<ProgramPort>& ports, const std::string& key,
                const std::string& name, std::size_t count, const std::string& reason) {
    const auto found = std::ranges::find(ports, name, &ProgramPort::name);
    if (found == ports.end()) {
        std::string names;
        for (const ProgramPort& port : ports) { names += (names.empty() ? "" : ", ") + in_quotes(port.name); }
        throw ConvertError("forecast: " + key + " names " + in_quotes(name) + "; the model has " +
                           (names.empty() ? "none" : names));
    }
    const ProgramTensor& tensor = program.tensors[static_cast<std::size_t>(found->tensor)];
    if (!tensor.dims.are_constant()) {
        throw ConvertError("forecast: " + key + " " + in_quotes(name) + " has the shape " + to_text(tensor.dims) +
                           "; the forecaster steps a model of one shape: " + how_to_bind(tensor.dims));
    }
    if (tensor.type == ElementType::f32 && element_count(tensor.dims) == static_cast<std::int64_t>(count)) { return; }
    throw ConvertError("forecast: " + key + " " + in_quotes(name) + " is " + name_of(tensor.type) +
                       to_text(tensor.dims) + ", but the spec asks for " + std::to_string(count) + " f32 values (" +
                       reason + ")");
}

}  // namespace

void check_forecast(const ForecastSpec& spec, const Program& program) {
    const std::size_t features = spec.features.size();
    check_port(program, program.inputs, "input", spec.input, features, std::to_string(features) + " features");
    check_port(program, program.outputs, "output", spec.output, spec.horizon * spec.quantiles.size(),
               std::to_string(spec.horizon) + " steps x " + std::to_string(spec.quantiles.size()) + " quantiles");
    std::string others, links, values;
    for (const ProgramPort& port : program.inputs) {
        if (port.name == spec.input) { continue; }
        others += (others.empty() ? "" : ", ") + in_quotes(port.name);
        links += " --state OUTPUT=" + printable(port.name);
        values += " --fix-input " + printable(port.name) + "=VALUE";
    }
    if (others.empty()) { return; }
    throw ConvertError("forecast: only " + in_quotes(spec.input) +
                       " is filled by the forecaster, but the model also wants " + others + "; link states with" +
                       links + " or --stateful, freeze constants with" + values);
}

}  // namespace tidegate
