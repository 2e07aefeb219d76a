// SPDX-License-Identifier: MIT
// Arrays between guards that show a write outside, and vectors of several series with gaps that do.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "kernels/support.h"

namespace tidegate::test {

/// n elements, `skew` of them behind a multiple of 64 bytes.
template <class T>
class Guarded {
public:
    Guarded(std::size_t n, T fill, std::size_t skew)
        : bytes_((n + skew) * sizeof(T) + 2 * kGuard + kAlignment, kMark), size_(n * sizeof(T)) {
        const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data() + kGuard);
        begin_ = kGuard + (kAlignment - address % kAlignment) % kAlignment + skew * sizeof(T);
        for (std::size_t i = 0; i < n; ++i) data()[i] = fill;
    }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

    T* data() { return reinterpret_cast<T*>(bytes_.data() + begin_); }
    const T* data() const { return reinterpret_cast<const T*>(bytes_.data() + begin_); }
    bool guards_unharmed() const {
        for (std::size_t i = 0; i < bytes_.size(); ++i) {
            if ((i < begin_ || i >= begin_ + size_) && bytes_[i] != kMark) return false;
        }
        return true;
    }

private:
    static constexpr std::size_t kGuard = 256, kAlignment = 64;
    static constexpr unsigned char kMark = 0xc9;
    std::vector<unsigned char> bytes_;
    std::size_t begin_ = 0, size_;
};

/// Floats at an address that is 4 but not 8 modulo 16 bytes.
class Output : public Guarded<float> {
public:
    explicit Output(std::size_t n, float fill = 12345.0F) : Guarded(n, fill, 1), n_(n) {}
    explicit Output(const Floats& values) : Output(values.size()) {
        for (std::size_t i = 0; i < n_; ++i) data()[i] = values[i];
    }
    Floats values() const { return {data(), data() + n_}; }

private:
    std::size_t n_;
};

/// One vector for each series, `gap` floats between them; none behind the last one, so that a sanitizer sees who reads
/// on.
class Inputs {
public:
    Inputs(const std::vector<Floats>& series, std::size_t gap) : stride_(series.front().size() + gap) {
        all_.assign(1 + series.size() * stride_ - gap, from_bits(0x7fc00000U));
        for (std::size_t s = 0; s < series.size(); ++s) {
            for (std::size_t i = 0; i < series[s].size(); ++i) all_[1 + s * stride_ + i] = series[s][i];
        }
    }
    kernels::Vectors vectors() const { return {all_.data() + 1, stride_}; }

private:
    std::size_t stride_;
    Floats all_;  ///< one float in front: not aligned
};

/// The same to be written, with a gap behind each.
class Outputs {
public:
    Outputs(std::size_t series, std::size_t n, std::size_t gap)
        : series_(series), n_(n), stride_(n + gap), all_(series * stride_, kFill) {}
    Outputs(const std::vector<Floats>& values, std::size_t gap) : Outputs(values.size(), values.front().size(), gap) {
        for (std::size_t s = 0; s < series_; ++s) {
            for (std::size_t i = 0; i < n_; ++i) all_.data()[s * stride_ + i] = values[s][i];
        }
    }
    kernels::Results results() { return {all_.data(), stride_}; }
    kernels::Vectors vectors() const { return {all_.data(), stride_}; }
    Floats values(std::size_t series) const {
        const float* first = all_.data() + series * stride_;
        return {first, first + n_};
    }
    bool guards_unharmed() const {
        for (std::size_t i = 0; i < series_ * stride_; ++i) {
            if (i % stride_ >= n_ && bits(all_.data()[i]) != bits(kFill)) return false;
        }
        return all_.guards_unharmed();
    }

private:
    static constexpr float kFill = 12345.0F;
    std::size_t series_, n_, stride_;
    Output all_;
};

}  // namespace tidegate::test
