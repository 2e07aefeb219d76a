// SPDX-License-Identifier: MIT
// The floating-point mode of a run: round to nearest, subnormals kept, nothing traps. Every public entry that
// computes holds a FloatMode; the caller's mode is back when it returns.
#pragma once

#include <cstdint>

namespace tidegate::kernels {

#if defined(__SSE__)
#define TIDEGATE_FLOAT_CONTROL 1
using FloatControl = std::uint32_t;
inline constexpr FloatControl kControlled = 0xffc0;  ///< MXCSR: FTZ, rounding, exception masks, DAZ
inline constexpr FloatControl kWanted = 0x1f80;      ///< all exceptions masked, the rest 0
inline FloatControl read_float_control() { return __builtin_ia32_stmxcsr(); }
inline void write_float_control(FloatControl value) { __builtin_ia32_ldmxcsr(value); }

#elif defined(__aarch64__)
#define TIDEGATE_FLOAT_CONTROL 1
using FloatControl = std::uint64_t;
inline constexpr FloatControl kControlled = 0x1c89f07;  ///< FPCR: FZ, RMode, FZ16, traps, NEP, AH, FIZ
inline constexpr FloatControl kWanted = 0;
inline FloatControl read_float_control() {
    FloatControl value;
    asm volatile("mrs %0, fpcr" : "=r"(value)::"memory");
    return value;
}
inline void write_float_control(FloatControl value) { asm volatile("msr fpcr, %0" ::"r"(value) : "memory"); }

#elif defined(__arm__) && defined(__ARM_FP)
#define TIDEGATE_FLOAT_CONTROL 1
using FloatControl = std::uint32_t;
inline constexpr FloatControl kControlled = 0x1c89f00;  ///< FPSCR: FZ, RMode, FZ16, traps
inline constexpr FloatControl kWanted = 0;
inline FloatControl read_float_control() {
    FloatControl value;
    asm volatile("vmrs %0, fpscr" : "=r"(value)::"memory");
    return value;
}
inline void write_float_control(FloatControl value) { asm volatile("vmsr fpscr, %0" ::"r"(value) : "memory"); }
#endif

#ifdef TIDEGATE_FLOAT_CONTROL
/// Writes the control register only if the caller's mode differs: a write costs tens of cycles, a read a few.
class FloatMode {
public:
    FloatMode() : caller_(read_float_control()) {
        if (differs()) write_float_control((caller_ & ~kControlled) | kWanted);
    }
    ~FloatMode() {
        if (differs()) write_float_control(caller_);
    }
    FloatMode(const FloatMode&) = delete;
    FloatMode& operator=(const FloatMode&) = delete;

private:
    bool differs() const { return (caller_ & kControlled) != kWanted; }
    FloatControl caller_;
};
#else
/// No control register: this CPU (or its software floating point) knows only the mode we want.
class FloatMode {
public:
    FloatMode() {}  // not trivial: an unused variable of it must not warn
};
#endif
#undef TIDEGATE_FLOAT_CONTROL

}  // namespace tidegate::kernels
