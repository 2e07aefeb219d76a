// SPDX-License-Identifier: MIT
// The kernels' text for sixteen lanes that are a plain array, each by the scalar Isa: a CPU without AVX-512 can test
// what the text does with registers as wide as a panel.
#define Isa OneLane
#include "kernels/scalar_isa.h"
#undef Isa

namespace tidegate::kernels {
namespace {

template <class T>
struct Lanes {
    T lane[16];

    Lanes() = default;
    explicit Lanes(T all) {
        for (T& v : lane) v = all;
    }
};

/// function(i) in lane i.
template <class T, class Function>
Lanes<T> each(Function function) {
    Lanes<T> y;
    for (Size i = 0; i < 16; ++i) y.lane[i] = function(i);
    return y;
}

template <class T>
Lanes<T> operator+(Lanes<T> a, Lanes<T> b) {
    return each<T>([&](Size i) { return a.lane[i] + b.lane[i]; });
}
template <class T>
Lanes<T> operator-(Lanes<T> a, Lanes<T> b) {
    return each<T>([&](Size i) { return a.lane[i] - b.lane[i]; });
}
template <class T>
Lanes<T> operator*(Lanes<T> a, Lanes<T> b) {
    return each<T>([&](Size i) { return a.lane[i] * b.lane[i]; });
}
template <class T>
Lanes<T> operator&(Lanes<T> a, Lanes<T> b) {
    return each<T>([&](Size i) { return a.lane[i] & b.lane[i]; });
}
template <class T>
Lanes<T> operator|(Lanes<T> a, Lanes<T> b) {
    return each<T>([&](Size i) { return a.lane[i] | b.lane[i]; });
}
template <class T>
Lanes<T> operator^(Lanes<T> a, Lanes<T> b) {
    return each<T>([&](Size i) { return a.lane[i] ^ b.lane[i]; });
}

std::int32_t wrapping_add(std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

struct Isa {
    using F = Lanes<float>;
    using U = Lanes<std::uint32_t>;
    using I = Lanes<std::int32_t>;
    using M = Lanes<bool>;

    static constexpr Size kLanes = 16;
    static constexpr bool kMasks = false;
    static constexpr Size kGroupRows = 16;
    static constexpr Size kPanelsAtOnce = 8;
    static constexpr Size kStepsAtOnce = 8;
    static constexpr Size kLoadsAhead = 4;

    static F load(const float* p) {
        return each<float>([&](Size i) { return p[i]; });
    }
    static void store(float* p, F x) { std::memcpy(p, x.lane, sizeof x.lane); }
    static F broadcast(const float* p) { return F(*p); }
    static F load(const std::uint16_t* p) {
        return each<float>([&](Size i) { return OneLane::load(p + i); });
    }

    static F fma(F a, F b, F c) {
        return each<float>([&](Size i) { return OneLane::fma(a.lane[i], b.lane[i], c.lane[i]); });
    }
    static F fnma(F a, F b, F c) {
        return each<float>([&](Size i) { return OneLane::fnma(a.lane[i], b.lane[i], c.lane[i]); });
    }
    static F divide(F a, F b) {
        return each<float>([&](Size i) { return OneLane::divide(a.lane[i], b.lane[i]); });
    }
    static F sqrt(F x) {
        return each<float>([&](Size i) { return OneLane::sqrt(x.lane[i]); });
    }
    static F max(F limit, F x) {
        return each<float>([&](Size i) { return OneLane::max(limit.lane[i], x.lane[i]); });
    }
    static F min(F limit, F x) {
        return each<float>([&](Size i) { return OneLane::min(limit.lane[i], x.lane[i]); });
    }

    static M less(F a, F b) {
        return each<bool>([&](Size i) { return OneLane::less(a.lane[i], b.lane[i]); });
    }
    static M less_equal(F a, F b) {
        return each<bool>([&](Size i) { return OneLane::less_equal(a.lane[i], b.lane[i]); });
    }
    static M is_nan(F x) {
        return each<bool>([&](Size i) { return OneLane::is_nan(x.lane[i]); });
    }
    static bool all(M m) {
        for (bool v : m.lane) {
            if (!v) return false;
        }
        return true;
    }
    static F select(M m, F yes, F no) {
        return each<float>([&](Size i) { return OneLane::select(m.lane[i], yes.lane[i], no.lane[i]); });
    }

    static U bits(F x) {
        return each<std::uint32_t>([&](Size i) { return OneLane::bits(x.lane[i]); });
    }
    static F from_bits(U u) {
        return each<float>([&](Size i) { return OneLane::from_bits(u.lane[i]); });
    }
    template <int kBits>
    static U shift_left(U u) {
        return each<std::uint32_t>([&](Size i) { return u.lane[i] << kBits; });
    }
    template <int kBits>
    static U shift_right(U u) {
        return each<std::uint32_t>([&](Size i) { return u.lane[i] >> kBits; });
    }
    static U max_bits(U a, U b) {
        return each<std::uint32_t>([&](Size i) { return OneLane::max_bits(a.lane[i], b.lane[i]); });
    }
    static std::uint32_t largest_lane(U u) {
        std::uint32_t largest = 0;
        for (std::uint32_t v : u.lane) largest = OneLane::max_bits(largest, v);
        return largest;
    }
    static void store_low_bytes(std::int8_t* p, U u) {
        for (Size i = 0; i < 16; ++i) OneLane::store_low_bytes(p + i, u.lane[i]);
    }

    static I zero() { return I(0); }
    static I add(I a, I b) {
        return each<std::int32_t>([&](Size i) { return wrapping_add(a.lane[i], b.lane[i]); });
    }
    static F to_float(I sum) {
        return each<float>([&](Size i) { return OneLane::to_float(sum.lane[i]); });
    }

    struct OneSum {
        static constexpr Size kMostSums = 16;
        static constexpr Size kLoadsAhead = 0;
        static constexpr bool kPairs = false;
        static constexpr bool kFours = false;
        using Sum = I;
        using Weights = const std::int8_t*;
        using Values = const std::int8_t*;

        static Sum none() { return zero(); }
        static I total(const Sum& sum) { return sum; }
        static Weights load(const std::int8_t* p) { return p; }
        static Values values(const std::int8_t* p) { return p; }
    };

    /// As NEON without dot products does it: two quads at a time, few sums, weights loaded together.
    struct Dot : OneSum {
        static constexpr std::uint32_t kFlip = 0;
        static constexpr Size kChains = 1;
        static constexpr Size kMostSums = 8;
        static constexpr Size kLoadsAhead = 1;
        static constexpr bool kPairs = true;
        static constexpr bool kFours = false;

        static I start(const std::int32_t*) { return zero(); }
        static I add_pair(I sum, Weights v, Values x, Weights w, Values y) { return add(add(sum, v, x), w, y); }
        static I add(I sum, Weights w, Values x) {
            return each<std::int32_t>([&](Size i) { return OneLane::Dot::add(sum.lane[i], w + 4 * i, x); });
        }
    };

    /// As VNNI does it: x + 128 without sign, the correction first, two chains; sums wrap.
    struct FlippedDot : OneSum {
        static constexpr std::uint32_t kFlip = 0x80;
        static constexpr Size kChains = 2;

        static I start(const std::int32_t* correction) {
            return each<std::int32_t>([&](Size i) { return correction[i]; });
        }
        static I add(I sum, Weights w, Values x) {
            return each<std::int32_t>([&](Size i) {
                std::int32_t products = 0;
                for (Size k = 0; k < 4; ++k) products += w[4 * i + k] * static_cast<std::uint8_t>(x[k]);
                return wrapping_add(sum.lane[i], products);
            });
        }
    };
};

}  // namespace
}  // namespace tidegate::kernels

#include "kernels/table.inl"

namespace tidegate::kernels {
extern const Kernels sixteen_lane_kernels, sixteen_lane_flipped_kernels;
const Kernels sixteen_lane_kernels = table<Isa::Dot>("sixteen plain lanes");
const Kernels sixteen_lane_flipped_kernels = table<Isa::FlippedDot>("sixteen plain lanes, x + 128");
}  // namespace tidegate::kernels
