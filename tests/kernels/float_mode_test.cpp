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

TEST_CASE("a run keeps subnormals although the caller flushes them") {
    const kernels::FloatControl caller = kernels::read_float_control();
    kernels::write_float_control(caller | kFlushing);
    float inside = 0;
    {
        const kernels::FloatMode mode;
        inside = times(1e-40F, 0.5F);
    }
    const float outside = times(1e-40F, 0.5F);
    const kernels::FloatControl after = kernels::read_float_control();
    kernels::write_float_control(caller);
    CHECK(bits(inside) != 0);
    CHECK(bits(outside) == 0);
    CHECK((after & kernels::kControlled) == ((caller | kFlushing) & kernels::kControlled));
}

TEST_CASE("only NEON of 32-bit ARM flushes subnormals, and no set does where the promise has no exception") {
    for (const Kernels* set : sets_here()) {
        CAPTURE(set->name);
        CHECK(flushes_subnormals(*set) == (std::string(set->name) == "neon-vfpv4"));
    }
}
