// SPDX-License-Identifier: MIT
// Whether and how a model would convert, without converting it: what `tidegate-convert check` says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "convert.h"

namespace tidegate {

/// An input, an output or a state with its type and shape: "f32 [batch, time, 3]".
struct PortLine {
    std::string name;
    std::string type;
    std::string shape;
};

/// A dimension that must be said before the model converts.
struct OpenDimension {
    std::string key;                   ///< of --dim: a symbol, or INPUT:AXIS
    std::vector<std::string> inputs;   ///< that have it
    std::optional<std::string> value;  ///< with which the rest was looked at: "1..64", "16"
};

/// The same reason for several nodes of one operator. op is empty for what is about no node.
struct ProblemGroup {
    std::string op;
    std::string what;
    std::vector<std::string> nodes;
};

/// Of a model that converts, as called or with the values of its open dimensions.
struct Sizes {
    std::size_t nodes = 0;
    std::map<std::string, std::size_t> folded;  ///< operators of nodes that are gone after simplification
    std::size_t steps = 0;
    std::uint64_t parameters = 0;
    std::uint64_t file_bytes = 0;
    std::uint64_t arena_bytes = 0;
};

struct Checkup {
    bool converts = false;  ///< as called
    std::string producer;
    std::int64_t opset = 0;
    std::map<std::string, std::size_t> operators;  ///< of the model, inner graphs included
    std::vector<PortLine> inputs, outputs;
    std::vector<OpenDimension> open;
    std::vector<std::pair<std::string, std::string>> states;  ///< output, input: linked as called
    /// What --stateful would link, if it was not asked for; or why it cannot.
    std::vector<std::string> could_link;
    std::string cannot_link;
    std::vector<ProblemGroup> problems;  ///< as called, and those behind the open dimensions
    std::uint64_t constant_bytes = 0;    ///< of the model's tensors as they are read, should nothing more be known
    std::optional<Sizes> sizes;
    std::vector<std::string> notes;
};

/// Throws ConvertError for what is no ONNX model at all.
Checkup examine(const std::string& onnx_path, const ConvertOptions& options);
/// Of a graph that read() made, with its complaints.
Checkup examine_read(const Graph& graph, const Complaints& complaints, const ConvertOptions& options);

std::string to_text(const Checkup& checkup);
std::string to_json(const Checkup& checkup);

}  // namespace tidegate
