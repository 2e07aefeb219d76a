// SPDX-License-Identifier: MIT
#include "peer.h"

namespace tidegate::bench {

const std::vector<PeerMaker>& peers() {
    [[maybe_unused]] constexpr double kRounding = 1e-4;
    static const std::vector<PeerMaker> list = {
#ifdef BENCH_ONEDNN
        {"oneDNN", onednn_version, Number::f32, kRounding, make_onednn},
#endif
#ifdef BENCH_ONNXRUNTIME
        {"ONNX Runtime", onnxruntime_version, Number::f32, kRounding, make_onnxruntime},
#endif
    };
    return list;
}

}  // namespace tidegate::bench
