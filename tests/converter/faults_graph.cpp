// SPDX-License-Identifier: MIT
// Models whose graph, names or numbers are hostile. What they may cost is in faults_cost.cpp.
#include <clocale>
#include <cmath>
#include <limits>

#include "converter/command_place.h"
#include "converter/faults.h"

namespace tidegate::faults_graph_test {
namespace {

using test::integer_proto, test::ModelBuilder, test::one_node, test::refusal_of, test::scratch_folder,
    test::tensor_proto;
using test::with_dims, test::write_bytes;

const std::vector<std::string> kHostileNames = {std::string("zero\0byte", 9),
                                                "\xff\xfe not UTF-8",
                                                "line\nbreak\rand\x1b[31m red",
                                                "\xe2\x80\xae right to left",
                                                "*/ #include \"/etc/passwd\" /*",
                                                "\"; system(\"id\"); \"",
                                                "%s%n%99999d",
                                                "../../../etc/passwd",
                                                "?\?/\n",
                                                "\\",
                                                "'$(id)'",
                                                std::string(1 << 20, 'n')};

}  // namespace

TEST_CASE("fault 18: cycles, names made twice or by nobody, and missing outputs are refused by name") {
    ModelBuilder cycle;
    cycle.input("x", {2}).output("y");
    cycle.node("Add", {"x", "b"}, {"a"}, {}, "one").node("Add", {"x", "c"}, {"b"}, {}, "two");
    cycle.node("Add", {"x", "a"}, {"c"}, {}, "three").node("Relu", {"x"}, {"y"});
    CHECK(has(refusal_of(cycle), "'one', 'two', 'three'"));
    ModelBuilder twice = one_node("Split", {"x"});
    twice.graph().mutable_node(0)->add_output("y");
    CHECK(has(refusal_of(twice), "the name 'y' is already taken"));
    ModelBuilder overwritten = one_node("Relu", {"x"});
    overwritten.graph().mutable_node(0)->set_output(0, "x");
    CHECK(refusal_of(overwritten) != "");
    CHECK(has(refusal_of(one_node("Add", {"x", "nobody's"})),
              "node 'it' (Add): its input 'nobody\\x27s' is made by no node"));
    ModelBuilder missing = one_node("Relu", {"x"});
    missing.output("z");
    CHECK(has(refusal_of(missing), "output 'z' is made by no node"));
    ModelBuilder none = one_node("Relu", {"x"});
    none.graph().clear_output();
    CHECK(has(refusal_of(none), "the graph has no output"));
    ModelBuilder nothing;
    CHECK(has(refusal_of(nothing), "no output"));
    ModelBuilder index = one_node("Gather", {"x", "i"});
    index.integers("i", {2});
    CHECK(has(refusal_of(index), "node 'it' (Gather): index 2 is outside axis 0"));
    ModelBuilder lowest = one_node("Gather", {"x", "i"});
    lowest.integers("i", {INT64_MIN});
    CHECK(has(refusal_of(lowest), "node 'it' (Gather)"));
    ModelBuilder scatter = one_node("ScatterND", {"x", "i", "u"});
    *scatter.graph().add_initializer() = integer_proto("i", {1, 1}, {INT64_MAX});
    scatter.weights("u", {1, 3});
    CHECK(has(refusal_of(scatter), "node 'it' (ScatterND)"));
}

TEST_CASE("fault 22: hostile names are refused or kept, and shown with what could deceive escaped") {
    for (const std::string& name : kHostileNames) {
        CAPTURE(name.substr(0, 40));
        ModelBuilder port;
        port.input(name, {2}).output("y").node("Relu", {name}, {"y"}, {}, name);
        const std::string refused = refusal_of(port);
        if (name.size() > 1024 || name.find('\0') != std::string::npos) { CHECK(refused != ""); }
        ModelBuilder inner;  // as a value, a node, an operator, an attribute, a domain, a graph
        inner.input("x", {2}).output("y").node("Det" + name, {"x"}, {name}, {{name, 1}}, name);
        inner.node("Relu", {name + "?"}, {"y"}, {{name, name}}, name);
        inner.graph().mutable_node(0)->set_domain(name);
        inner.graph().set_name(name);
        inner.proto.set_producer_name(name);
        for (const std::string& text : {refused, refusal_of(inner)}) {
            CHECK(text.size() < 8192);
            for (const char c : text) { CHECK(static_cast<unsigned char>(c) >= ' '); }
            CHECK_FALSE(has(text, "\xe2\x80\xae"));
            CHECK_FALSE(has(text, "\xff"));
        }
    }
}

TEST_CASE("fault 23: no text of a model reaches the C source that is emitted") {
    const Place place;
    for (std::size_t i = 0; i < kHostileNames.size(); ++i) {
        const std::string& name = kHostileNames[i];
        ModelBuilder model;
        model.input("x", {2})
            .output("y")
            .node("Relu", {"x"}, {name}, {}, name)
            .node("Tanh", {name}, {"y"}, {}, name + "2");
        model.graph().set_name(name);
        model.proto.set_producer_name(name);
        model.graph().set_doc_string(name);
        write_bytes("named.onnx", model.proto.SerializeAsString());
        const Result result = place.run((scratch_folder() / "named.onnx").string() + " --emit-c model.c");
        CAPTURE(i);
        CHECK(result.status == 0);
        for (const char* file : {"model.c", "model.h"}) {
            const std::string text = contents(place.at(file));
            CHECK(text.size() > 0);
            CHECK_FALSE(has(text, name.substr(0, 12)));
            for (const char c : text) { CHECK((c == '\n' || (c >= ' ' && c < 0x7f))); }
        }
    }
}

TEST_CASE("fault 24: weights that are not finite are refused by name, subnormal ones are zero, scales must be sane") {
    const float infinite = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    for (const float bad : {infinite, -infinite, nan}) {
        ModelBuilder dense = one_node("MatMul", {"x", "w"});
        dense.floats("w", {3, 1}, {1, bad, 1});
        CHECK(has(refusal_of(dense), "node 'it' (MatMul)"));
    }
    ModelBuilder tiny = one_node("MatMul", {"x", "w"});
    tiny.floats("w", {3, 1}, {1e-40F, 1, 1});
    CHECK(refusal_of(tiny) == "");
    ModelBuilder wide = one_node("Add", {"x", "w"});
    onnx::TensorProto doubles;
    doubles.set_name("w");
    doubles.set_data_type(onnx::TensorProto::DOUBLE);
    doubles.add_dims(1);
    doubles.add_double_data(1e300);
    *wide.graph().add_initializer() = doubles;
    CHECK(has(refusal_of(wide), "is beyond f32"));
    for (const float scale : {0.0F, nan, infinite, -1.0F}) {
        CAPTURE(scale);
        ModelBuilder quantized = one_node("MatMul", {"x", "w"});
        onnx::TensorProto integers = integer_proto("q", {3, 1}, {});
        integers.set_data_type(onnx::TensorProto::INT8);
        integers.set_raw_data("\x01\x02\x7f");
        *quantized.graph().add_initializer() = integers;
        *quantized.graph().add_initializer() = tensor_proto("s", {}, {scale});
        quantized.node("DequantizeLinear", {"q", "s"}, {"w"}, {}, "scaled");
        const std::string refused = refusal_of(quantized);
        if (scale != 0 && scale != -1) { CHECK(refused != ""); }
    }
}

TEST_CASE("fault 26: twice the same, whatever the locale and the order of definition") {
    ModelBuilder model;
    model.input("x", {"time", 1, 3}).output("Y").weights("W", {1, 8, 3}).weights("R", {1, 8, 2});
    model.node("LSTM", {"x", "W", "R"}, {"Y"}, {{"hidden_size", 2}, {"clip", 1.5F}}, "it");
    const std::string path = model.save("same.onnx");
    const ConvertOptions options = with_dims({{"time", {1, 7}}});
    const Conversion first = convert(path, options);
    CHECK(convert(path, options).file == first.file);
    const char* before = std::setlocale(LC_ALL, nullptr);
    const std::string kept = before == nullptr ? "C" : before;
    for (const char* locale : {"de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8"}) {
        if (std::setlocale(LC_ALL, locale) == nullptr) { continue; }  // where it is installed
        CHECK(convert(path, options).file == first.file);
    }
    std::setlocale(LC_ALL, kept.c_str());
}

}  // namespace tidegate::faults_graph_test
