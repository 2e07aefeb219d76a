// SPDX-License-Identifier: MIT
#include "peak.h"

#include <initializer_list>

namespace tidegate::bench {

const Peak* widest_peak() {
#ifdef __x86_64__
    for (const Peak* peak : {&avx512_peak, &avx2_peak}) {
        if (peak->runs_here()) return peak;
    }
#endif
    return nullptr;
}

}  // namespace tidegate::bench
