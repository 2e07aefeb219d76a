// SPDX-License-Identifier: MIT
#include "peer.h"

namespace tidegate::bench {

const std::vector<PeerMaker>& peers() {
    [[maybe_unused]] constexpr double kRounding = 1e-4, kQuantized = 0.05;
    static const std::vector<PeerMaker> list = {
#ifdef BENCH_ONEDNN
        {"oneDNN", onednn_version, Number::f32, true, kRounding, make_onednn},
        {"oneDNN u8s8", onednn_version, Number::i8, false, kQuantized, make_onednn_int8},
#endif
#ifdef BENCH_ONNXRUNTIME
        {"ONNX Runtime", onnxruntime_version, Number::f32, true, kRounding, make_onnxruntime},
        {"ONNX Runtime int8", onnxruntime_version, Number::i8, false, kQuantized, make_onnxruntime_int8},
#endif
    };
    return list;
}

}  // namespace tidegate::bench
