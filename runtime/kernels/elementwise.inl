// SPDX-License-Identifier: MIT
// Element by element over arrays of any length; the last, partial register goes through a small array.
#pragma once

#include "kernels/activations.inl"
#include "kernels/lanes.inl"

namespace tidegate::kernels {
namespace {

/// y = function(x).
template <class Function>
inline void map(const float* x, float* y, Size n, Function function) {
    Size i = 0;
    for (; i + kLanes <= n; i += kLanes) Isa::store(y + i, function(Isa::load(x + i)));
    if (i < n) store_part(y + i, function(load_part(x + i, n - i)), n - i);
}

/// y = function(a, b, c), where c is ignored by functions of two.
template <class Function>
inline void map3(const float* a, const float* b, const float* c, float* y, Size n, Function function) {
    Size i = 0;
    for (; i + kLanes <= n; i += kLanes) {
        Isa::store(y + i, function(Isa::load(a + i), Isa::load(b + i), Isa::load(c + i)));
    }
    if (i < n) {
        const Size rest = n - i;
        store_part(y + i, function(load_part(a + i, rest), load_part(b + i, rest), load_part(c + i, rest)), rest);
    }
}

template <class Activation>
void unary(const float* x, float* y, Size n, float alpha, float beta) {
    const Parameters parameters{F(alpha), F(beta)};
    map(x, y, n, [&](F v) { return Activation::of(v, parameters); });
}

struct Add {
    static F of(F a, F b) { return a + b; }
};
struct Subtract {
    static F of(F a, F b) { return a - b; }
};
struct Multiply {
    static F of(F a, F b) { return a * b; }
};
struct Divide {
    static F of(F a, F b) { return Isa::divide(a, b); }
};

template <class Operation>
void binary(const float* a, Size a_step, const float* b, Size b_step, float* y, Size n) {
    if (n == 0) return;
    if (a_step != 0 && b_step != 0) {
        map3(a, b, b, y, n, [](F u, F v, F) { return Operation::of(u, v); });
    } else if (a_step != 0) {
        map(a, y, n, [v = F(*b)](F u) { return Operation::of(u, v); });
    } else if (b_step != 0) {
        map(b, y, n, [u = F(*a)](F v) { return Operation::of(u, v); });
    } else {
        const F value = Operation::of(F(*a), F(*b));
        map(y, y, n, [value](F) { return value; });
    }
}

void multiply_add(const float* a, const float* b, const float* c, float* y, Size n) {
    map3(a, b, c, y, n, [](F u, F v, F w) { return Isa::fma(u, v, w); });
}

void sigmoid_tanh(const float* a, const float* b, float* y, Size n) {
    map3(a, b, b, y, n, [](F u, F v, F) { return wide::sigmoid_tanh(u, v); });
}

void clamp(const float* x, float low, float high, float* y, Size n) {
    const F lowest(low), highest(high);
    map(x, y, n, [=](F v) { return Isa::min(highest, Isa::max(lowest, v)); });
}

void axpy(float a, const float* x, float* y, Size n) {
    map3(x, y, y, y, n, [a = F(a)](F u, F v, F) { return Isa::fma(a, u, v); });
}

inline F flushed(F x) { return Isa::select(Isa::less(abs(x), F(0x1p-100F)), F(0.0F), x); }

void flush_tiny(float* x, Size n) { map(x, x, n, flushed); }

void canonical_nan(float* x, Size n) {
    const F nan = Isa::from_bits(U(0x7fc00000U));
    map(x, x, n, [nan](F v) { return Isa::select(Isa::is_nan(v), nan, v); });
}

/// 1 in each lane that met a value beyond `bound`, or NaN, else `beyond`. Looks at every element whatever it finds: a
/// step takes the same time for all data.
inline F look_beyond(const float* x, Size n, F bound, F beyond) {
    const F one(1.0F);
    const auto look = [&](F v) { beyond = Isa::select(Isa::less_equal(abs(v), bound), beyond, one); };
    Size i = 0;
    for (; i + kLanes <= n; i += kLanes) look(Isa::load(x + i));
    if (i < n) look(load_part(x + i, n - i));
    return beyond;
}

inline bool none(F beyond) { return Isa::all(Isa::less_equal(beyond, F(0.0F))); }

bool all_within(const float* x, Size n, float limit) { return none(look_beyond(x, n, F(limit), F(0.0F))); }

bool keep_states(const StateSlot* states, Size count, float limit) {
    F beyond(0.0F);
    for (Size i = 0; i < count; ++i) {
        beyond = look_beyond(states[i].next, static_cast<Size>(states[i].count), F(limit), beyond);
    }
    if (!none(beyond)) return false;
    for (Size i = 0; i < count; ++i) {
        const F tiny(states[i].exact != 0 ? 0.0F : 0x1p-100F);
        map(states[i].next, states[i].current, static_cast<Size>(states[i].count),
            [tiny](F x) { return Isa::select(Isa::less(abs(x), tiny), F(0.0F), x); });
    }
    return true;
}

}  // namespace
}  // namespace tidegate::kernels
