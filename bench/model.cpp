// SPDX-License-Identifier: MIT
#include "model.h"

#include <cstring>
#include <stdexcept>

#include "format/file.h"
#include "format/model_generated.h"

namespace tidegate::bench {

Model::Model(const std::vector<std::uint8_t>& file) : bytes_(make_aligned<std::uint8_t>(file.size())) {
    std::memcpy(bytes_.get(), file.data(), file.size());
    require(tg_open(bytes_.get(), file.size(), &view_));
    const auto* weights = format::GetModel(bytes_.get() + sizeof(format::FileHeader))->weights();
    weight_bytes_ = weights == nullptr ? 0 : weights->size();
}

Session::Session(const Model& model, const tg_kernel_table* kernels)
    : arena_(make_aligned<std::uint8_t>(model.arena_bytes())) {
    require(tg_start_with(&model.view(), arena_.get(), model.arena_bytes(), kernels, &session_));
    tg_tensor x, y;
    require(tg_input(session_, 0, &x));
    require(tg_output(session_, 0, &y));
    input_ = static_cast<float*>(x.data);
    input_floats_ = x.bytes / sizeof(float);
    output_ = static_cast<float*>(y.data);
    output_floats_ = y.bytes / sizeof(float);
    fill(input_, input_floats_, 1);
}

void Session::run(std::size_t count) {
    tg_status worst = TG_OK;
    for (std::size_t i = 0; i < count; ++i) {
        const tg_status status = tg_run(session_);
        if (status != TG_OK) worst = status;
    }
    require(worst);
}

void require(tg_status status) {
    if (status != TG_OK) throw std::runtime_error(tg_status_text(status));
}

void fill(float* x, std::size_t count, std::uint32_t seed) {
    for (std::size_t i = 0; i < count; ++i) {
        seed = seed * 1664525U + 1013904223U;
        x[i] = static_cast<float>(seed >> 8) / 8388608.0F - 1.0F;
    }
}

}  // namespace tidegate::bench
