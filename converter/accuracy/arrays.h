// SPDX-License-Identifier: MIT
// Runs from files of plain numbers.
#pragma once

#include <string>

#include "accuracy/runs.h"
#include "lower/program.h"

namespace tidegate {

/// .npy: the only input of the model, or [runs, the shape of the input] (axes of 1 may be left out). .npz: one such
/// array for each input, by its name. .csv: rows are vectors of the only input, a header line may be there; an input
/// with several vectors takes as many rows. Returns inputs and lines. Throws ConvertError.
Runs array_runs(const Program& program, const std::string& path);

}  // namespace tidegate
