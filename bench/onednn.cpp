// SPDX-License-Identifier: MIT
// oneDNN 2 as the fastest that its interface allows: weights reordered to the form it asks for, arguments bound
// beforehand, states by turns in two memories.
#include <array>
#include <cstring>
#include <oneapi/dnnl/dnnl.hpp>
#include <stdexcept>

#include "onednn_weights.h"
#include "peer.h"

namespace tidegate::bench {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;
using Description = dnnl::rnn_primitive_desc_base;

class OneDnn final : public Peer {
public:
    OneDnn(const CellWeights& weights, Way way)
        : cell_(weights.cell),
          steps_(way.steps),
          batch_(way.batch),
          inputs_(weights.size.input),
          units_(weights.size.hidden) {
        const Description description = describe();
        primitive_ = dnnl::primitive(description);
        const memory w =
            packed(onednn_matrix(weights, weights.w, weights.size.input), description.weights_layer_desc());
        const memory r =
            packed(onednn_matrix(weights, weights.r, weights.size.hidden), description.weights_iter_desc());
        memory bias(desc({1, 1, bias_gates(), units_}, Tag::ldgo), engine_);
        const std::vector<float> values = onednn_bias(weights);
        std::memcpy(bias.get_data_handle(), values.data(), values.size() * sizeof(float));
        x_ = memory(layer(inputs_), engine_);
        y_ = memory(layer(units_), engine_);
        kept_ = {w, r, bias};
        for (int turn = 0; turn < 2; ++turn) {
            h_[turn] = zeros(state());
            c_[turn] = zeros(state());
        }
        for (int turn = 0; turn < 2; ++turn) bind(turn);
    }
    float* input() override { return static_cast<float*>(x_.get_data_handle()); }
    const float* output() const override { return static_cast<const float*>(y_.get_data_handle()); }
    void run(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            const auto& arguments = arguments_[turn_];
            turn_ = 1 - turn_;
            dnnl::error::wrap_c_api(dnnl_primitive_execute(primitive_.get(), stream_.get(),
                                                           static_cast<int>(arguments.size()), arguments.data()),
                                    "oneDNN refuses to run");
        }
        stream_.wait();
    }

private:
    static memory::desc desc(const memory::dims& dims, Tag tag) { return {dims, memory::data_type::f32, tag}; }
    memory::desc layer(memory::dim width) const { return desc({steps_, batch_, width}, Tag::tnc); }
    memory::desc state() const { return desc({1, 1, batch_, units_}, Tag::ldnc); }
    memory::dim gates() const { return gates_of(cell_); }
    memory::dim bias_gates() const { return cell_ == Cell::gru_linear ? 4 : gates(); }

    Description describe() const {
        const auto kind = dnnl::prop_kind::forward_inference;
        const auto direction = dnnl::rnn_direction::unidirectional_left2right;
        const memory::desc w = desc({1, 1, inputs_, gates(), units_}, Tag::any);
        const memory::desc r = desc({1, 1, units_, gates(), units_}, Tag::any);
        const memory::desc bias = desc({1, 1, bias_gates(), units_}, Tag::ldgo);
        const memory::desc x = layer(inputs_), y = layer(units_), s = state();
        switch (cell_) {
            case Cell::lstm:
                return dnnl::lstm_forward::primitive_desc({kind, direction, x, s, s, w, r, bias, y, s, s}, engine_);
            case Cell::gru:
                return dnnl::gru_forward::primitive_desc({kind, direction, x, s, w, r, bias, y, s}, engine_);
            default:
                return dnnl::lbr_gru_forward::primitive_desc({kind, direction, x, s, w, r, bias, y, s}, engine_);
        }
    }

    /// [cols][gates][units] in the form that the primitive asks for.
    memory packed(std::vector<float> values, const memory::desc& form) {
        const memory::dim cols = static_cast<memory::dim>(values.size()) / (gates() * units_);
        memory plain(desc({1, 1, cols, gates(), units_}, Tag::ldigo), engine_, values.data());
        memory result(form, engine_);
        dnnl::reorder(plain, result).execute(stream_, plain, result);
        stream_.wait();
        return result;
    }

    memory zeros(const memory::desc& form) {
        memory result(form, engine_);
        std::memset(result.get_data_handle(), 0, form.get_size());
        return result;
    }

    /// The arguments of a call that reads the state of `turn` and writes the other.
    void bind(int turn) {
        auto& arguments = arguments_[turn];
        arguments = {{DNNL_ARG_SRC_LAYER, x_.get()},           {DNNL_ARG_SRC_ITER, h_[turn].get()},
                     {DNNL_ARG_WEIGHTS_LAYER, kept_[0].get()}, {DNNL_ARG_WEIGHTS_ITER, kept_[1].get()},
                     {DNNL_ARG_BIAS, kept_[2].get()},          {DNNL_ARG_DST_LAYER, y_.get()},
                     {DNNL_ARG_DST_ITER, h_[1 - turn].get()}};
        if (cell_ != Cell::lstm) return;
        arguments.push_back({DNNL_ARG_SRC_ITER_C, c_[turn].get()});
        arguments.push_back({DNNL_ARG_DST_ITER_C, c_[1 - turn].get()});
    }

    Cell cell_;
    memory::dim steps_, batch_, inputs_, units_;
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    dnnl::primitive primitive_;
    memory x_, y_;
    std::array<memory, 3> kept_;
    std::array<memory, 2> h_, c_;
    std::array<std::vector<dnnl_exec_arg_t>, 2> arguments_;
    int turn_ = 0;
};

}  // namespace

std::string onednn_version() {
    const dnnl_version_t& version = *dnnl_version();
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
}

std::unique_ptr<Peer> make_onednn(const CellWeights& weights, Way way) {
    use_one_onednn_thread();
    return std::make_unique<OneDnn>(weights, way);
}

}  // namespace tidegate::bench
