// SPDX-License-Identifier: MIT
// Recorded inputs and outputs in the layout of ONNX's backend tests: DIR/input_K.pb and DIR/output_K.pb, one
// TensorProto each. A directory that holds step_000, step_001, ... (each such a layout) is a stream; its map.json,
// {"states": {INPUT: OUTPUT, ...}, "initial": "zeros"}, says which output is the next step's input.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "verify/tensor_file.h"

namespace tidegate {

/// Inputs and outputs of one run by position K; a position may be missing (an optional input or output).
struct Recording {
    std::map<std::size_t, NamedTensor> inputs;
    std::map<std::size_t, NamedTensor> outputs;
};

struct Dataset {
    std::string directory;
    std::vector<Recording> steps;                             ///< one, or the steps of a stream in order; never empty
    std::vector<std::pair<std::string, std::string>> states;  ///< of a stream: output, input
    std::set<std::string> sampled;  ///< outputs that are random: "sampled" in info.json beside or above the data
};

using TensorsByName = std::map<std::string, Tensor>;

/// Recorded tensors by the model's names: the tensor's own name if the model knows it, else by position. what: "input"
/// or "output". Throws ConvertError for one that the model has not.
TensorsByName by_name(const Dataset& dataset, const std::map<std::size_t, NamedTensor>& recorded,
                      const std::vector<std::string>& names, const std::string& what);

/// The data sets of a directory: itself, or those in it that are named test_data_set_K and stream, sorted. Throws
/// ConvertError for one that is neither.
std::vector<std::string> dataset_directories(const std::string& directory);

/// Throws ConvertError naming the directory or file.
Dataset read_dataset(const std::string& directory);

}  // namespace tidegate
