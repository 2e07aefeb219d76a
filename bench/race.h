// SPDX-License-Identifier: MIT
// One cell computed by everyone who can: our sessions, one for each kernel table, then the peers.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "model.h"
#include "peer.h"
#include "tables.h"

namespace tidegate::bench {

/// Who runs, in the order of works and columns: ours, then peers.
struct Runners {
    std::vector<std::string> names;  ///< "avx2", ..., "oneDNN"
    std::size_t ours = 0;
    std::vector<const PeerMaker*> peers;
    bool is_peer(std::size_t i) const { return i >= ours; }
};
Runners runners_of(const Bench& bench, Cell cell, Number number);

class Race {
public:
    Race(const Bench& bench, const Runners& runners, Cell cell, Size size, Way way, Number number);
    Race(const Race&) = delete;
    Race& operator=(const Race&) = delete;

    const Model& model() const { return model_; }
    /// One for each runner.
    std::vector<Work> works();
    /// Each peer's largest difference from our best kernels over calls with new inputs, from the zero state on. Throws
    /// std::runtime_error if it is more than PeerMaker::largest_error: then it computes something else. For a new race
    /// only.
    std::vector<double> peer_errors(int calls);

private:
    const Runners& runners_;
    CellWeights weights_;
    Model model_;
    std::deque<Session> sessions_;
    std::vector<std::unique_ptr<Peer>> peers_;
};

}  // namespace tidegate::bench
