// SPDX-License-Identifier: MIT
#include "race.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace tidegate::bench {
namespace {

constexpr double kRoundingError = 1e-4;

}  // namespace

bool has_peer(const Bench& bench) { return bench.peers && !peer_name().empty(); }

std::vector<std::string> names_of(const Bench& bench) {
    std::vector<std::string> names;
    for (const tg_kernel_table* kernels : bench.kernels) names.emplace_back(tg_kernels_name(kernels));
    if (has_peer(bench)) names.push_back(peer_name().substr(0, peer_name().find(' ')));
    return names;
}

Race::Race(const Bench& bench, Cell cell, Size size, std::uint32_t steps)
    : weights_(random_weights(cell, size)), model_(cell_file(weights_, steps)) {
    for (const tg_kernel_table* kernels : bench.kernels) sessions_.emplace_back(model_, kernels);
    if (!has_peer(bench)) return;
    peer_ = make_peer(weights_, steps);
    fill(peer_->input(), std::size_t{steps} * size.input, 1);
}

std::vector<Work> Race::works() {
    std::vector<Work> works;
    for (Session& session : sessions_) works.push_back([&session](std::size_t count) { session.run(count); });
    if (peer_) works.push_back([this](std::size_t count) { peer_->run(count); });
    return works;
}

double Race::peer_error(int calls) {
    if (!peer_) return 0;
    Session& ours = sessions_.front();
    double error = 0;
    for (int call = 0; call < calls; ++call) {
        fill(ours.input(), ours.input_floats(), 100 + static_cast<std::uint32_t>(call));
        std::memcpy(peer_->input(), ours.input(), ours.input_floats() * sizeof(float));
        ours.run(1);
        peer_->run(1);
        for (std::size_t i = 0; i < ours.output_floats(); ++i) {
            const double d = std::fabs(static_cast<double>(ours.output()[i]) - static_cast<double>(peer_->output()[i]));
            error = std::isnan(d) ? INFINITY : std::max(error, d);
        }
    }
    if (error > kRoundingError) {
        throw std::runtime_error(peer_name() + " and we differ by " + std::to_string(error) +
                                 ": not the same computation, so no comparison");
    }
    return error;
}

}  // namespace tidegate::bench
