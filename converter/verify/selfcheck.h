// SPDX-License-Identifier: MIT
// The converter's own check after every conversion: the file, run by the runtime, against the simplified graph in
// double.
#pragma once

#include <cstdint>
#include <string>

#include "convert.h"

namespace tidegate {

struct SelfCheck {
    double largest_error = 0;  ///< |d| / max(1, |expected|) over all outputs of all runs; infinity if not comparable
    std::string worst_output;  ///< name of the output with it
    int runs = 0;
    int lengths = 0;  ///< of a model with symbolic dimensions: how many values of them were compared
    /// Where a shape is not the reference's, or a result not, bit for bit, what a model converted for one length gives.
    std::string difference;
};

/// Runs both on generated inputs (reals N(0, 1); lengths and indices within their ranges, in the first run the
/// largest), states carried from run to run. A model with
/// symbolic dimensions runs at the largest, the smallest and some values between, beside the same model converted for
/// just these. The same seed gives the same inputs. Throws ConvertError if either refuses
/// to run.
SelfCheck selfcheck(const Conversion& conversion, int runs = 3, std::uint64_t seed = 1);

}  // namespace tidegate
