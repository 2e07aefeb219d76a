// SPDX-License-Identifier: MIT
#include "kernels/float_mode.h"

#include <cfenv>

#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

float times(float a, float b) {
    volatile float x = a, y = b;
    return x * y;
}
float plus(float a, float b) {
    volatile float x = a, y = b;
    return x + y;
}

}  // namespace

TEST_CASE("a run rounds to nearest whatever the caller's mode, and gives the mode back") {
    std::fesetround(FE_UPWARD);
    float inside = 0;
    {
        const kernels::FloatMode mode;
        inside = plus(1, 1e-10F);
    }
    const float outside = plus(1, 1e-10F);
    std::fesetround(FE_TONEAREST);
    CHECK(inside == 1);
    CHECK(outside > 1);
}

#if defined(__SSE__)
TEST_CASE("a run keeps subnormals although the caller flushes them") {
    const unsigned caller = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(caller | 0x8040);
    float inside = 0;
    {
        const kernels::FloatMode mode;
        inside = times(1e-40F, 0.5F);
    }
    const float outside = times(1e-40F, 0.5F);
    const unsigned after = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(caller);
    CHECK(bits(inside) != 0);
    CHECK(bits(outside) == 0);
    CHECK((after & 0xffc0) == ((caller | 0x8040) & 0xffc0));
}
#endif
