// SPDX-License-Identifier: MIT
#include "accuracy/errors.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "verify/run_model.h"

namespace tidegate {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

double difference(double reference, double tested) {
    if (reference == tested || (std::isnan(reference) && std::isnan(tested))) { return 0; }
    const double d = std::abs(reference - tested);
    return std::isfinite(d) ? d : kInfinite;
}

}  // namespace

void ErrorSums::add(const Tensor& reference, const Tensor& tested) {
    const auto count = static_cast<std::size_t>(reference.count());
    for (std::size_t i = 0; i < count; ++i) {
        const double r = reference.is_real() ? reference.reals[i] : static_cast<double>(reference.integers[i]);
        const double t = tested.is_real() ? tested.reals[i] : static_cast<double>(tested.integers[i]);
        const double d = difference(r, t);
        largest = std::max(largest, d);
        absolute += d;
        noise += d * d;
        if (std::isfinite(r)) {
            largest_reference = std::max(largest_reference, std::abs(r));
            signal += r * r;
        }
    }
    elements += count;
}

double ErrorSums::sqnr() const {
    if (noise == 0) { return kInfinite; }
    return signal == 0 ? -kInfinite : 10 * std::log10(signal / noise);
}

double ErrorSums::relative() const {
    if (largest == 0) { return 0; }
    return largest_reference == 0 ? kInfinite : largest / largest_reference;
}

std::vector<ErrorSums> compare_files(std::span<const std::uint8_t> reference, std::span<const std::uint8_t> tested,
                                     const Runs& runs, std::size_t most,
                                     const std::function<void(std::size_t run)>& before_run) {
    ModelRunner reference_runner(reference);
    ModelRunner tested_runner(tested);
    std::vector<ErrorSums> sums(reference_runner.outputs().size());
    for (std::size_t run = 0; run < std::min(most, runs.inputs.size()); ++run) {
        if (before_run) { before_run(run); }
        const std::vector<Tensor> a = runs.pass(reference_runner, run);
        const std::vector<Tensor> b = runs.pass(tested_runner, run);
        for (std::size_t i = 0; i < sums.size(); ++i) { sums[i].add(a[i], b[i]); }
    }
    return sums;
}

}  // namespace tidegate
