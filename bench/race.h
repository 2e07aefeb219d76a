// SPDX-License-Identifier: MIT
// One cell computed by everyone who can: our sessions, one for each kernel table, then the peer.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "model.h"
#include "peer.h"
#include "tables.h"

namespace tidegate::bench {

class Race {
public:
    Race(const Bench& bench, Cell cell, Size size, std::uint32_t steps);
    Race(const Race&) = delete;
    Race& operator=(const Race&) = delete;

    const Model& model() const { return model_; }
    /// In the order of names_of(bench), as far as they are here.
    std::vector<Work> works();
    /// The peer's largest difference from our best kernels over calls with new inputs, from the zero state on. Throws
    /// std::runtime_error if it is more than rounding explains: then it computes something else. For a new race only.
    double peer_error(int calls);

private:
    CellWeights weights_;
    Model model_;
    std::deque<Session> sessions_;
    std::unique_ptr<Peer> peer_;
};

/// "avx2", ..., "oneDNN"
std::vector<std::string> names_of(const Bench& bench);
bool has_peer(const Bench& bench);

}  // namespace tidegate::bench
