// SPDX-License-Identifier: MIT
// Models whose shapes, counts and attributes are absurd: an error that names the node, never a crash or a wrap.
#include "converter/faults.h"

namespace tidegate::faults_shapes_test {
namespace {

using namespace test;
using List = std::vector<std::int64_t>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

constexpr std::int64_t kHuge = std::int64_t{1} << 60;

/// Of an LSTM (or its kin) over x [4, 1, 3] with 2 units, whose parts the test spoils.
struct RecurrentParts {
    std::string op = "LSTM";
    Dims w = {1, 8, 3}, r = {1, 8, 2}, b = {1, 16}, p = {}, h0 = {};
    Attributes attributes = {{"hidden_size", 2}};
    List lengths = {};

    std::string refused() const {
        ModelBuilder model;
        model.input("x", {4, 1, 3}).output("Y").weights("W", w).weights("R", r).weights("B", b);
        std::vector<std::string> inputs = {"x", "W", "R", "B", "", "", "", ""};
        if (!lengths.empty()) {
            onnx::TensorProto tensor;
            tensor.set_name(inputs[4] = "lengths");
            tensor.set_data_type(onnx::TensorProto::INT32);
            tensor.add_dims(static_cast<std::int64_t>(lengths.size()));
            for (const std::int64_t n : lengths) { tensor.add_int32_data(static_cast<std::int32_t>(n)); }
            *model.graph().add_initializer() = tensor;
        }
        if (!h0.empty()) { model.weights(inputs[5] = "h0", h0); }
        if (!p.empty()) { model.weights(inputs[7] = "P", p); }
        while (inputs.back().empty()) { inputs.pop_back(); }
        model.node(op, inputs, {"Y"}, attributes, "it");
        return refusal_of(model);
    }
};

}  // namespace

TEST_CASE("fault 7: a few bytes cannot ask for gigabytes, alone or one on top of the other") {
    const auto bomb = [](const std::string& op, const List& list) {
        ModelBuilder model;
        model.input("x", {2, 3}).output("y").floats("one", {1, 1}, {1}).integers("list", list);
        model.node(op,
                   op == "ConstantOfShape" ? std::vector<std::string>{"list"} : std::vector<std::string>{"one", "list"},
                   {"y"}, {}, "it");
        return refusal_of(model);
    };
    for (const char* op : {"ConstantOfShape", "Expand", "Tile"}) {
        CAPTURE(op);
        CHECK(has(bomb(op, {1 << 15, 1 << 15}), "node 'it' (" + std::string(op) + ")"));
        CHECK(has(bomb(op, {kHuge, 1}), "2^40 elements"));
        CHECK(bomb(op, {kHuge, 16}) != "");
        CHECK(bomb(op, {-1, 16}) != "");
    }
    ModelBuilder tower;  // each doubles what the one before made
    tower.input("x", {1}).output("y").floats("v0", {1, 1}, {1}).integers("twice", {2, 2});
    for (int i = 0; i < 40; ++i) {
        tower.node("Tile", {"v" + std::to_string(i), "twice"}, {"v" + std::to_string(i + 1)});
    }
    tower.node("Identity", {"v40"}, {"y"});
    CHECK(has(refusal_of(tower), "too large for a model of this size"));
    ModelBuilder padded = one_node("Pad", {"x", "pads"});
    padded.integers("pads", {0, 0, 0, std::int64_t{1} << 33});
    CHECK(has(refusal_of(padded), "node 'it' (Pad)"));
    ModelBuilder eye = one_node("EyeLike", {"wide"});
    eye.floats("one", {1, 1}, {1})
        .integers("list", {65537, 65536})
        .node("Expand", {"one", "list"}, {"wide"}, {}, "wide");
    CHECK(refusal_of(eye) != "");
}

TEST_CASE("fault 8: products of extents that wrap in 64 or 32 bits are refused") {
    for (const Dims& dims : {Dims{std::int64_t{1} << 62, 8}, Dims{65537, 65536},
                             Dims{std::int64_t{1} << 31, std::int64_t{1} << 31, 4}, Dims{INT64_MAX, INT64_MAX}}) {
        CAPTURE(to_text(dims));
        ModelBuilder tensor = one_node("Add", {"x", "w"});
        *tensor.graph().add_initializer() = tensor_proto("w", dims, {});
        CHECK(has(refusal_of(tensor), "initializer 'w'"));
        ModelBuilder input;
        input.input("x", {1}).output("y").node("Relu", {"x"}, {"y"}, {}, "it");
        auto& shape = *input.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
        shape.clear_dim();
        for (const std::int64_t extent : dims) { shape.add_dim()->set_dim_value(extent); }
        CHECK(refusal_of(input) != "");
    }
}

TEST_CASE("fault 9: negative extents of tensors are refused; of an input they mean unknown") {
    ModelBuilder tensor = one_node("Add", {"x", "w"});
    *tensor.graph().add_initializer() = tensor_proto("w", {-1, 3}, {1, 2, 3});
    CHECK(has(refusal_of(tensor), "negative"));
    ModelBuilder reshaped = one_node("Reshape", {"x", "shape"});
    reshaped.integers("shape", {-2, 3});
    CHECK(has(refusal_of(reshaped), "node 'it' (Reshape)"));
    ModelBuilder twice = one_node("Reshape", {"x", "shape"});
    twice.integers("shape", {-1, -1});
    CHECK(has(refusal_of(twice), "node 'it' (Reshape)"));
    ModelBuilder empty = one_node("Slice", {"x", "zero", "zero"});
    empty.integers("zero", {0});
    CHECK(has(refusal_of(empty), "has no elements"));
    ModelBuilder input;
    input.input("x", {2, -5}).output("y").node("Relu", {"x"}, {"y"}, {}, "it");
    CHECK(has(refusal_of(input), "--dim x:1=N"));
}

TEST_CASE("fault 10: data that do not match the shape, or are given twice, are refused") {
    const auto with = [](auto spoil) {
        ModelBuilder model = one_node("Add", {"x", "w"});
        onnx::TensorProto tensor = tensor_proto("w", {3}, {1, 2, 3});
        spoil(tensor);
        *model.graph().add_initializer() = tensor;
        return refusal_of(model);
    };
    CHECK(with([](onnx::TensorProto&) {}) == "");
    CHECK(has(with([](onnx::TensorProto& t) { t.add_float_data(4); }), "4 values where shape [3] needs 3"));
    CHECK(has(with([](onnx::TensorProto& t) { t.set_raw_data(std::string(12, '\0')); }), "given twice"));
    CHECK(has(with([](onnx::TensorProto& t) { t.clear_float_data(), t.set_raw_data(std::string(11, '\0')); }),
              "raw_data has 11 bytes"));
    CHECK(has(with([](onnx::TensorProto& t) { t.add_int64_data(1); }), "in a field that is not the one"));
    CHECK(has(with([](onnx::TensorProto& t) { t.clear_float_data(); }), "0 values"));
    CHECK(has(with([](onnx::TensorProto& t) { t.set_data_type(99); }), "type 99"));
}

TEST_CASE("fault 11: too few axes are refused before they are counted from") {
    const auto scalar = [](const std::string& op, const Attributes& attributes, std::vector<std::string> more = {}) {
        ModelBuilder model;
        model.input("x", {}).output("y").weights("w", {2, 2, 2}).integers("i", {0}).floats("v", {2}, {1, 1});
        more.insert(more.begin(), "x");
        model.node(op, more, {"y"}, attributes, "it");
        return refusal_of(model);
    };
    CHECK(has(scalar("Gemm", {}, {"x"}), "node 'it' (Gemm)"));
    CHECK(has(scalar("MatMul", {}, {"w"}), "node 'it' (MatMul)"));
    CHECK(has(scalar("Concat", {{"axis", 0}}), "node 'it' (Concat)"));
    CHECK(has(scalar("Softmax", {{"axis", 0}}), "node 'it' (Softmax)"));
    CHECK(has(scalar("Gather", {{"axis", 0}}, {"i"}), "node 'it' (Gather)"));
    CHECK(has(scalar("Conv", {}, {"w"}), "node 'it' (Conv)"));
    CHECK(has(scalar("MaxPool", {{"kernel_shape", List{2}}}), "node 'it' (MaxPool)"));
    CHECK(has(scalar("BatchNormalization", {}, {"v", "v", "v", "v"}), "node 'it' (BatchNormalization)"));
    CHECK(has(scalar("LSTM", {{"hidden_size", 1}}, {"w", "w"}), "node 'it' (LSTM)"));
    CHECK(has(scalar("GatherND", {}, {"i"}), "node 'it' (GatherND)"));
    CHECK(has(scalar("DepthToSpace", {{"blocksize", 2}}), "node 'it'"));
    CHECK(has(scalar("Trilu", {}), "node 'it' (Trilu)"));
}

TEST_CASE("fault 12: nodes with fewer operands than their operator reads are refused") {
    for (const char* op :
         {"Add", "MatMul", "Gemm", "LSTM", "GRU", "RNN", "Conv", "Concat", "Reshape", "Slice", "Gather", "Expand",
          "Where", "ScatterND", "Tile", "Pad", "Range", "OneHot", "BatchNormalization"}) {
        CAPTURE(op);
        ModelBuilder none;
        none.input("x", {2, 3}).output("y").node(op, {}, {"y"}, {{"axis", 0}}, "it");
        CHECK(has(refusal_of(none), "node 'it'"));
        ModelBuilder nameless;
        nameless.input("x", {2, 3}).output("y").node(op, {"", "", ""}, {"y"}, {}, "it");
        CHECK(has(refusal_of(nameless), "node 'it'"));
        ModelBuilder mute;
        mute.input("x", {2, 3}).output("x").node(op, {"x", "x", "x"}, {}, {}, "it");
        CHECK(has(refusal_of(mute), "node 'it'"));
    }
}

TEST_CASE("fault 13: attributes that contradict the tensors are refused") {
    CHECK(RecurrentParts{}.refused() == "");
    CHECK(has(RecurrentParts{.attributes = {{"hidden_size", 3}}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.attributes = {{"hidden_size", 0}}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.attributes = {{"hidden_size", -2}}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.attributes = {{"hidden_size", kHuge}}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.w = {1, 8, 4}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.w = {1, 9, 3}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.w = {8, 3}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.w = {2, 8, 3}, .r = {2, 8, 2}, .b = {2, 16}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.r = {1, 8, 3}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.r = {1, 6, 2}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.b = {1, 8}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.b = {16}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.p = {1, 8}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.h0 = {1, 2, 2}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.h0 = {1, 1, 3}}.refused(), "node 'it' (LSTM)"));
    ModelBuilder conv;
    conv.input("x", {1, 4, 8}).output("y").weights("w", {6, 2, 3});
    conv.node("Conv", {"x", "w"}, {"y"}, {{"group", 2}, {"kernel_shape", List{5}}}, "it");
    CHECK(has(refusal_of(conv), "node 'it' (Conv)"));
}

TEST_CASE("fault 14: lengths that are negative or beyond the time are refused, when constant by name") {
    CHECK(RecurrentParts{.lengths = {4}}.refused() == "");
    CHECK(RecurrentParts{.lengths = {0}}.refused() == "");
    CHECK(has(RecurrentParts{.lengths = {5}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.lengths = {-1}}.refused(), "node 'it' (LSTM)"));
    CHECK(has(RecurrentParts{.lengths = {1, 1}}.refused(), "node 'it' (LSTM)"));
}

TEST_CASE("fault 15: lists of activations, alphas and directions that do not fit are refused") {
    using Texts = std::vector<std::string>;
    const auto cell = [](Attributes more) {
        more.emplace_back("hidden_size", 2);
        return RecurrentParts{.attributes = std::move(more)}.refused();
    };
    CHECK(has(cell({{"direction", "sideways"}}), "node 'it' (LSTM)"));
    CHECK(has(cell({{"direction", "bidirectional"}}), "node 'it' (LSTM)"));  // W has one
    CHECK(has(cell({{"activations", Texts{"Sigmoid"}}}), "node 'it' (LSTM)"));
    CHECK(has(cell({{"activations", Texts(6, "Tanh")}}), "node 'it' (LSTM)"));
    CHECK(has(cell({{"activations", Texts{"Sigmoid", "Tanh", "Swish"}}}), "node 'it' (LSTM)"));
    CHECK(has(cell({{"activation_alpha", std::vector<float>(9, 1.0F)}}), "node 'it' (LSTM)"));
    CHECK(has(cell({{"layout", 2}}), "node 'it' (LSTM)"));
    CHECK(has(cell({{"input_forget", 7}}), "node 'it' (LSTM)"));
    CHECK(has(cell({{"clip", "wide"}}), "node 'it' (LSTM)"));
}

TEST_CASE("fault 16: an axis equal to the rank, or beyond it on either side, is refused") {
    for (const std::int64_t axis : {std::int64_t{2}, std::int64_t{-3}, std::int64_t{INT32_MAX}, INT64_MAX, INT64_MIN}) {
        CAPTURE(axis);
        for (const char* op : {"Softmax", "LogSoftmax", "Concat", "Split"}) {
            CHECK(has(refusal_of(one_node(op, {"x"}, {{"axis", axis}})), "node 'it'"));
        }
        ModelBuilder gather = one_node("Gather", {"x", "i"}, {{"axis", axis}});
        CHECK(has(refusal_of(gather.integers("i", {0})), "node 'it' (Gather)"));
        ModelBuilder elements = one_node("GatherElements", {"x", "i"}, {{"axis", axis}});
        *elements.graph().add_initializer() = integer_proto("i", {1, 1}, {0});
        CHECK(has(refusal_of(elements), "node 'it' (GatherElements)"));
        ModelBuilder squeeze = one_node("Squeeze", {"x", "axes"});
        CHECK(has(refusal_of(squeeze.integers("axes", {axis})), "node 'it' (Squeeze)"));
        ModelBuilder slice = one_node("Slice", {"x", "i", "n", "axes"});
        CHECK(
            has(refusal_of(slice.integers("i", {0}).integers("n", {1}).integers("axes", {axis})), "node 'it' (Slice)"));
        CHECK(has(refusal_of(one_node("Transpose", {"x"}, {{"perm", List{0, axis}}})), "node 'it' (Transpose)"));
        if (axis == 2) { continue; }  // Flatten and Unsqueeze take it
        CHECK(has(refusal_of(one_node("Flatten", {"x"}, {{"axis", axis}})), "node 'it' (Flatten)"));
    }
    CHECK(has(refusal_of(one_node("Transpose", {"x"}, {{"perm", List{0, 0}}})), "node 'it' (Transpose)"));
    CHECK(has(refusal_of(one_node("Transpose", {"x"}, {{"perm", List{0}}})), "node 'it' (Transpose)"));
}

TEST_CASE("fault 17: attributes that something would be divided by, or that are absurd, are refused") {
    const auto window = [](const std::string& op, Attributes attributes) {
        ModelBuilder model;
        model.input("x", {1, 4, 8}).output("y").weights("w", {4, 4, 3});
        model.node(op, op.find("Conv") == 0 ? std::vector<std::string>{"x", "w"} : std::vector<std::string>{"x"}, {"y"},
                   attributes, "it");
        return refusal_of(model);
    };
    for (const std::int64_t bad : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{INT32_MIN}, INT64_MIN, INT64_MAX}) {
        CAPTURE(bad);
        CHECK(has(window("Conv", {{"strides", List{bad}}}), bad == INT64_MAX ? "" : "node 'it' (Conv)"));
        CHECK(has(window("Conv", {{"dilations", List{bad}}}), "node 'it' (Conv)"));
        CHECK(has(window("Conv", {{"group", bad}}), "node 'it' (Conv)"));
        CHECK(has(window("ConvTranspose", {{"strides", List{bad}}}), "node 'it' (ConvTranspose)"));
        CHECK(has(window("MaxPool", {{"kernel_shape", List{bad}}}), "node 'it' (MaxPool)"));
        CHECK(has(window("AveragePool", {{"kernel_shape", List{2}}, {"pads", List{bad, bad}}}),
                  bad == 0 ? "" : "node 'it'"));
        CHECK(has(refusal_of(one_node("DepthToSpace", {"x"}, {{"blocksize", bad}})), "node 'it'"));
        CHECK(has(refusal_of(one_node("SpaceToDepth", {"x"}, {{"blocksize", bad}})), "node 'it'"));
        ModelBuilder step = one_node("Slice", {"x", "i", "n", "axes", "steps"});
        step.integers("i", {0}).integers("n", {1}).integers("axes", {0}).integers("steps", {bad});
        CHECK((bad == INT64_MAX || has(refusal_of(step), "(Slice)")));
    }
    CHECK(has(window("MaxPool", {{"kernel_shape", List{}}}), "node 'it' (MaxPool)"));
    CHECK(has(window("MaxPool", {{"kernel_shape", List{2, 2}}}), "node 'it' (MaxPool)"));
    CHECK(has(window("Conv", {{"pads", List{1}}}), "node 'it' (Conv)"));
    CHECK(has(window("Conv", {{"auto_pad", "SOMEHOW"}}), "node 'it' (Conv)"));
    ModelBuilder division;  // of constants
    division.input("x", {1}).output("y", onnx::TensorProto::INT64).integers("a", {1, INT64_MIN}).integers("b", {0, -1});
    division.node("Div", {"a", "b"}, {"y"}, {}, "it");
    refusal_of(division);  // whatever it is, no trap
    ModelBuilder modulo;
    modulo.input("x", {1}).output("y", onnx::TensorProto::INT64).integers("a", {1, INT64_MIN}).integers("b", {0, -1});
    modulo.node("Mod", {"a", "b"}, {"y"}, {}, "it");
    refusal_of(modulo);
    ModelBuilder range;
    range.input("x", {1}).output("y", onnx::TensorProto::INT64);
    for (const char* name : {"a", "b", "c"}) { *range.graph().add_initializer() = integer_proto(name, {}, {0}); }
    CHECK(has(refusal_of(range.node("Range", {"a", "b", "c"}, {"y"}, {}, "it")), "node 'it' (Range)"));
}

}  // namespace tidegate::faults_shapes_test
