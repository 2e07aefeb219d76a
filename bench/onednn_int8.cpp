// SPDX-License-Identifier: MIT
// oneDNN 2's int8 LSTM: u8 input and h at a fixed scale, s8 weights with a scale for each row, f32 cell state and
// output.
#include <array>
#include <cmath>
#include <cstring>
#include <oneapi/dnnl/dnnl.hpp>

#include "onednn_weights.h"
#include "peer.h"

namespace tidegate::bench {
namespace {

using dnnl::memory;
using Tag = memory::format_tag;
using Type = memory::data_type;

constexpr float kScale = 127, kShift = 128;  ///< u8 = x * scale + shift, for |x| <= 1
constexpr int kGates = 4;
constexpr int kByRow = 1 << 3 | 1 << 4;  ///< of [layer][direction][col][gate][unit]

class OneDnnInt8 final : public Peer {
public:
    OneDnnInt8(const CellWeights& weights, Way way)
        : steps_(way.steps), batch_(way.batch), inputs_(weights.size.input), units_(weights.size.hidden) {
        const std::vector<float> w = onednn_matrix(weights, weights.w, weights.size.input);
        const std::vector<float> r = onednn_matrix(weights, weights.r, weights.size.hidden);
        attributes_.set_rnn_data_qparams(kScale, kShift);
        attributes_.set_rnn_weights_qparams(kByRow, scales_of(w, r));
        const auto description = describe();
        primitive_ = dnnl::primitive(description);
        kept_ = {packed(w, description.weights_layer_desc()), packed(r, description.weights_iter_desc()),
                 memory(desc({1, 1, kGates, units_}, Type::f32, Tag::ldgo), engine_)};
        const std::vector<float> bias = onednn_bias(weights);
        std::memcpy(kept_[2].get_data_handle(), bias.data(), bias.size() * sizeof(float));
        given_.resize(static_cast<std::size_t>(steps_ * batch_ * inputs_));
        x_ = memory(layer(inputs_, Type::u8), engine_);
        y_ = memory(layer(units_, Type::f32), engine_);
        for (int turn = 0; turn < 2; ++turn) {
            h_[turn] = memory(state(Type::u8), engine_);
            c_[turn] = memory(state(Type::f32), engine_);
            std::memset(h_[turn].get_data_handle(), static_cast<int>(kShift), h_[turn].get_desc().get_size());
            std::memset(c_[turn].get_data_handle(), 0, c_[turn].get_desc().get_size());
        }
        for (int turn = 0; turn < 2; ++turn) bind(turn);
    }
    float* input() override { return given_.data(); }
    const float* output() const override { return static_cast<const float*>(y_.get_data_handle()); }
    void run(std::size_t count) override {
        quantize_input();
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
    static memory::desc desc(const memory::dims& dims, Type type, Tag tag) { return {dims, type, tag}; }
    memory::desc layer(memory::dim width, Type type) const { return desc({steps_, batch_, width}, type, Tag::tnc); }
    memory::desc state(Type type) const { return desc({1, 1, batch_, units_}, type, Tag::ldnc); }

    dnnl::lstm_forward::primitive_desc describe() const {
        const auto weights_of = [&](memory::dim cols) {
            return desc({1, 1, cols, kGates, units_}, Type::s8, Tag::any);
        };
        return {{dnnl::prop_kind::forward_inference, dnnl::rnn_direction::unidirectional_left2right,
                 layer(inputs_, Type::u8), state(Type::u8), state(Type::f32), weights_of(inputs_), weights_of(units_),
                 desc({1, 1, kGates, units_}, Type::f32, Tag::ldgo), layer(units_, Type::f32), state(Type::u8),
                 state(Type::f32)},
                attributes_,
                engine_};
    }

    /// For each gate and unit, over all columns of W and R: they share one.
    std::vector<float> scales_of(const std::vector<float>& w, const std::vector<float>& r) const {
        const std::size_t rows = static_cast<std::size_t>(kGates * units_);
        std::vector<float> largest(rows, 1e-30F);
        for (const std::vector<float>* matrix : {&w, &r}) {
            for (std::size_t i = 0; i < matrix->size(); ++i) {
                largest[i % rows] = std::max(largest[i % rows], std::fabs((*matrix)[i]));
            }
        }
        for (float& value : largest) value = 127 / value;
        return largest;
    }

    memory packed(std::vector<float> values, const memory::desc& form) {
        const memory::dim cols = static_cast<memory::dim>(values.size()) / (kGates * units_);
        memory plain(desc({1, 1, cols, kGates, units_}, Type::f32, Tag::ldigo), engine_, values.data());
        memory result(form, engine_);
        dnnl::reorder(dnnl::reorder::primitive_desc(plain, result, attributes_)).execute(stream_, plain, result);
        stream_.wait();
        return result;
    }

    /// The caller's affair, as writing the input is.
    void quantize_input() {
        auto* to = static_cast<std::uint8_t*>(x_.get_data_handle());
        for (std::size_t i = 0; i < given_.size(); ++i) {
            to[i] = static_cast<std::uint8_t>(std::lround(given_[i] * kScale + kShift));
        }
    }

    /// The arguments of a call that reads the state of `turn` and writes the other.
    void bind(int turn) {
        arguments_[turn] = {{DNNL_ARG_SRC_LAYER, x_.get()},           {DNNL_ARG_SRC_ITER, h_[turn].get()},
                            {DNNL_ARG_SRC_ITER_C, c_[turn].get()},    {DNNL_ARG_WEIGHTS_LAYER, kept_[0].get()},
                            {DNNL_ARG_WEIGHTS_ITER, kept_[1].get()},  {DNNL_ARG_BIAS, kept_[2].get()},
                            {DNNL_ARG_DST_LAYER, y_.get()},           {DNNL_ARG_DST_ITER, h_[1 - turn].get()},
                            {DNNL_ARG_DST_ITER_C, c_[1 - turn].get()}};
    }

    memory::dim steps_, batch_, inputs_, units_;
    dnnl::primitive_attr attributes_;
    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream_{engine_};
    dnnl::primitive primitive_;
    std::vector<float> given_;
    memory x_, y_;
    std::array<memory, 3> kept_;
    std::array<memory, 2> h_, c_;
    std::array<std::vector<dnnl_exec_arg_t>, 2> arguments_;
    int turn_ = 0;
};

}  // namespace

std::unique_ptr<Peer> make_onednn_int8(const CellWeights& weights, Way way) {
    use_one_onednn_thread();
    return std::make_unique<OneDnnInt8>(weights, way);
}

}  // namespace tidegate::bench
