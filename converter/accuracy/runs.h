// SPDX-License-Identifier: MIT
// What a model is run on to measure it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "convert.h"
#include "verify/run_model.h"

namespace tidegate {

/// Runs in a row; states are carried from one to the next.
struct Runs {
    std::string source;                       ///< "512 generated steps ...", "2 runs (60 steps) of data/"
    std::vector<std::vector<Tensor>> inputs;  ///< of each run, in the order of the program's inputs
    std::uint64_t steps = 0;                  ///< of all runs: time steps times batch rows
    std::string data;                         ///< the user's file or folder; empty: none
    std::vector<std::size_t> lines;           ///< of a CSV file: where each run ends
    std::string note;                         ///< what of the data was not taken as it is; else empty

    /// "run 3", counted from 0; "line 17" of a CSV file.
    std::string place_of(std::size_t run) const;
    /// Runs one of them; what the runtime refuses is thrown with its place in the data.
    std::vector<Tensor> pass(ModelRunner& runner, std::size_t run) const;
};

/// Time steps times batch rows of one run with these inputs; 1 for a model without recurrent steps.
std::uint64_t steps_of(const Program& program, const std::vector<Tensor>& inputs);

/// At least this many steps, dimensions at their maxima.
inline constexpr std::uint64_t kGeneratedSteps = 512;
Runs generated_runs(const Conversion& conversion);

/// Fewer steps than these say nothing about a model.
inline constexpr std::uint64_t kLeastSteps = 16;

/// Reads `--calibrate DATA`: a .npy, .npz or .csv file, a data set's folder, or a stream's; for a forecast model the
/// CSV file of a series, run through its forecaster. onnx_path: the model, whose inputs a data set may name by
/// position. Throws ConvertError saying what was found and what was expected.
Runs read_runs(const Conversion& conversion, const std::string& onnx_path, const std::string& data);

}  // namespace tidegate
