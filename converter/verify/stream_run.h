// SPDX-License-Identifier: MIT
// A model of steps fed with whole sequences, and its answers beside those of the whole.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "convert.h"
#include "verify/run_model.h"

namespace tidegate {

/// Runs whole sequences, in the order of the model's inputs, through the session: those with an axis of steps in
/// parts, the last one filled up with zeros; the others at each run. Outputs with an axis of steps have as many of
/// them; of others it is the last run's. Throws ConvertError.
std::vector<Tensor> run_steps(ModelRunner& runner, const Stream& stream, const std::vector<Tensor>& inputs);

/// The steps that the inputs have; 0 if none has an axis of them. Throws ConvertError if they differ.
std::int64_t steps_of(const Stream& stream, const std::vector<Tensor>& inputs);

/// Of an output of run_steps() and of the whole: what both have. Empty tensors if that is nothing.
std::pair<Tensor, Tensor> common_part(const Stream::Port& port, std::int64_t steps, const Tensor& streamed,
                                      const Tensor& whole);

struct StreamCheck {
    std::int64_t steps = 0;  ///< of the longest sequence that was compared
    std::string difference;  ///< empty: equal in every bit
};

/// Generated sequences through the steps of a conversion and through the whole converted for their length. Throws
/// ConvertError where that is not possible.
StreamCheck check_stream(const Conversion& conversion);

}  // namespace tidegate
