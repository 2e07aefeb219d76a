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

const Int8Peak* fastest_int8_peak() {
#ifdef __x86_64__
    for (const Int8Peak* peak : {&vnni_int8_peak, &avx512_int8_peak, &avx2_int8_peak}) {
        if (peak->runs_here()) return peak;
    }
#endif
    return nullptr;
}

}  // namespace tidegate::bench
