// SPDX-License-Identifier: MIT
#include "onednn_weights.h"

#include <dlfcn.h>

namespace tidegate::bench {
namespace {

/// oneDNN's gates by ONNX's index: i, f, c, o of i, o, f, c; z, r, h are the same.
std::vector<std::size_t> gate_order(Cell cell) {
    return cell == Cell::lstm ? std::vector<std::size_t>{0, 2, 3, 1} : std::vector<std::size_t>{0, 1, 2};
}

}  // namespace

std::vector<float> onednn_matrix(const CellWeights& weights, const std::vector<float>& from, std::size_t cols) {
    const std::vector<std::size_t> order = gate_order(weights.cell);
    const std::size_t units = weights.size.hidden;
    std::vector<float> to(from.size());
    for (std::size_t col = 0; col < cols; ++col) {
        for (std::size_t gate = 0; gate < order.size(); ++gate) {
            for (std::size_t unit = 0; unit < units; ++unit) {
                to[(col * order.size() + gate) * units + unit] = from[(order[gate] * units + unit) * cols + col];
            }
        }
    }
    return to;
}

std::vector<float> onednn_bias(const CellWeights& weights) {
    const std::size_t units = weights.size.hidden, rows = gates_of(weights.cell) * units;
    const float *input = weights.b.data(), *state = input + rows;
    std::vector<float> bias;
    for (const std::size_t gate : gate_order(weights.cell)) {
        const bool apart = weights.cell == Cell::gru_linear && gate == 2;
        for (std::size_t row = gate * units; row < (gate + 1) * units; ++row) {
            bias.push_back(apart ? input[row] : input[row] + state[row]);
        }
    }
    if (weights.cell == Cell::gru_linear) bias.insert(bias.end(), state + 2 * units, state + 3 * units);
    return bias;
}

void use_one_onednn_thread() {
    using SetThreads = void (*)(int);
    if (const auto set = reinterpret_cast<SetThreads>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"))) set(1);
}

}  // namespace tidegate::bench
