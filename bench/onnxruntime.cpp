// SPDX-License-Identifier: MIT
// ONNX Runtime with the very bytes that our file was converted from, or an int8 LSTM of its own kind: all
// optimizations, one thread, inputs and outputs bound beforehand, states by turns in two buffers.
#include <onnxruntime_c_api.h>

#include <array>
#include <stdexcept>

#include "peer.h"

namespace tidegate::bench {
namespace {

const OrtApi& api() {
    static const OrtApi* api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    if (api == nullptr) throw std::runtime_error("this ONNX Runtime is older than its header");
    return *api;
}

void require(OrtStatus* status) {
    if (status == nullptr) return;
    const std::string message = api().GetErrorMessage(status);
    api().ReleaseStatus(status);
    throw std::runtime_error("ONNX Runtime: " + message);
}

/// One for the whole program.
const OrtEnv* environment() {
    static OrtEnv* env = [] {
        OrtEnv* made = nullptr;
        require(api().CreateEnv(ORT_LOGGING_LEVEL_ERROR, "bench", &made));
        return made;
    }();
    return env;
}

template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

/// Floats and the view that ONNX Runtime has of them.
struct Tensor {
    Tensor(const OrtMemoryInfo* memory, const std::array<std::int64_t, 4>& dims, std::size_t rank)
        : value(nullptr, api().ReleaseValue) {
        std::size_t count = 1;
        for (std::size_t i = 0; i < rank; ++i) count *= static_cast<std::size_t>(dims[i]);
        floats.resize(count);
        OrtValue* made = nullptr;
        require(api().CreateTensorWithDataAsOrtValue(memory, floats.data(), count * sizeof(float), dims.data(), rank,
                                                     ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &made));
        value.reset(made);
    }
    std::vector<float> floats;
    Owned<OrtValue> value;
};

class OnnxRuntime final : public Peer {
public:
    OnnxRuntime(const CellWeights& weights, const std::string& onnx, Way way) {
        make_session(onnx);
        OrtMemoryInfo* made = nullptr;
        require(api().CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &made));
        const Owned<OrtMemoryInfo> memory(made, api().ReleaseMemoryInfo);
        const std::int64_t steps = way.steps, batch = way.batch, hidden = weights.size.hidden;
        x_.emplace_back(memory.get(), std::array<std::int64_t, 4>{steps, batch, weights.size.input, 0}, 3);
        y_.emplace_back(memory.get(), std::array<std::int64_t, 4>{steps, 1, batch, hidden}, 4);
        const std::size_t states = weights.cell == Cell::lstm ? 2 : 1;
        for (std::size_t i = 0; i < 2 * states; ++i) {
            states_.emplace_back(memory.get(), std::array<std::int64_t, 4>{1, batch, hidden, 0}, 3);
        }
        for (std::size_t turn = 0; turn < 2; ++turn) bind(turn, states);
    }
    float* input() override { return x_.front().floats.data(); }
    const float* output() const override { return y_.front().floats.data(); }
    void run(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            require(api().RunWithBinding(session_.get(), nullptr, bindings_[turn_].get()));
            turn_ = 1 - turn_;
        }
    }

private:
    void make_session(const std::string& onnx) {
        OrtSessionOptions* made_options = nullptr;
        require(api().CreateSessionOptions(&made_options));
        const Owned<OrtSessionOptions> options(made_options, api().ReleaseSessionOptions);
        require(api().SetIntraOpNumThreads(options.get(), 1));
        require(api().SetInterOpNumThreads(options.get(), 1));
        require(api().SetSessionGraphOptimizationLevel(options.get(), ORT_ENABLE_ALL));
        OrtSession* made = nullptr;
        require(api().CreateSessionFromArray(environment(), onnx.data(), onnx.size(), options.get(), &made));
        session_.reset(made);
    }

    /// A call that reads the states of `turn` and writes the others.
    void bind(std::size_t turn, std::size_t states) {
        constexpr const char* kBefore[] = {"initial_h", "initial_c"};
        constexpr const char* kAfter[] = {"Y_h", "Y_c"};
        OrtIoBinding* made = nullptr;
        require(api().CreateIoBinding(session_.get(), &made));
        bindings_[turn].reset(made);
        require(api().BindInput(made, "X", x_.front().value.get()));
        require(api().BindOutput(made, "Y", y_.front().value.get()));
        for (std::size_t i = 0; i < states; ++i) {
            require(api().BindInput(made, kBefore[i], states_[2 * i + turn].value.get()));
            require(api().BindOutput(made, kAfter[i], states_[2 * i + 1 - turn].value.get()));
        }
    }

    Owned<OrtSession> session_{nullptr, api().ReleaseSession};
    std::vector<Tensor> x_, y_, states_;  ///< states: h of turn 0 and 1, c of turn 0 and 1
    std::array<Owned<OrtIoBinding>, 2> bindings_ = {Owned<OrtIoBinding>{nullptr, api().ReleaseIoBinding},
                                                    Owned<OrtIoBinding>{nullptr, api().ReleaseIoBinding}};
    std::size_t turn_ = 0;
};

}  // namespace

std::string onnxruntime_version() { return OrtGetApiBase()->GetVersionString(); }

std::unique_ptr<Peer> make_onnxruntime(const CellWeights& weights, Way way) {
    return std::make_unique<OnnxRuntime>(weights, cell_onnx(weights, way), way);
}

std::unique_ptr<Peer> make_onnxruntime_int8(const CellWeights& weights, Way way) {
    return std::make_unique<OnnxRuntime>(weights, int8_lstm_onnx(weights, way), way);
}

}  // namespace tidegate::bench
