// SPDX-License-Identifier: MIT
// What a model file says about itself, for `info` and `bench`. The only part of the command that reads the format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model_file.h"

namespace tidegate::command {

struct TensorFacts {
    std::string name;
    std::string type;  ///< "f32"
    std::vector<std::int64_t> shape;
};

struct OpFacts {
    std::string name;    ///< the ONNX node
    std::string kind;    ///< "Recurrent"
    std::string detail;  ///< "lstm, 32 units"; may be empty
    std::vector<TensorFacts> outputs;
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

struct Facts {
    std::string name, producer, converter, source_sha256;
    std::string format;  ///< "0.1"
    std::uint32_t crc = 0;
    std::size_t file_bytes = 0, weight_bytes = 0, arena_bytes = 0;
    std::vector<TensorFacts> inputs, outputs, states;
    std::vector<OpFacts> ops;
    std::vector<RangeFacts> ranges;
    std::vector<ForecastFacts> forecast;  ///< one or none
};

Facts facts_of(const ModelFile& file);

/// The FlatBuffer behind the header.
std::string_view payload_of(const ModelFile& file);

}  // namespace tidegate::command
