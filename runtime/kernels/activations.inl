// SPDX-License-Identifier: MIT
// format::Unary for one register: function objects, so that a cell and a loop over an array compile to the same.
#pragma once

#include "kernels/exponential.inl"
#include "kernels/lanes.inl"
#include "kernels/logarithm.inl"

namespace tidegate::kernels {
namespace {

/// alpha and beta of a function, in all lanes. By reference: clang 14 with ASan misaligns 64-byte structs on the stack.
struct Parameters {
    F alpha, beta;
};

struct Relu {
    static F of(F x, const Parameters&) { return Isa::max(F(0.0F), x); }
};
struct Tanh {
    static F of(F x, const Parameters&) { return wide::tanh(x); }
};
struct Sigmoid {
    static F of(F x, const Parameters&) { return wide::sigmoid(x); }
};
struct Affine {
    static F of(F x, const Parameters& p) { return Isa::fma(p.alpha, x, p.beta); }
};
struct LeakyRelu {
    static F of(F x, const Parameters& p) { return Isa::select(Isa::less(x, F(0.0F)), p.alpha * x, x); }
};
struct ThresholdedRelu {
    static F of(F x, const Parameters& p) { return Isa::select(Isa::less_equal(x, p.alpha), F(0.0F), x); }
};
struct ScaledTanh {
    static F of(F x, const Parameters& p) { return p.alpha * wide::tanh(p.beta * x); }
};
struct HardSigmoid {
    static F of(F x, const Parameters& p) { return Isa::min(F(1.0F), Isa::max(F(0.0F), Isa::fma(p.alpha, x, p.beta))); }
};
struct Elu {
    static F of(F x, const Parameters& p) { return Isa::select(Isa::less(x, F(0.0F)), p.alpha * wide::expm1(x), x); }
};
struct Expm1 {
    static F of(F x, const Parameters&) { return wide::expm1(x); }
};
/// x / (1 + |x|), and +-1 at infinity.
struct Softsign {
    static F of(F x, const Parameters&) {
        const F largest(__FLT_MAX__);
        const F finite = Isa::min(largest, Isa::max(F(-__FLT_MAX__), x));
        return Isa::divide(finite, F(1.0F) + abs(finite));
    }
};
/// log(1 + e^x) = max(x, 0) + log1p(e^-|x|): no overflow, no cancellation.
struct Softplus {
    static F of(F x, const Parameters&) { return Isa::max(F(0.0F), x) + wide::log1p(wide::exp(F(0.0F) - abs(x))); }
};

}  // namespace
}  // namespace tidegate::kernels
