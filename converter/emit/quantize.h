// SPDX-License-Identifier: MIT
// Which weights are stored as int8 or half precision, and by which scales vectors become integers.
#pragma once

#include <map>
#include <string>

#include "lower/program.h"

namespace tidegate {

/// The plan for a program's steps with weights (Recurrent, Dense), by the name of their node.
struct Quantization {
    WeightForm form = WeightForm::f32;          ///< of the steps that are not listed
    std::map<std::string, WeightForm> forms;    ///< of single steps
    std::map<std::string, float> input_scales;  ///< i8: one unit of the integers of a step's input; others: dynamic
};

/// Does the step have weights that may be stored in another form?
bool has_weights(const Step& step);

/// Sets the forms, the scales and the limits of states. Hidden states within -1..1 get the fixed scale 1/127, others
/// one for each step. Before plan(): integers need scratch. Throws ConvertError for a weight beyond half precision.
void quantize(Program& program, const Quantization& quantization);

}  // namespace tidegate
