// SPDX-License-Identifier: MIT
// How far one tensor is from another, summed over runs.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "accuracy/runs.h"

namespace tidegate {

struct ErrorSums {
    double largest = 0;            ///< |d|; infinite where one side is not finite and the other differs
    double largest_reference = 0;  ///< magnitude
    double absolute = 0;           ///< sum of |d|
    double noise = 0;              ///< sum of d^2
    double signal = 0;             ///< sum of the reference's squares
    std::uint64_t elements = 0;

    /// Integers and reals alike. Tensors of one shape.
    void add(const Tensor& reference, const Tensor& tested);
    double mean() const { return elements == 0 ? 0 : absolute / static_cast<double>(elements); }
    /// 10 log10(signal / noise) in dB; infinite without noise.
    double sqnr() const;
    /// largest / largest_reference; 0 without an error.
    double relative() const;
};

/// Of every output of the files over the runs, from the states' initial values on; at most `most` runs. before_run is
/// called before each of them, with its index.
std::vector<ErrorSums> compare_files(std::span<const std::uint8_t> reference, std::span<const std::uint8_t> tested,
                                     const Runs& runs, std::size_t most = SIZE_MAX,
                                     const std::function<void(std::size_t run)>& before_run = {});

}  // namespace tidegate
