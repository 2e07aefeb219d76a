// SPDX-License-Identifier: MIT
// Dimensions, frozen inputs and linked states: what the user says before anything is computed.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"
#include "simplify/batch.h"

namespace tidegate::simplify_bind_test {
namespace {

using test::has;
using test::ModelBuilder;
using test::refusal;
using test::with_dims;
using test::with_states;

Graph bound(const ModelBuilder& model, const ConvertOptions& options = {}) {
    Graph graph = model.read();
    bind(graph, options);
    return graph;
}

std::string fault(const ModelBuilder& model, const ConvertOptions& options = {}) {
    return refusal([&] { bound(model, options); });
}

Extents input_dims(const Graph& graph, std::size_t i) {
    return *graph.values[static_cast<std::size_t>(graph.inputs.at(i).value)].dims;
}

/// Two inputs that share a symbol, and one axis without a name.
ModelBuilder two_inputs() {
    ModelBuilder model;
    model.input("x", {"batch_size", "time", 3}).input("a:b", {"batch_size", ""}).output("y");
    model.node("Relu", {"x"}, {"y"});
    return model;
}

}  // namespace

TEST_CASE("a symbol is bound wherever it stands, an axis by INPUT:AXIS, even if the input's name has a colon") {
    const Graph graph = bound(two_inputs(), with_dims({{"batch_size", 4}, {"time", 7}, {"a:b:1", 5}}));
    CHECK(input_dims(graph, 0) == Dims{4, 7, 3});
    CHECK(input_dims(graph, 1) == Dims{4, 5});
    const Graph by_axis = bound(two_inputs(), with_dims({{"x:0", 4}, {"x:1", 7}, {"a:b:1", 5}}));
    CHECK(input_dims(by_axis, 1) == Dims{4, 5});
}

TEST_CASE("an unbound batch is 1 and noted; all other unbound dimensions are listed with their --dim") {
    const Graph graph = bound(two_inputs(), with_dims({{"time", 7}, {"a:b:1", 5}}));
    CHECK(input_dims(graph, 0) == Dims{1, 7, 3});
    CHECK(graph.notes == std::vector<std::string>{"batch 'batch_size' is 1 (--dim batch_size=N for another)"});
    const std::string text = fault(two_inputs());
    CHECK(has(text, "2 problems"));
    CHECK(has(text, "axis 1 of input 'x' is not bound; give --dim time=N, or =1..N"));
    CHECK(has(text, "axis 1 of input 'a:b' is not bound; give --dim a:b:1=N"));
}

TEST_CASE("options that fit nothing, contradict the model or each other, or are no extents are refused") {
    const auto with = [](std::map<std::string, DimRange> dims) {
        dims.emplace("time", 7);
        dims.emplace("a:b:1", 5);
        return fault(two_inputs(), with_dims(dims));
    };
    CHECK(has(with({{"steps", 3}}),
              "--dim steps: the model has no such dimension (symbols: 'batch_size', 'time'; "
              "inputs: 'x' with 3 axes, 'a:b' with 2 axes)"));
    CHECK(has(with({{"x:3", 3}}), "--dim x:3: the model has no such dimension"));
    CHECK(has(with({{"x:-1", 3}}), "no such dimension"));
    CHECK(has(with({{"x:", 3}}), "no such dimension"));
    CHECK(has(with({{"z:0", 3}}), "no such dimension"));
    CHECK(has(with({{"x:2", 4}}), "axis 2 of input 'x' is 3, not 4"));
    CHECK(with({{"x:2", 3}}) == "");
    CHECK(has(with({{"batch_size", 2}, {"x:0", 3}}), "dimension 'batch_size' cannot be both 2 and 3"));
    CHECK(has(with({{"batch_size", 0}}), "an extent is 1 to 2^31 - 1"));
    CHECK(has(with({{"batch_size", -1}}), "an extent is 1 to 2^31 - 1"));
    CHECK(has(with({{"batch_size", std::int64_t{1} << 31}}), "an extent is 1 to 2^31 - 1"));
    ModelBuilder wide;
    wide.input("x", {"a", "b", "c"}).output("x");
    CHECK(has(fault(wide, with_dims({{"a", 1 << 30}, {"b", 1 << 30}, {"c", 1 << 30}})), "over 2^40 elements"));
}

TEST_CASE("names that mean a batch, and names that mean nothing") {
    for (const char* name : {"batch", "batch_size", "Batch", "train_batch", "N", "n", "B", "bs"}) {
        CHECK(names_batch(name));
    }
    for (const char* name : {"time", "seq", "T", "", "unk__3", "sequence"}) { CHECK_FALSE(names_batch(name)); }
    for (const char* name : {"", "?", "None", "unk__130", "unknown", "x_dynamic_axes_1", "s0", "s77"}) {
        CHECK(says_nothing(name));
    }
    for (const char* name : {"time", "s", "steps", "seq0", "N"}) { CHECK_FALSE(says_nothing(name)); }
}

TEST_CASE("a dimension without a telling name is the batch where the recurrent nodes have it, else on axis 0") {
    const auto model = [](bool transposed, std::int64_t layout) {
        ModelBuilder m;
        m.input("x", {"unk__1", "unk__2", 3}).output("h").weights("W", {1, 4, 3}).weights("R", {1, 4, 4});
        if (transposed) { m.node("Transpose", {"x"}, {"xt"}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}}); }
        m.node("RNN", {transposed ? "xt" : "x", "W", "R"}, {"", "h"}, {{"layout", layout}});
        return m;
    };
    CHECK(has(fault(model(false, 0)), "give --dim unk__1=N"));
    CHECK_FALSE(has(fault(model(false, 0)), "unk__2"));
    CHECK(has(fault(model(true, 0)), "give --dim unk__2=N"));
    CHECK(has(fault(model(false, 1)), "give --dim unk__2=N"));
    CHECK(has(fault(model(true, 1)), "give --dim unk__1=N"));
    ModelBuilder plain;
    plain.input("x", {"", ""}).output("x");
    CHECK(has(fault(plain), "give --dim x:1=N"));
    CHECK_FALSE(has(fault(plain), "x:0"));
}

TEST_CASE("an input without a shape gets the axes that the options name") {
    ModelBuilder model;
    model.input("x", {}).output("x");
    model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    CHECK(has(fault(model), "input 'x' has no shape in the model; give --dim x:0=N, --dim x:1=N"));
    CHECK(input_dims(bound(model, with_dims({{"x:0", 2}, {"x:1", 3}})), 0) == Dims{2, 3});
    CHECK(has(fault(model, with_dims({{"x:1", 3}})), "no such dimension"));
}

TEST_CASE("a frozen input is a constant; its shape binds symbols, a number is broadcast") {
    ConvertOptions options = with_dims({{"time", 2}});
    options.fixed_inputs["a:b"] = Tensor::of({2, 2}, {1, 2, 3, 4});
    const Graph graph = bound(two_inputs(), options);
    CHECK(graph.inputs.size() == 1);
    CHECK(input_dims(graph, 0) == Dims{2, 2, 3});
    CHECK(graph.constant(1)->reals == std::vector<double>{1, 2, 3, 4});

    ConvertOptions number = with_dims({{"time", 2}, {"a:b:1", 3}});
    number.fixed_inputs["a:b"] = Tensor::of({}, {0.5});
    CHECK(*bound(two_inputs(), number).constant(1) == Tensor::of({1, 3}, {0.5, 0.5, 0.5}));
}

TEST_CASE("frozen values of a wrong name, shape or type are refused, exact changes of type are not") {
    const auto fix = [](const std::string& name, const Tensor& tensor, int type = onnx::TensorProto::INT32) {
        ModelBuilder model;
        model.input("i", {2}, type).output("i", type);
        ConvertOptions options;
        options.fixed_inputs[name] = tensor;
        return fault(model, options);
    };
    CHECK(has(fix("j", Tensor::of({2}, {1, 2})), "--fix-input j: there is no input 'j' (inputs: 'i')"));
    CHECK(has(fix("i", Tensor::of_i64({3}, {1, 2, 3})), "axis 0 of input 'i' is 2, not 3"));
    CHECK(has(fix("i", Tensor::of_i64({1, 2}, {1, 2})), "the value has shape [1, 2], the input 1 axes"));
    CHECK(has(fix("i", Tensor::of({2}, {1, 2})), "the value is f32, the input i32"));
    CHECK(fix("i", Tensor::of_i64({2}, {1, -2})) == "");
    CHECK(has(fix("i", Tensor::of_i64({2}, {1, std::int64_t{1} << 31})), "does not hold 2147483648"));
    CHECK(fix("i", Tensor::of({}, {3})) == "");
    CHECK(has(fix("i", Tensor::of({}, {2.5})), "which does not hold it"));
    CHECK(has(fix("i", Tensor::of({}, {2}), onnx::TensorProto::BOOL), "does not hold 2"));
    CHECK(fix("i", Tensor::of_i64({}, {3}), onnx::TensorProto::FLOAT) == "");
}

TEST_CASE("a linked state leaves the interface, and its names must exist") {
    ModelBuilder model;
    model.input("x", {2}).input("s", {2}).input("k", {2}, onnx::TensorProto::INT32).output("y").output("t");
    model.node("Add", {"x", "s"}, {"t"}).node("Relu", {"t"}, {"y"});
    const Graph graph = bound(model, with_states({{"t", "s"}}));
    CHECK(graph.inputs.size() == 2);
    REQUIRE(graph.outputs.size() == 1);
    CHECK(graph.outputs[0].name == "y");
    REQUIRE(graph.states.size() == 1);
    CHECK(graph.states[0].name == "s");
    CHECK(graph.states[0].initial == nullptr);
    CHECK(has(fault(model, with_states({{"u", "s"}})), "--state u=s: there is no output 'u' (outputs: 'y', 't')"));
    CHECK(has(fault(model, with_states({{"t", "v"}})), "--state t=v: there is no input 'v'"));
    CHECK(has(fault(model, with_states({{"t", "s"}, {"y", "s"}})), "--state: input 's' is linked twice"));
    CHECK(has(fault(model, with_states({{"t", "s"}, {"t", "x"}})), "--state: output 't' is linked twice"));
    CHECK(has(fault(model, with_states({{"t", "k"}})), "only f32 values can live in the session"));
}

TEST_CASE("symbols are numbered in the order of the inputs' axes, not of the options") {
    ConvertOptions options;
    options.dims = {{"batch_size", {1, 4}}, {"a:b:1", {2, 3}}, {"time", {1, 9}}};
    const Graph graph = bound(two_inputs(), options);
    REQUIRE(graph.symbols.size() == 3);
    CHECK(graph.symbols[0]->name == "batch_size");
    CHECK(graph.symbols[1]->name == "time");
    options.dims = {{"time", {1, 9}}, {"a:b:1", {2, 3}}, {"batch_size", 2}};
    CHECK(bound(two_inputs(), options).symbols[0]->name == "time");
}

}  // namespace tidegate::simplify_bind_test
