// SPDX-License-Identifier: MIT
// libFuzzer's hooks: models are changed as messages, and now and then as bytes.
#include <algorithm>
#include <cstdint>
#include <cstring>

#include "graft.h"
#include "graph/error.h"
#include "mutate.h"
#include "read/model_file.h"
#include "read/schema.h"

extern "C" {
std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned int seed);
std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size, const std::uint8_t* b,
                                      std::size_t b_size, std::uint8_t* out, std::size_t most, unsigned int seed);
}

namespace {

using tidegate::fuzz::Mutator;

constexpr std::size_t kBytesInstead = 64;  // one in so many changes
constexpr std::size_t kGraft = 5;
constexpr std::size_t kChain = 256;
constexpr std::size_t kAnotherWay = 16;  // to convert it: choice.h

bool is_model(const std::uint8_t* data, std::size_t size, onnx::ModelProto& model) {
    try {
        return tidegate::parse(std::string(reinterpret_cast<const char*>(data), size), model);
    } catch (const tidegate::ConvertError&) { return false; }  // too many parts
}

std::size_t changed(onnx::ModelProto& model, const onnx::ModelProto* other, Mutator& mutator, std::uint8_t* out,
                    std::size_t most) {
    if (mutator.below(kAnotherWay) == 0) { model.set_model_version(static_cast<std::int64_t>(mutator.below(1 << 30))); }
    for (std::size_t times = 1 + mutator.below(4); times > 0; --times) {
        if (mutator.below(kGraft) == 0) {
            graft(model, onnx::ModelProto(other != nullptr ? *other : model), mutator);
        } else {
            mutator.change(model, other);
        }
    }
    if (mutator.below(kChain) == 0) { chain(model, mutator, most / 2); }
    const std::string bytes = model.SerializeAsString();
    if (bytes.size() > most) { return 0; }
    std::memcpy(out, bytes.data(), bytes.size());
    return bytes.size();
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned int seed) {
    Mutator mutator(seed, LLVMFuzzerMutate);
    onnx::ModelProto model;
    if (!is_model(data, size, model) || mutator.below(kBytesInstead) == 0) {
        return LLVMFuzzerMutate(data, size, most);
    }
    const std::size_t result = changed(model, nullptr, mutator, data, most);
    return result > 0 ? result : size;
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* a, std::size_t a_size, const std::uint8_t* b,
                                      std::size_t b_size, std::uint8_t* out, std::size_t most, unsigned int seed) {
    Mutator mutator(seed, LLVMFuzzerMutate);
    onnx::ModelProto first, second;
    if (is_model(a, a_size, first) && is_model(b, b_size, second)) {
        const std::size_t result = changed(first, &second, mutator, out, most);
        if (result > 0) { return result; }
    }
    const std::size_t size = std::min(a_size, most);
    std::memcpy(out, a, size);
    return size;
}
