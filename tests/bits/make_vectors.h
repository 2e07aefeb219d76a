// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bits/runs.h"
#include "format/sample.h"

namespace tidegate::test {

struct VectorRuns {
    Inputs inputs;
    std::uint32_t count;
};
/// A model of vectors.bin and what it is run with.
struct VectorModel {
    std::string name;
    Sample sample;
    std::vector<VectorRuns> runs;
};
/// LSTM, GRU, RNN in awkward sizes and in every form of weights, and all other operators; 200 steps and more each.
std::vector<VectorModel> vector_models();

/// What vectors.bin calls it.
std::string name_of(const VectorModel& model, const VectorRuns& runs);

/// The bytes of vectors.bin.
std::vector<std::uint8_t> make_vectors(const std::vector<VectorModel>& models);

}  // namespace tidegate::test
