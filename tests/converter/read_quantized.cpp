// SPDX-License-Identifier: MIT
// Models that were quantized before: their integers and scales are the same real weights, and int8 in the file again.
#include <doctest/doctest.h>

#include <cmath>

#include "converter/onnx_builder.h"
#include "verify/run_model.h"

namespace tidegate::read_quantized_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::refusal;

constexpr std::int64_t kInputs = 3, kHidden = 5, kRows = 4 * kHidden, kSteps = 4;

/// Integers in [columns][rows], scales and zero points by row or one for all.
struct Quantized {
    int type = onnx::TensorProto::INT8;
    std::int64_t cols = 0;
    bool by_row = false;

    int integer(std::int64_t col, std::int64_t row) const {
        const int spread = static_cast<int>((col * 37 + row * 11) % 200);
        return type == onnx::TensorProto::INT8 ? spread - 100 : spread + 30;
    }
    int zero(std::int64_t row) const {
        const int middle = type == onnx::TensorProto::INT8 ? 0 : 130;
        return middle + (by_row ? static_cast<int>(row % 3) : 1);
    }
    float scale(std::int64_t row) const { return by_row ? 0.002F + 0.0001F * static_cast<float>(row % 7) : 0.003F; }
    float real(std::int64_t col, std::int64_t row) const {
        return static_cast<float>(integer(col, row) - zero(row)) * scale(row);
    }

    void add_to(ModelBuilder& model, const std::string& name) const {
        onnx::TensorProto integers, scales, zeros;
        integers.set_data_type(type);
        zeros.set_data_type(type);
        scales.set_data_type(onnx::TensorProto::FLOAT);
        for (const std::int64_t extent : {std::int64_t{1}, cols, kRows}) { integers.add_dims(extent); }
        for (auto* list : {&scales, &zeros}) {
            list->add_dims(1);
            if (by_row) { list->add_dims(kRows); }
        }
        for (std::int64_t col = 0; col < cols; ++col) {
            for (std::int64_t row = 0; row < kRows; ++row) { integers.add_int32_data(integer(col, row)); }
        }
        for (std::int64_t row = 0; row < (by_row ? kRows : 1); ++row) {
            scales.add_float_data(scale(row));
            zeros.add_int32_data(zero(row));
        }
        const auto add = [&](onnx::TensorProto tensor, const std::string& suffix) {
            tensor.set_name(name + suffix);
            *model.graph().add_initializer() = tensor;
        };
        add(integers, "");
        add(scales, "_scale");
        add(zeros, "_zero");
    }

    std::vector<float> as_lstm_has_it() const {
        std::vector<float> values;
        for (std::int64_t row = 0; row < kRows; ++row) {
            for (std::int64_t col = 0; col < cols; ++col) { values.push_back(real(col, row)); }
        }
        return values;
    }
};

ModelBuilder with_ports() {
    ModelBuilder model;
    auto* import = model.proto.add_opset_import();
    import->set_domain("com.microsoft");
    import->set_version(1);
    model.input("x", {static_cast<int>(kSteps), 1, static_cast<int>(kInputs)}).output("y");
    return model;
}

ModelBuilder quantized_lstm(const Quantized& w, const Quantized& r) {
    ModelBuilder model = with_ports();
    w.add_to(model, "W");
    r.add_to(model, "R");
    model.node("DynamicQuantizeLSTM", {"x", "W", "R", "", "", "", "", "", "W_scale", "W_zero", "R_scale", "R_zero"},
               {"y"}, {{"hidden_size", kHidden}}, "cell");
    model.graph().mutable_node(0)->set_domain("com.microsoft");
    return model;
}

std::vector<double> outputs_of(const ModelBuilder& model, const ConvertOptions& options = {}) {
    const Conversion conversion = convert(model.save(), options);
    ModelRunner runner(conversion.file);
    Tensor x = Tensor::zeros(ElementType::f32, {kSteps, 1, kInputs});
    for (std::size_t i = 0; i < x.reals.size(); ++i) { x.reals[i] = std::sin(static_cast<double>(i)) * 2; }
    return runner.run({x}).at(0).reals;
}

}  // namespace

TEST_CASE(
    "DynamicQuantizeLSTM is the LSTM of its integers, stored as int8, by direction and by row, signed and unsigned") {
    for (const int type : {static_cast<int>(onnx::TensorProto::INT8), static_cast<int>(onnx::TensorProto::UINT8)}) {
        for (const bool by_row : {false, true}) {
            const Quantized w{type, kInputs, by_row}, r{type, kHidden, by_row};
            ModelBuilder real = with_ports();
            real.floats("W", {1, kRows, kInputs}, w.as_lstm_has_it())
                .floats("R", {1, kRows, kHidden}, r.as_lstm_has_it());
            real.node("LSTM", {"x", "W", "R"}, {"y"}, {{"hidden_size", kHidden}}, "cell");
            ConvertOptions int8, keep;
            int8.quantization.form = WeightForm::i8;
            keep.quantization.forms["cell"] = WeightForm::f32;
            const ModelBuilder quantized = quantized_lstm(w, r);
            CHECK(outputs_of(quantized) == outputs_of(real, int8));
            CHECK(outputs_of(quantized, keep) == outputs_of(real));
            CHECK(outputs_of(quantized) != outputs_of(real));
        }
    }
}

TEST_CASE("DynamicQuantizeLSTM is refused with what does not fit") {
    const Quantized w{onnx::TensorProto::INT8, kInputs, true}, r{onnx::TensorProto::INT8, kHidden, true};
    const auto fault = [&](auto change) {
        ModelBuilder model = quantized_lstm(w, r);
        change(model);
        return refusal([&] { model.read(); });
    };
    CHECK(has(fault([](ModelBuilder& m) { m.graph().mutable_node(0)->set_input(8, "R"); }), "W_scale has shape"));
    CHECK(
        has(fault([](ModelBuilder& m) { m.graph().mutable_node(0)->set_input(11, "W"); }), "R_zero_point has another"));
    CHECK(has(fault([](ModelBuilder& m) { m.graph().mutable_node(0)->set_input(1, "W_scale"); }), "not int8 or uint8"));
    CHECK(has(fault([](ModelBuilder& m) { m.graph().mutable_node(0)->set_input(10, ""); }), "R_scale is not an init"));
}

TEST_CASE("DequantizeLinear around weights folds away, by tensor and by axis") {
    const auto dense = [](const std::string& scale, std::vector<float> scales, std::int64_t axis) {
        ModelBuilder model = with_ports();
        onnx::TensorProto integers, zeros;
        integers.set_data_type(onnx::TensorProto::INT8);
        integers.add_dims(kInputs);
        integers.add_dims(4);
        for (int i = 0; i < 12; ++i) { integers.add_int32_data(i * 17 % 101 - 50); }
        integers.set_name("w");
        *model.graph().add_initializer() = integers;
        const Dims dims = scales.size() == 1 ? Dims{} : Dims{static_cast<std::int64_t>(scales.size())};
        model.floats(scale, dims, scales);
        std::vector<std::pair<std::string, test::AttributeValue>> attributes;
        if (scales.size() > 1) { attributes.emplace_back("axis", axis); }
        model.node("DequantizeLinear", {"w", scale}, {"real"}, attributes, "dequantize");
        model.node("MatMul", {"x", "real"}, {"y"}, {}, "product");
        return model;
    };
    const auto plain = [](auto scale_of) {
        ModelBuilder model = with_ports();
        std::vector<float> values;
        for (int i = 0; i < 12; ++i) {
            values.push_back(static_cast<float>(i * 17 % 101 - 50) * scale_of(i / 4, i % 4));
        }
        model.floats("w", {kInputs, 4}, values).node("MatMul", {"x", "w"}, {"y"}, {}, "product");
        return model;
    };
    const std::vector<float> rows = {0.01F, 0.02F, 0.03F}, columns = {0.01F, 0.02F, 0.03F, 0.5F};
    CHECK(outputs_of(dense("s", {0.25F}, 0)) == outputs_of(plain([](int, int) { return 0.25F; })));
    CHECK(outputs_of(dense("s", rows, 0)) ==
          outputs_of(plain([&](int row, int) { return rows[static_cast<std::size_t>(row)]; })));
    const auto by_column = outputs_of(plain([&](int, int col) { return columns[static_cast<std::size_t>(col)]; }));
    CHECK(outputs_of(dense("s", columns, 1)) == by_column);
    CHECK(outputs_of(dense("s", columns, -1)) == by_column);
    CHECK(has(refusal([&] { dense("s", columns, 0).simplified(); }), "do not fit axis 0"));
    CHECK(test::operators_of(dense("s", columns, 1).simplified()) == "MatMul");
}

TEST_CASE("QuantizeLinear and DequantizeLinear around float weights fold to the weights as they were rounded") {
    const auto values = [] {
        std::vector<float> w;
        for (int i = 0; i < 12; ++i) { w.push_back(std::sin(static_cast<float>(i)) * 3); }
        return w;
    }();
    for (const bool by_column : {false, true}) {
        for (const bool is_signed : {false, true}) {
            const std::vector<float> scales =
                by_column ? std::vector<float>{0.01F, 0.02F, 0.03F, 0.1F} : std::vector<float>{0.02F};
            const Dims dims = by_column ? Dims{4} : Dims{};
            const int middle = is_signed ? 0 : 128, least = is_signed ? -128 : 0, most = least + 255;
            ModelBuilder model = with_ports();
            onnx::TensorProto zeros;
            zeros.set_name("zero");
            zeros.set_data_type(is_signed ? onnx::TensorProto::INT8 : onnx::TensorProto::UINT8);
            if (by_column) { zeros.add_dims(4); }
            for (std::size_t i = 0; i < scales.size(); ++i) { zeros.add_int32_data(middle); }
            *model.graph().add_initializer() = zeros;
            model.floats("w", {kInputs, 4}, values).floats("s", dims, scales);
            model.node("QuantizeLinear", {"w", "s", "zero"}, {"q"}, {{"axis", 1}}, "quantize");
            model.node("DequantizeLinear", {"q", "s", "zero"}, {"real"}, {{"axis", 1}}, "dequantize");
            model.node("MatMul", {"x", "real"}, {"y"}, {}, "product");
            std::vector<float> rounded;
            for (std::size_t i = 0; i < values.size(); ++i) {
                const float scale = scales[by_column ? i % 4 : 0];
                const double q = std::nearbyint(static_cast<double>(values[i] / scale)) + middle;
                const double kept = std::fmin(std::fmax(q, least), most);  // some of them saturate
                rounded.push_back(static_cast<float>(kept - middle) * scale);
            }
            ModelBuilder plain = with_ports();
            plain.floats("w", {kInputs, 4}, rounded).node("MatMul", {"x", "w"}, {"y"}, {}, "product");
            CHECK(outputs_of(model) == outputs_of(plain));
            CHECK(test::operators_of(model.simplified()) == "MatMul");
        }
    }
}

}  // namespace tidegate::read_quantized_test
