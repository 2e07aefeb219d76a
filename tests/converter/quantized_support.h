// SPDX-License-Identifier: MIT
// Models of quantized operators, made in code, and what the runtime gives for them.
#pragma once

#include <doctest/doctest.h>

#include "converter/onnx_builder.h"
#include "verify/run_model.h"

namespace tidegate::test {

using Attributes = std::vector<std::pair<std::string, AttributeValue>>;
using List = std::vector<std::int64_t>;

inline constexpr int kUint8 = onnx::TensorProto::UINT8, kInt8 = onnx::TensorProto::INT8,
                     kInt32 = onnx::TensorProto::INT32;

/// Whole numbers that repeat after a long while.
inline std::vector<std::int64_t> spread(std::size_t count, std::int64_t low, std::int64_t high, std::uint64_t seed) {
    std::vector<std::int64_t> values(count);
    std::uint64_t state = seed * 2654435761U + 1;
    for (std::int64_t& value : values) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        value = low + static_cast<std::int64_t>((state >> 33) % static_cast<std::uint64_t>(high - low + 1));
    }
    return values;
}

inline Tensor integers(ElementType type, const Dims& dims, std::uint64_t seed) {
    const std::int64_t low = type == ElementType::u8 ? 0 : -128;
    return {type, dims, {}, spread(static_cast<std::size_t>(element_count(dims)), low, low + 255, seed)};
}

inline int proto_type(ElementType type) {
    return type == ElementType::u8 ? kUint8 : type == ElementType::i8 ? kInt8 : kInt32;
}

inline void add_constant(ModelBuilder& model, const std::string& name, const Tensor& tensor) {
    onnx::TensorProto& proto = *model.graph().add_initializer();
    proto.set_name(name);
    for (const std::int64_t extent : tensor.dims) { proto.add_dims(extent); }
    proto.set_data_type(tensor.is_real() ? static_cast<int>(onnx::TensorProto::FLOAT) : proto_type(tensor.type));
    for (const double value : tensor.reals) { proto.add_float_data(static_cast<float>(value)); }
    for (const std::int64_t value : tensor.integers) { proto.add_int32_data(static_cast<std::int32_t>(value)); }
}

inline void add_input(ModelBuilder& model, const std::string& name, const Tensor& tensor) {
    std::vector<ModelBuilder::Extent> dims;
    for (const std::int64_t extent : tensor.dims) { dims.emplace_back(static_cast<int>(extent)); }
    model.input(name, dims, tensor.is_real() ? static_cast<int>(onnx::TensorProto::FLOAT) : proto_type(tensor.type));
}

inline ModelBuilder with_microsoft(std::int64_t opset = 17) {
    ModelBuilder model(opset);
    auto* import = model.proto.add_opset_import();
    import->set_domain("com.microsoft");
    import->set_version(1);
    return model;
}

/// The last node is one of com.microsoft.
inline void of_microsoft(ModelBuilder& model) {
    model.graph().mutable_node(model.graph().node_size() - 1)->set_domain("com.microsoft");
}

inline std::vector<Tensor> run(const ModelBuilder& model, const std::vector<Tensor>& inputs,
                               const ConvertOptions& options = {}) {
    const Conversion conversion = convert(model.save("quantized.onnx"), options);
    ModelRunner runner(conversion.file);
    return runner.run(inputs);
}

}  // namespace tidegate::test
