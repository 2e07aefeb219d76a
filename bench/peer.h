// SPDX-License-Identifier: MIT
// Other runtimes, doing the same computation beside ours.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "onnx_model.h"

namespace tidegate::bench {

class Peer {
public:
    Peer() = default;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() = default;
    virtual float* input() = 0;               ///< [steps][batch][input]
    virtual const float* output() const = 0;  ///< [steps][batch][hidden]
    virtual void run(std::size_t count) = 0;  ///< calls, each from the state that the last one left
};

/// How a peer is asked for. One thread, initial state zero.
struct PeerMaker {
    std::string name;  ///< "oneDNN"
    std::string (*version)();
    Number number;  ///< it is measured beside ours of this
    bool has_gru;
    double largest_error;  ///< beyond it, it computes something else
    std::unique_ptr<Peer> (*make)(const CellWeights& weights, Way way);
};

/// Those of this build: peers.cpp has the list.
const std::vector<PeerMaker>& peers();

std::string onednn_version();
std::unique_ptr<Peer> make_onednn(const CellWeights& weights, Way way);
std::unique_ptr<Peer> make_onednn_int8(const CellWeights& weights, Way way);
std::string onnxruntime_version();
std::unique_ptr<Peer> make_onnxruntime(const CellWeights& weights, Way way);
std::unique_ptr<Peer> make_onnxruntime_int8(const CellWeights& weights, Way way);

}  // namespace tidegate::bench
