// SPDX-License-Identifier: MIT
// Another runtime, doing the same computation beside ours.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cell_model.h"

namespace tidegate::bench {

class Peer {
public:
    Peer() = default;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() = default;
    virtual float* input() = 0;               ///< [steps][input]
    virtual const float* output() const = 0;  ///< [steps][hidden]
    virtual void run(std::size_t count) = 0;  ///< calls, each from the state that the last one left
};

/// "oneDNN 2.6.3"; empty if there is none in this build.
std::string peer_name();
/// fp32, one thread, initial state zero. Null if there is none in this build.
std::unique_ptr<Peer> make_peer(const CellWeights& weights, std::uint32_t steps);

}  // namespace tidegate::bench
