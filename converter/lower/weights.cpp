// SPDX-License-Identifier: MIT
#include "lower/weights.h"

#include <cmath>
#include <limits>

#include "graph/error.h"
#include "graph/text.h"

namespace tidegate {

float without_subnormals(float value) { return std::fabs(value) < std::numeric_limits<float>::min() ? 0.0F : value; }

float weight(double value, const std::string& initializer) {
    const auto rounded = static_cast<float>(value);
    if (!std::isfinite(rounded)) {
        throw ConvertError("the weights " + in_quotes(initializer) + " hold " +
                           (std::isnan(value) ? "NaN" : "a value beyond the range of fp32") +
                           "; train or export again");
    }
    return without_subnormals(rounded);
}

void append_weights(std::vector<float>& to, const Tensor& from, std::int64_t first, std::int64_t count,
                    const std::string& initializer) {
    for (std::int64_t i = first; i < first + count; ++i) {
        to.push_back(weight(from.reals[static_cast<std::size_t>(i)], initializer));
    }
}

}  // namespace tidegate
