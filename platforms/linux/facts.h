// SPDX-License-Identifier: MIT
// What a model file says about itself, for `info`, `bench` and `run`. The rest of the command does not read the format,
// but for memory_map.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model_file.h"

namespace tidegate::command {

struct TensorFacts {
    std::string name;
    std::string type;                 ///< "f32"
    std::vector<std::int64_t> shape;  ///< at the dimensions asked for
    std::vector<std::string> axes;    ///< as planned: "time", "2*time", "16"
    std::vector<int> symbols;         ///< per axis: the symbol that it is, without more; -1: none
    std::uint64_t bytes = 0;
    bool symbolic = false;  ///< some axis is an expression
};

struct OpFacts {
    std::string name;    ///< the ONNX node
    std::string kind;    ///< "Recurrent"
    std::string detail;  ///< "lstm, 32 units"; may be empty
    std::vector<TensorFacts> outputs;
    std::uint64_t weight_bytes = 0;  ///< of its matrices and peepholes
    std::uint64_t weight_reads = 0;  ///< how often a run goes through them: steps and batch rows
    std::uint64_t input_bytes = 0;   ///< of its tensors; constant ones included
    std::uint64_t output_bytes = 0;
};

/// A dimension that is set at run time.
struct SymbolFacts {
    std::string name;
    std::int32_t minimum;
    std::int32_t maximum;
};

/// The values that input `index` may have, if they steer memory.
struct RangeFacts {
    std::size_t input;
    std::int64_t minimum;
    std::int64_t maximum;
};

struct ColumnFacts {
    std::string name;
    std::string transform;  ///< "affine", "log1p" or "categories"
    std::vector<std::string> categories;
};

struct ForecastFacts {
    std::vector<std::string> time_columns;
    std::uint32_t step_seconds = 0;
    std::vector<ColumnFacts> columns;
    std::vector<std::string> features;  ///< "observed(pm2.5)", "sine(86400 s)"
    std::string target;
    std::uint32_t horizon = 0;
    std::vector<float> quantiles;
    std::uint32_t max_gap_steps = 0;
    std::size_t arena_bytes = 0;  ///< of forecaster and session
};

/// Of a model whose runs take the next steps of a time axis.
struct StreamFacts {
    std::string axis;
    std::uint32_t steps = 0;                    ///< in one run
    std::vector<std::int32_t> inputs, outputs;  ///< of each the axis with the steps; -1: none
    std::vector<std::int32_t> shifts;           ///< of each output: at t it is element t + shift of the whole
    /// The steps that t counts by for an output of this shape: those that one element comes of.
    std::int64_t every(std::size_t output, const std::vector<std::int64_t>& shape) const {
        const std::int64_t elements = outputs[output] < 0 ? steps : shape[static_cast<std::size_t>(outputs[output])];
        return elements < steps ? steps / elements : 1;
    }
};

struct Facts {
    std::string name, producer, converter, source_sha256;
    std::string format;  ///< "0.1"
    std::uint32_t crc = 0;
    std::size_t file_bytes = 0, weight_bytes = 0, arena_bytes = 0;
    std::vector<SymbolFacts> symbols;
    std::vector<TensorFacts> inputs, outputs, states;
    std::vector<float> state_limits;  ///< of each state: the largest magnitude that may be restored
    std::vector<OpFacts> ops;
    std::vector<RangeFacts> ranges;
    std::vector<ForecastFacts> forecast;  ///< one or none
    std::vector<StreamFacts> stream;      ///< one or none
};

/// The facts with shapes at these dimensions. symbols: values that tg_set_dims() has accepted; empty: every symbol at
/// its maximum.
Facts facts_of(const ModelFile& file, const std::vector<std::int32_t>& symbols = {});

/// The FlatBuffer behind the header.
std::string_view payload_of(const ModelFile& file);

}  // namespace tidegate::command
