// SPDX-License-Identifier: MIT
// Which weights are stored as int8 or half precision, and by which scales vectors become integers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "emit/equalize.h"
#include "lower/program.h"

namespace tidegate {

/// The plan for a program's steps with weights (Recurrent, Dense, Conv), by the name of their node.
struct Quantization {
    WeightForm form = WeightForm::f32;  ///< of the steps that are not listed
    bool as_in_model =
        true;  ///< layers that were int8 in the model are int8, where `form` is f32 and they are not listed
    std::map<std::string, WeightForm> forms;     ///< of single steps
    std::map<std::string, Exponents> exponents;  ///< equalize() for single steps
    std::map<std::string, float> input_scales;   ///< i8: one unit of the integers of a step's input; others: dynamic
};

/// Every weight as f32.
inline Quantization no_quantization() {
    Quantization result;
    result.as_in_model = false;
    return result;
}

/// Does the step have weights that may be stored in another form? Those of exact integers are half precision always.
bool has_weights(const Step& step);

/// Its matrices; none for other steps.
std::vector<const ProgramMatrix*> matrices_of(const Step& step);

/// Those whose first columns are W's: what x is multiplied with.
std::vector<ProgramMatrix*> input_matrices_of(Step& step);
std::vector<const ProgramMatrix*> input_matrices_of(const Step& step);

/// Equalizes inputs, sets the forms, the scales and the limits of states. Hidden states within -1..1 get the fixed
/// scale 1/127, others one for each step. Before plan(): integers need scratch. Throws ConvertError for a weight beyond
/// half precision.
void quantize(Program& program, const Quantization& quantization);

}  // namespace tidegate
