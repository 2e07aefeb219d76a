// SPDX-License-Identifier: MIT
// tidegate-convert --int8 and --fp16-weights as a command: what is printed, written and refused.
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "command_place.h"
#include "onnx_builder.h"
#include "verify/tensor_file.h"

namespace tidegate::command_quantize_test {
namespace {

const std::string kData = TIDEGATE_SOURCE_DIR "/examples/air-quality/beijing_pm25_2010_2014_hourly.csv";
const std::string kStreams = TIDEGATE_SOURCE_DIR "/../shared/models/real/dtln-1";

double size_of(const Place& place, const std::string& name) {
    return static_cast<double>(fs::file_size(place.at(name)));
}

}  // namespace

TEST_CASE("--int8 prints a report, --report writes it as JSON, and the self-check speaks of fp32 weights") {
    const Place place;
    const Result result = place.run(kModel + " -o m.tide --stateful --int8 --report r.json");
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    CHECK(has(result.out, "self-check  3 runs with fp32 weights"));
    CHECK_FALSE(has(result.out, "more than rounding explains"));
    CHECK(has(result.out, "accuracy    int8 against fp32"));
    CHECK(has(result.out, "on 512 generated steps"));
    CHECK(has(result.out, "/cell/LSTM    LSTM 16 -> 32"));
    const nlohmann::json json = nlohmann::json::parse(contents(place.at("r.json")));
    CHECK(json["layers"].size() == 2);
    CHECK(json["outputs"][0]["sqnr_db"].get<double>() > 40);
    CHECK(json["bytes"]["quantized"].get<double>() == size_of(place, "m.tide"));
    CHECK_FALSE(json.contains("forecast"));
}

TEST_CASE("the flagship on its own series: MAE before and after within 0.2 %, scales that are static") {
    const Place place;
    const Result result = place.run(kModel + " -o m.tide --stateful --forecast " + kSpec + " --int8 --calibrate " +
                                    kData + " --report r.json");
    CHECK(result.status == 0);
    CHECK(has(result.out, "forecasts: MAE "));
    const nlohmann::json json = nlohmann::json::parse(contents(place.at("r.json")));
    CHECK(json["data"]["steps"] == 43824);
    CHECK(json["layers"][0]["input_scale"].is_number());
    const double before = json["forecast"]["mae_fp32"], after = json["forecast"]["mae_quantized"];
    CHECK(before > 40);
    CHECK(std::abs(after / before - 1) < 0.002);
}

TEST_CASE("dtln-1 keeps 30 dB over its recorded steps, states carried") {
    if (!fs::is_directory(kStreams)) { return; }
    const Place place;
    const std::string command = kStreams +
                                "/model.onnx -o m.tide --state tf_op_layer_stack_2=input_3 --int8 --calibrate " +
                                kStreams + "/stream --report r.json";
    CHECK(place.run(command).status == 0);
    const nlohmann::json json = nlohmann::json::parse(contents(place.at("r.json")));
    CHECK(json["outputs"][0]["sqnr_db"].get<double>() > 30);
    for (const nlohmann::json& layer : json["layers"]) { CHECK(layer["form"] == "int8"); }
    CHECK(json["bytes"]["quantized"].get<double>() <= 0.29 * json["bytes"]["fp32"].get<double>());
}

TEST_CASE("files of cells: int8 at most 0.33 of fp32's bytes at 64 units, 0.29 from 128, fp16 at most 0.53") {
    struct Cell {
        const char* op;
        int hidden, gates;
        double most;
    };
    for (const Cell& cell :
         {Cell{"LSTM", 64, 4, 0.33}, Cell{"GRU", 64, 3, 0.33}, Cell{"LSTM", 128, 4, 0.29}, Cell{"GRU", 128, 3, 0.29}}) {
        const Place place;
        test::ModelBuilder m;
        const int h = cell.hidden, g = cell.gates;
        m.input("x", {1, 1, 64}).weights("W", {1, g * h, 64}).weights("R", {1, g * h, h}).weights("B", {1, 2 * g * h});
        m.node(cell.op, {"x", "W", "R", "B"}, {"", "h"}, {{"hidden_size", h}});
        const std::string model = m.output("h").save("sized.onnx");
        CHECK(place.run(model + " -o f.tide").status == 0);
        CHECK(place.run(model + " -o i.tide --int8").status == 0);
        CHECK(place.run(model + " -o h.tide --fp16-weights").status == 0);
        CHECK(size_of(place, "i.tide") <= cell.most * size_of(place, "f.tide"));
        CHECK(size_of(place, "h.tide") <= 0.53 * size_of(place, "f.tide"));
    }
}

TEST_CASE("a range of lengths: the quantized file gives at every length the bits of a file for it alone") {
    const Place place;
    test::ModelBuilder m;
    m.input("x", {"time", 1, 6}).weights("W", {1, 64, 6}).weights("R", {1, 64, 16});
    m.node("LSTM", {"x", "W", "R"}, {"y"}, {{"hidden_size", 16}});
    const std::string model = m.output("y").save("quantized_lengths.onnx");
    for (const char* form : {"--int8", "--fp16-weights"}) {
        const Result result = place.run(model + " -o m.tide --dim time=1..40 " + form);
        CHECK(result.status == 0);
        CHECK(has(result.out, "5 lengths of the file: the bits of files for one length"));
    }
}

TEST_CASE("an equalized input goes with a range of lengths, and into C source with the operator it needs") {
    const Place place;
    test::ModelBuilder m;
    std::vector<float> W;  // one column is 1000 times the others, and counts no more than they
    for (int i = 0; i < 64 * 6; ++i) {
        W.push_back(std::sin(static_cast<float>(i * i)) / (i % 6 == 0 ? 1000.0F : 1.0F));
    }
    m.input("x", {"time", 1, 6}).weights("R", {1, 64, 16});
    *m.graph().add_initializer() = test::tensor_proto("W", {1, 64, 6}, W);
    m.node("LSTM", {"x", "W", "R"}, {"y"}, {{"hidden_size", 16}});
    const std::string model = m.output("y").save("equalized_lengths.onnx");
    Tensor x = Tensor::zeros(ElementType::f32, {8, 40, 1, 6});
    for (std::size_t i = 0; i < x.reals.size(); ++i) {
        x.reals[i] = std::sin(static_cast<double>(i * i)) * (i % 6 == 0 ? 1000 : 1);
    }
    write_npy(place.at("x.npy").string(), x);
    const Result result = place.run(model + " -o m.tide --dim time=1..40 --int8 --calibrate x.npy --emit-c m.c");
    CHECK(result.status == 0);
    CHECK(has(result.out, "equalized input"));
    CHECK(has(result.out, "5 lengths of the file: the bits of files for one length"));
    CHECK(has(result.out, "C           "));
}

TEST_CASE("wrong words about quantization are refused, and nothing is written") {
    const Place place;
    const std::string base = kModel + " -o m.tide --stateful ";
    CHECK(place.run(base + "--int8 --fp16-weights").status == 2);
    CHECK(place.run(base + "--int8 --keep-fp32 nobody").refused_with("there are '/cell/LSTM' (LSTM 16 -> 32), "));
    CHECK(place.run(base + "--int8-only nobody").refused_with("--int8-only 'nobody' is no node with weights"));
    CHECK(place.run(base + "--keep-fp32 /cell/LSTM").refused_with("--keep-fp32 goes with --int8"));
    CHECK(place.run(base + "--calibrate x.npy").refused_with("--calibrate goes with --int8"));
    CHECK(place.run(base + "--max-error 0.1").refused_with("--max-error goes with --int8"));
    CHECK(place.run(base + "--report r.json").refused_with("--report goes with --int8"));
    CHECK(place.run(base + "--int8 --max-error 1e-6 --report r.json").refused_with("--max-error allows 1e-06"));
    CHECK(place.run(base + "--int8 --max-error x").status == 2);
    CHECK(place.run(base + "--int8 --report m.tide").refused_with("write the same file"));
    CHECK(place.run(base + "--int8 --report ./m.tide").refused_with("write the same file"));
    CHECK(place.run(base + "--int8 --emit-c m.c --report m.h").refused_with("write the same file"));
    CHECK(place.run(base + "--int8 --calibrate ./m.tide").refused_with("is the data of --calibrate"));
    CHECK(place.run(base + "--int8 --max-error nan").refused_with("'nan' is not a number from 0 on"));
    CHECK(place.run(base + "--int8 --report no/r.json").refused_with("cannot write 'no/r.json'"));
    CHECK(place.run(base + "--int8 --calibrate none.csv").refused_with("does not exist"));
    CHECK_FALSE(fs::exists(place.at("m.tide")));
    CHECK_FALSE(fs::exists(place.at("r.json")));
    CHECK(place.run(base + "--int8 --max-error 0.1").status == 0);
}

TEST_CASE("one absurd value in the data does not ruin a scale, though the model's output hides what it costs") {
    // The forecast adds an input to what the layers make of it: beside 1e6 all their errors look small.
    const Place place;
    std::ofstream data(place.at("x.csv"));
    for (int row = 0; row < 200; ++row) {
        for (int column = 0; column < 16; ++column) {
            const double value = row == 100 && column == 0 ? 1e6 : std::sin(row * (0.1 + 0.03 * column) + column);
            data << value << (column < 15 ? ',' : '\n');
        }
    }
    data.close();
    const auto result = place.run(kModel + " -o m.tide --stateful --int8 --calibrate x.csv --report r.json");
    CHECK(result.status == 0);
    std::ifstream file(place.at("r.json"));
    const auto report = nlohmann::json::parse(file);
    for (const auto& layer : report.at("layers")) { CHECK(layer.at("alone_at_layer_sqnr_db").get<double>() > 30); }
}

TEST_CASE("a series that is too short, or not one of the model's, is refused") {
    const Place place;
    const std::string base = kModel + " -o m.tide --stateful --int8 --forecast " + kSpec + " --calibrate s.csv";
    const std::string header = "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir\n";
    const auto write = [&](const std::string& text) { std::ofstream(place.at("s.csv")) << text; };
    std::string rows;
    for (int hour = 0; hour < 20; ++hour) { rows += "1,2010,1,1," + std::to_string(hour) + ",30,1,1,1000,NW,1,0,0\n"; }
    write(header + rows);
    CHECK(place.run(base).refused_with("24 steps of data behind it"));
    write(header);
    CHECK(place.run(base).refused_with("no rows behind the header"));
    write("a,b\n1,2\n");
    CHECK(place.run(base).refused_with("columns are missing: year, month, day, hour, pm2.5"));
    write(header + "1,2010,1,1,0,oops,1,1,1000,NW,1,0,0\n");
    CHECK(place.run(base).refused_with("'oops' is not a number"));
    CHECK_FALSE(fs::exists(place.at("m.tide")));
}

TEST_CASE("a layer that was int8 in the model is int8 with a report, and fp32 if it is asked for") {
    const Place place;
    test::ModelBuilder m;
    m.input("x", {1, 1, 3});
    auto* import = m.proto.add_opset_import();
    import->set_domain("com.microsoft");
    import->set_version(1);
    for (const auto& [name, cols] : {std::pair<std::string, int>{"W", 3}, {"R", 8}}) {
        onnx::TensorProto integers;
        integers.set_name(name);
        integers.set_data_type(onnx::TensorProto::INT8);
        for (const int extent : {1, cols, 32}) { integers.add_dims(extent); }
        for (int i = 0; i < 32 * cols; ++i) { integers.add_int32_data(i * 37 % 201 - 100); }
        *m.graph().add_initializer() = integers;
        *m.graph().add_initializer() = test::tensor_proto(name + "_scale", {1}, {0.01F});
    }
    m.node("DynamicQuantizeLSTM", {"x", "W", "R", "", "", "", "", "", "W_scale", "", "R_scale"}, {"", "h"},
           {{"hidden_size", 8}}, "cell");
    m.graph().mutable_node(0)->set_domain("com.microsoft");
    const std::string model = m.output("h").save("integer_layer.onnx");
    const Result plain = place.run(model + " -o a.tide --report r.json");
    CHECK(plain.status == 0);
    CHECK(has(plain.out, "accuracy    int8 against fp32"));
    const nlohmann::json json = nlohmann::json::parse(contents(place.at("r.json")));
    CHECK(json["layers"][0]["form"] == "int8");
    CHECK(json["outputs"][0]["sqnr_db"].is_number());
    CHECK(place.run(model + " -o b.tide --int8").status == 0);
    CHECK(bytes(place.at("a.tide")) == bytes(place.at("b.tide")));
    CHECK(place.run(model + " -o c.tide --keep-fp32 cell").status == 0);
    CHECK(size_of(place, "c.tide") > size_of(place, "a.tide"));
}

TEST_CASE("verify takes the same options") {
    if (!fs::is_directory(kStreams)) { return; }
    const Place place;
    const std::string base = "verify " + kStreams + "/model.onnx " + kStreams + "/stream --atol 0.1 ";
    CHECK(place.run(base + "--int8 --calibrate " + kStreams + "/stream").status == 0);
    CHECK(place.run(base + "--int8 --keep-fp32 nobody").refused_with("--keep-fp32 'nobody'"));
}

}  // namespace tidegate::command_quantize_test
