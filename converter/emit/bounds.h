// SPDX-License-Identifier: MIT
// Which values of a program are within -1..1 whatever its inputs are: hidden states whose integers can have the fixed
// scale 1/127.
#pragma once

#include <vector>

#include "lower/program.h"

namespace tidegate {

/// A restored state may be off 1 by the rounding of its last step.
inline constexpr float kUnitLimit = 1.0F + 0x1p-20F;

class UnitBounds {
public:
    /// The program before plan().
    explicit UnitBounds(const Program& program);

    /// Is every element of the tensor within -1..1? A missing tensor (-1) is: it stands for zeros.
    bool holds(TensorId id) const;
    /// Is every h of a Recurrent step, the first one included?
    bool keeps_unit(const Step& step) const;

private:
    bool holds_for_output(const Step& step, std::size_t output) const;
    bool constant_holds(const Tensor& tensor) const;

    const Program& program_;
    std::vector<bool> buffers_;  ///< all that is written into the buffer
};

}  // namespace tidegate
