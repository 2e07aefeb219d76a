// SPDX-License-Identifier: MIT
#include "onnx_model.h"

#include <algorithm>
#include <cmath>

#include "model.h"
#include "read/schema.h"

namespace tidegate::bench {
namespace {

using Dims = std::vector<std::int64_t>;

std::vector<float> random_floats(std::size_t count, float scale, std::uint32_t seed) {
    std::vector<float> values(count);
    fill(values.data(), count, seed);
    for (float& value : values) value *= scale;
    return values;
}

class Builder {
public:
    Builder() {
        model_.set_ir_version(8);
        model_.add_opset_import()->set_version(14);
        graph().set_name("bench");
    }
    void input(const std::string& name, const Dims& dims) { port(*graph().add_input(), name, dims); }
    void output(const std::string& name, const Dims& dims) { port(*graph().add_output(), name, dims); }
    void node(const char* op, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs) {
        onnx::NodeProto& node = *graph().add_node();
        node.set_op_type(op);
        for (const std::string& name : inputs) node.add_input(name);
        for (const std::string& name : outputs) node.add_output(name);
    }
    /// As cell() with no prefix, from X to Y.
    void int8_lstm(const CellWeights& weights, std::int64_t batch) {
        const std::int64_t hidden = weights.size.hidden;
        auto* import = model_.add_opset_import();
        import->set_domain("com.microsoft");
        import->set_version(1);
        quantized("W", weights.size.input, 4 * hidden, weights.w);
        quantized("R", hidden, 4 * hidden, weights.r);
        floats("B", {1, 8 * hidden}, weights.b);
        for (const char* state : {"h", "c"}) {
            input(std::string("initial_") + state, {1, batch, hidden});
            output(std::string("Y_") + state, {1, batch, hidden});
        }
        node("DynamicQuantizeLSTM",
             {"X", "W", "R", "B", "", "initial_h", "initial_c", "", "W_scale", "W_zero", "R_scale", "R_zero"},
             {"Y", "Y_h", "Y_c"});
        graph().mutable_node(graph().node_size() - 1)->set_domain("com.microsoft");
        attribute("hidden_size", hidden);
    }
    /// A cell and its states' inputs and outputs, whose names begin with `prefix`; y may be "".
    void cell(const std::string& prefix, const CellWeights& weights, std::int64_t batch, const std::string& x,
              const std::string& y) {
        const bool lstm = weights.cell == Cell::lstm;
        const std::int64_t hidden = weights.size.hidden, rows = gates_of(weights.cell) * hidden;
        floats(prefix + "W", {1, rows, weights.size.input}, weights.w);
        floats(prefix + "R", {1, rows, hidden}, weights.r);
        floats(prefix + "B", {1, 2 * rows}, weights.b);
        std::vector<std::string> inputs = {x, prefix + "W", prefix + "R", prefix + "B", ""}, outputs = {y};
        for (const char* state : {"h", "c"}) {
            if (*state == 'c' && !lstm) continue;
            inputs.push_back(prefix + "initial_" + state);
            outputs.push_back(prefix + "Y_" + state);
            input(inputs.back(), {1, batch, hidden});
            output(outputs.back(), {1, batch, hidden});
        }
        node(lstm ? "LSTM" : "GRU", inputs, outputs);
        attribute("hidden_size", hidden);
        if (weights.cell == Cell::gru_linear) attribute("linear_before_reset", 1);
    }
    std::string bytes() const { return model_.SerializeAsString(); }

private:
    onnx::GraphProto& graph() { return *model_.mutable_graph(); }
    static void port(onnx::ValueInfoProto& info, const std::string& name, const Dims& dims) {
        info.set_name(name);
        auto& tensor = *info.mutable_type()->mutable_tensor_type();
        tensor.set_elem_type(onnx::TensorProto::FLOAT);
        for (const std::int64_t extent : dims) tensor.mutable_shape()->add_dim()->set_dim_value(extent);
    }
    void floats(const std::string& name, const Dims& dims, const std::vector<float>& values) {
        onnx::TensorProto& tensor = *graph().add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(onnx::TensorProto::FLOAT);
        for (const std::int64_t extent : dims) tensor.add_dims(extent);
        tensor.set_raw_data(values.data(), values.size() * sizeof(float));
    }
    void bytes(const std::string& name, const Dims& dims, const std::string& values) {
        onnx::TensorProto& tensor = *graph().add_initializer();
        tensor.set_name(name);
        tensor.set_data_type(onnx::TensorProto::INT8);
        for (const std::int64_t extent : dims) tensor.add_dims(extent);
        tensor.set_raw_data(values);
    }
    /// [rows][cols] as int8 [1][cols][rows], with NAME_scale and NAME_zero.
    void quantized(const std::string& name, std::int64_t cols, std::int64_t rows, const std::vector<float>& values) {
        float largest = 0;
        for (const float value : values) largest = std::max(largest, std::fabs(value));
        const float scale = largest / 127;
        std::string turned;
        for (std::int64_t col = 0; col < cols; ++col) {
            for (std::int64_t row = 0; row < rows; ++row) {
                turned += static_cast<char>(std::lround(values[static_cast<std::size_t>(row * cols + col)] / scale));
            }
        }
        bytes(name, {1, cols, rows}, turned);
        floats(name + "_scale", {1}, {scale});
        bytes(name + "_zero", {1}, std::string(1, 0));
    }
    /// Of the node that was added last.
    void attribute(const char* name, std::int64_t value) {
        onnx::AttributeProto& attribute = *graph().mutable_node(graph().node_size() - 1)->add_attribute();
        attribute.set_name(name);
        attribute.set_type(onnx::AttributeProto::INT);
        attribute.set_i(value);
    }

    onnx::ModelProto model_;
};

}  // namespace

CellWeights random_weights(Cell cell, Size size, std::uint32_t seed) {
    const float scale = 1 / std::sqrt(static_cast<float>(size.hidden));
    const std::size_t rows = std::size_t{gates_of(cell)} * size.hidden;
    return {cell, size, random_floats(rows * size.input, scale, seed + 11),
            random_floats(rows * size.hidden, scale, seed + 12), random_floats(2 * rows, scale, seed + 13)};
}

std::string cell_onnx(const CellWeights& weights, Way way) {
    Builder model;
    model.input("X", {way.steps, way.batch, weights.size.input});
    model.output("Y", {way.steps, 1, way.batch, weights.size.hidden});
    model.cell("", weights, way.batch, "X", "Y");
    return model.bytes();
}

std::string int8_lstm_onnx(const CellWeights& weights, Way way) {
    Builder model;
    model.input("X", {way.steps, way.batch, weights.size.input});
    model.output("Y", {way.steps, 1, way.batch, weights.size.hidden});
    model.int8_lstm(weights, way.batch);
    return model.bytes();
}

std::string deep_onnx(Size size, std::uint32_t layers) {
    Builder model;
    const Dims dims = {1, 1, size.hidden};
    model.input("X", dims);
    model.output("Y", dims);
    std::string x = "X";
    for (std::uint32_t layer = 0; layer < layers; ++layer) {
        const std::string prefix = std::to_string(layer) + "_";
        model.cell(prefix, random_weights(Cell::lstm, size, 100 * layer), 1, x, "");
        model.node("Add", {x, prefix + "Y_h"}, {prefix + "sum"});
        x = layer + 1 == layers ? "Y" : prefix + "x";
        model.node("Tanh", {prefix + "sum"}, {x});
    }
    return model.bytes();
}

}  // namespace tidegate::bench
