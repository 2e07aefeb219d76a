// SPDX-License-Identifier: MIT
// Small ONNX models made in code, written to a file and read back.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "convert.h"
#include "graph/error.h"
#include "read/schema.h"
#include "support/text.h"

namespace tidegate::test {

inline std::filesystem::path scratch_folder() {
    const auto folder = std::filesystem::path(TIDEGATE_BINARY_DIR) / "onnx_scratch";
    std::filesystem::create_directories(folder);
    return folder;
}

inline std::string write_bytes(const std::string& name, const std::string& bytes) {
    const std::string path = (scratch_folder() / name).string();
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
}

/// What a ConvertError says; "" if nothing is thrown.
template <class Action>
std::string refusal(Action action) {
    try {
        action();
    } catch (const ConvertError& error) { return error.what(); }
    return "";
}

inline ConvertOptions with_dims(std::map<std::string, DimRange> dims) {
    ConvertOptions options;
    options.dims = std::move(dims);
    return options;
}

/// Pairs of output, input.
inline ConvertOptions with_states(std::vector<std::pair<std::string, std::string>> states) {
    ConvertOptions options;
    options.states = std::move(states);
    return options;
}

/// An attribute in braces: {"axis", 1}, {"alpha", 0.5f}, {"perm", {1, 0}} and so on.
using AttributeValue = std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>,
                                    std::vector<std::string>, onnx::TensorProto, onnx::GraphProto>;

inline onnx::TensorProto tensor_proto(const std::string& name, const Dims& dims, const std::vector<float>& values) {
    onnx::TensorProto tensor;
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t extent : dims) { tensor.add_dims(extent); }
    for (const float value : values) { tensor.add_float_data(value); }
    return tensor;
}

inline onnx::TensorProto integer_proto(const std::string& name, const Dims& dims,
                                       const std::vector<std::int64_t>& values) {
    onnx::TensorProto tensor;
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    for (const std::int64_t extent : dims) { tensor.add_dims(extent); }
    for (const std::int64_t value : values) { tensor.add_int64_data(value); }
    return tensor;
}

inline void set(onnx::NodeProto& node, const std::string& name, const AttributeValue& value) {
    using A = onnx::AttributeProto;
    A& attribute = *node.add_attribute();
    attribute.set_name(name);
    std::visit(Overloaded{
                   [&](std::int64_t v) { attribute.set_type(A::INT), attribute.set_i(v); },
                   [&](float v) { attribute.set_type(A::FLOAT), attribute.set_f(v); },
                   [&](const std::string& v) { attribute.set_type(A::STRING), attribute.set_s(v); },
                   [&](const std::vector<std::int64_t>& v) {
                       attribute.set_type(A::INTS);
                       for (const auto x : v) { attribute.add_ints(x); }
                   },
                   [&](const std::vector<float>& v) {
                       attribute.set_type(A::FLOATS);
                       for (const auto x : v) { attribute.add_floats(x); }
                   },
                   [&](const std::vector<std::string>& v) {
                       attribute.set_type(A::STRINGS);
                       for (const auto& x : v) { attribute.add_strings(x); }
                   },
                   [&](const onnx::TensorProto& v) {
                       attribute.set_type(A::TENSOR);
                       *attribute.mutable_t() = v;
                   },
                   [&](const onnx::GraphProto& v) {
                       attribute.set_type(A::GRAPH);
                       *attribute.mutable_g() = v;
                   },
               },
               value);
}

class ModelBuilder {
public:
    using Extent = std::variant<int, std::string>;

    explicit ModelBuilder(std::int64_t opset = 17) {
        proto.set_ir_version(8);
        auto* import = proto.add_opset_import();
        import->set_domain("");
        import->set_version(opset);
        proto.mutable_graph()->set_name("test");
    }

    onnx::GraphProto& graph() { return *proto.mutable_graph(); }

    ModelBuilder& input(const std::string& name, const std::vector<Extent>& dims, int type = onnx::TensorProto::FLOAT) {
        auto& tensor = port(*graph().add_input(), name, type);
        auto* shape = tensor.mutable_shape();
        for (const Extent& extent : dims) {
            auto* dim = shape->add_dim();
            if (const int* value = std::get_if<int>(&extent)) {
                dim->set_dim_value(*value);
            } else if (!std::get<std::string>(extent).empty()) {
                dim->set_dim_param(std::get<std::string>(extent));
            }
        }
        return *this;
    }
    ModelBuilder& output(const std::string& name, int type = onnx::TensorProto::FLOAT) {
        port(*graph().add_output(), name, type);
        return *this;
    }
    ModelBuilder& floats(const std::string& name, const Dims& dims, const std::vector<float>& values) {
        *graph().add_initializer() = tensor_proto(name, dims, values);
        return *this;
    }
    /// Distinct small values.
    ModelBuilder& weights(const std::string& name, const Dims& dims) {
        std::vector<float> values(static_cast<std::size_t>(element_count(dims)));
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<float>((static_cast<int>(i * 7 + name.size() * 3) % 23) - 11) / 16.0F;
        }
        return floats(name, dims, values);
    }
    ModelBuilder& integers(const std::string& name, const std::vector<std::int64_t>& values) {
        *graph().add_initializer() = integer_proto(name, {static_cast<std::int64_t>(values.size())}, values);
        return *this;
    }
    ModelBuilder& node(const std::string& op, const std::vector<std::string>& inputs,
                       const std::vector<std::string>& outputs,
                       const std::vector<std::pair<std::string, AttributeValue>>& attributes = {},
                       const std::string& name = "") {
        onnx::NodeProto& added = *graph().add_node();
        added.set_op_type(op);
        added.set_name(name);
        for (const std::string& input : inputs) { added.add_input(input); }
        for (const std::string& output : outputs) { added.add_output(output); }
        for (const auto& [key, value] : attributes) { set(added, key, value); }
        return *this;
    }

    std::string save(const std::string& name = "model.onnx") const {
        return write_bytes(name, proto.SerializeAsString());
    }
    Graph read() const { return tidegate::read(save()); }
    /// read, bind, simplify.
    Graph simplified(const ConvertOptions& options = {}) const {
        Graph result = read();
        bind(result, options);
        simplify(result, options);
        return result;
    }

    onnx::ModelProto proto;

private:
    static onnx::TypeProto::Tensor& port(onnx::ValueInfoProto& info, const std::string& name, int type) {
        info.set_name(name);
        auto& tensor = *info.mutable_type()->mutable_tensor_type();
        tensor.set_elem_type(type);
        return tensor;
    }
};

/// "LSTM Reshape MatMul": the operators in order.
inline std::string operators_of(const Graph& graph) {
    std::string text;
    for (const Node& node : graph.nodes) { text += (text.empty() ? "" : " ") + name_of(node.op); }
    return text;
}

}  // namespace tidegate::test
