// SPDX-License-Identifier: MIT
#include "race.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "cell_model.h"

namespace tidegate::bench {

Runners runners_of(const Bench& bench, Cell cell, Number number) {
    Runners runners;
    for (const tg_kernel_table* kernels : bench.kernels) runners.names.emplace_back(tg_kernels_name(kernels));
    runners.ours = runners.names.size();
    for (const PeerMaker& peer : peers()) {
        if (!bench.peers || peer.number != number || (cell != Cell::lstm && !peer.has_gru)) continue;
        runners.names.push_back(peer.name);
        runners.peers.push_back(&peer);
    }
    return runners;
}

Race::Race(const Bench& bench, const Runners& runners, Cell cell, Size size, Way way, Number number)
    : runners_(runners), weights_(random_weights(cell, size)), model_(cell_file(weights_, way, number)) {
    for (const tg_kernel_table* kernels : bench.kernels) sessions_.emplace_back(model_, kernels);
    for (const PeerMaker* peer : runners.peers) {
        peers_.push_back(peer->make(weights_, way));
        fill(peers_.back()->input(), sessions_.front().input_floats(), 1);
    }
}

std::vector<Work> Race::works() {
    std::vector<Work> works;
    for (Session& session : sessions_) works.push_back([&session](std::size_t count) { session.run(count); });
    for (const auto& peer : peers_) works.push_back([&peer](std::size_t count) { peer->run(count); });
    return works;
}

std::vector<double> Race::peer_errors(int calls) {
    Session& ours = sessions_.front();
    std::vector<double> errors(peers_.size());
    for (int call = 0; call < calls; ++call) {
        fill(ours.input(), ours.input_floats(), 100 + static_cast<std::uint32_t>(call));
        ours.run(1);
        for (std::size_t p = 0; p < peers_.size(); ++p) {
            std::memcpy(peers_[p]->input(), ours.input(), ours.input_floats() * sizeof(float));
            peers_[p]->run(1);
            const float* theirs = peers_[p]->output();
            for (std::size_t i = 0; i < ours.output_floats(); ++i) {
                const double d = std::fabs(static_cast<double>(ours.output()[i]) - static_cast<double>(theirs[i]));
                errors[p] = std::isnan(d) ? INFINITY : std::max(errors[p], d);
            }
        }
    }
    for (std::size_t p = 0; p < peers_.size(); ++p) {
        if (errors[p] <= runners_.peers[p]->largest_error) continue;
        throw std::runtime_error(runners_.peers[p]->name + " and we differ by " + std::to_string(errors[p]) +
                                 ": not the same computation, so no comparison");
    }
    return errors;
}

}  // namespace tidegate::bench
