// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bits/runs.h"
#include "format/sample.h"

namespace tidegate::test {

/// A model of vectors.bin and the kinds of inputs that it is run with.
struct VectorModel {
    std::string name;
    Sample sample;
    std::vector<Inputs> inputs;
    std::uint32_t runs;  ///< with ordinary inputs; a fifth of them with others
};
/// LSTM, GRU, RNN in awkward sizes and all other operators; 200 steps and more each.
std::vector<VectorModel> vector_models();

/// The bytes of vectors.bin.
std::vector<std::uint8_t> make_vectors(const std::vector<VectorModel>& models);

}  // namespace tidegate::test
