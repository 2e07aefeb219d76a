// SPDX-License-Identifier: MIT
// One step of a model on data of a kind, for steady.sh, which counts its instructions.
// usage: steady KERNELS MODEL DATA, or no arguments: prints what there is, one of each per line
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string>

#include "support/step_model.h"
#include "tidegate/tidegate.h"
#include "verify/run_model.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr std::int64_t kInputs = 7;

struct NamedCase {
    std::string name;
    RecurrentCase cell;
};

std::vector<NamedCase> models() {
    const char* names[] = {"rnn", "lstm", "gru", "gru_linear"};
    std::vector<NamedCase> all;
    const std::vector<RecurrentCase> cells = known_cells(35, kInputs);
    for (std::size_t i = 0; i < cells.size(); ++i) { all.push_back({names[i], cells[i]}); }
    all.push_back({"lstm_clip", cells[1]});
    all.back().cell.op.clip = 3;
    all.push_back({"lstm_peepholes", cells[1]});
    all.back().cell.peepholes = true;
    return all;
}

struct NamedData {
    const char* name;
    std::vector<float> pattern;
};
const NamedData kData[] = {
    {"zeros", {0}},
    {"ordinary", {0.5F, -1.25F, 2, 0.03F, -0.7F}},
    {"large", {1e30F, -1e30F}},
    {"mixed", {1e-3F, -40, 3e5F, 0, -1e-20F, 88, -104}},
    {"tiny", {1e-40F, -1e-38F, 1e-31F, 0x1p-100F}},
    {"negative", {-20, -3, -100, -0.0F}},
};

Tensor input(const NamedData& data, std::size_t shift) {
    Tensor x = Tensor::zeros(ElementType::f32, {1, 1, kInputs});
    for (double& value : x.reals) { value = static_cast<double>(data.pattern[shift++ % data.pattern.size()]); }
    return x;
}

int list() {
    for (std::size_t i = 0; tg_kernels_at(i) != nullptr; ++i) {
        std::printf("kernels %s\n", tg_kernels_name(tg_kernels_at(i)));
    }
    for (const NamedCase& model : models()) { std::printf("model %s\n", model.name.c_str()); }
    for (const NamedData& data : kData) { std::printf("data %s\n", data.name); }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) { return list(); }
    for (const NamedCase& model : models()) {
        if (model.name != argv[2]) { continue; }
        ModelRunner runner(step_file(model.cell, 1), argv[1]);
        for (const NamedData& data : kData) {
            if (std::strcmp(data.name, argv[3]) != 0) { continue; }
            for (std::size_t step = 0; step < 8; ++step) { runner.run({input(data, step)}); }
            return 0;
        }
    }
    std::fprintf(stderr, "no such model or data\n");
    return 2;
}
