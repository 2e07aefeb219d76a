// SPDX-License-Identifier: MIT
// Recurrent nodes, and what exporters wrap around them, with a symbolic time and batch at every length.
#include "symbolic_support.h"

namespace tidegate::symbolic_recurrent_test {
namespace {

using namespace test;
using Axes = std::vector<ModelBuilder::Extent>;
constexpr int kHidden = 5;

const ConvertOptions kShortTimeAndBatch = with_dims({{"time", {1, 6}}, {"batch", {1, 3}}});

int gates_of(const std::string& cell) { return cell == "LSTM" ? 4 : cell == "GRU" ? 3 : 1; }

/// W, R, B of one cell over 4 inputs.
void add_weights(ModelBuilder& m, const std::string& cell, std::int64_t directions) {
    const std::int64_t rows = gates_of(cell) * kHidden;
    m.weights("W", {directions, rows, 4})
        .weights("R", {directions, rows, kHidden})
        .weights("B", {directions, 2 * rows});
}

}  // namespace

TEST_CASE("every cell, direction and layout, with and without lengths and initial states, follows time and batch") {
    for (const char* cell : {"RNN", "GRU", "LSTM"}) {
        for (const char* direction : {"forward", "reverse", "bidirectional"}) {
            for (const int layout : {0, 1}) {
                for (const bool given : {false, true}) {
                    INFO(cell << " " << direction << " layout " << layout << " given " << given);
                    const bool batch_first = layout == 1;
                    const int directions = std::string(direction) == "bidirectional" ? 2 : 1;
                    ModelBuilder m(14);
                    m.input("x", batch_first ? Axes{"batch", "time", 4} : Axes{"time", "batch", 4});
                    add_weights(m, cell, directions);
                    std::vector<std::string> inputs = {"x", "W", "R", "B"};
                    if (given) {
                        const Axes state =
                            batch_first ? Axes{"batch", directions, kHidden} : Axes{directions, "batch", kHidden};
                        m.input("lengths", {"batch"}, kI32).input("h0", state);
                        inputs.insert(inputs.end(), {"lengths", "h0"});
                        if (std::string(cell) == "LSTM") {
                            m.input("c0", state);
                            inputs.emplace_back("c0");
                        }
                    }
                    std::vector<std::string> outputs = {"y", "yh"};
                    if (std::string(cell) == "LSTM") { outputs.emplace_back("yc"); }
                    m.node(cell, inputs, outputs,
                           {{"hidden_size", kHidden}, {"direction", std::string(direction)}, {"layout", layout}});
                    for (const std::string& output : outputs) { m.output(output); }
                    CHECK(sweep(m, kShortTimeAndBatch).compared == 18);
                }
            }
        }
    }
}

TEST_CASE("PyTorch's pattern: zeros(1, x.shape[0], hidden) as initial states, batch first, the last step to a Linear") {
    ModelBuilder m;
    m.input("x", {"batch", "time", 4});
    add_weights(m, "LSTM", 1);
    *m.graph().add_initializer() = integer_proto("zero", {}, {0});
    m.integers("axis0", {0}).integers("one", {1}).integers("hidden", {kHidden}).integers("axis1", {1});
    *m.graph().add_initializer() = integer_proto("last", {}, {-1});
    m.node("Shape", {"x"}, {"shape"}).node("Gather", {"shape", "zero"}, {"n"}, {{"axis", 0}});
    m.node("Unsqueeze", {"n", "axis0"}, {"n1"}).node("Concat", {"one", "n1", "hidden"}, {"s"}, {{"axis", 0}});
    m.node("ConstantOfShape", {"s"}, {"h0"}, {{"value", tensor_proto("", {1}, {0})}});
    m.node("Transpose", {"x"}, {"xt"}, {{"perm", List{1, 0, 2}}});
    m.node("LSTM", {"xt", "W", "R", "B", "", "h0", "h0"}, {"y", "yh", "yc"}, {{"hidden_size", kHidden}});
    m.node("Squeeze", {"y", "axis1"}, {"ys"}).node("Transpose", {"ys"}, {"yt"}, {{"perm", List{1, 0, 2}}});
    m.node("Gather", {"yt", "last"}, {"end"}, {{"axis", 1}}).weights("L", {3, kHidden}).weights("b", {3});
    m.node("Gemm", {"end", "L", "b"}, {"out"}, {{"transB", 1}}).output("out").output("yt").output("yh");
    CHECK(sweep(m, kShortTimeAndBatch).compared == 18);
    const Conversion ranged = convert(m.save(), kShortTimeAndBatch);
    CHECK(operators_of(ranged.graph).find("ConstantOfShape") == std::string::npos);  // zeros are no operand
    CHECK(operators_of(ranged.graph).find("Transpose") == std::string::npos);
}

TEST_CASE("initial states that are expanded or filled to the batch follow it, also when they are not zero") {
    for (const float value : {0.0F, 0.25F}) {
        ModelBuilder m;
        m.input("x", {"time", "batch", 4}).weights("start", {1, 1, kHidden}).integers("one", {1});
        add_weights(m, "GRU", 1);
        m.integers("from", {1}).integers("to", {2}).integers("hidden", {kHidden});
        m.node("Shape", {"x"}, {"shape"}).node("Slice", {"shape", "from", "to"}, {"n"});
        m.node("Concat", {"one", "n", "hidden"}, {"s"}, {{"axis", 0}});
        m.node("ConstantOfShape", {"s"}, {"fill"}, {{"value", tensor_proto("", {1}, {value})}});
        m.node("Expand", {"start", "s"}, {"h1"});
        m.node("GRU", {"x", "W", "R", "B", "", "fill"}, {"y0", "h"}, {{"hidden_size", kHidden}}).output("y0");
        m.node("GRU", {"x", "W", "R", "B", "", "h1"}, {"y1"}, {{"hidden_size", kHidden}}).output("y1").output("h");
        CHECK(sweep(m, kShortTimeAndBatch).compared == 18);
    }
}

TEST_CASE("Keras' pattern: Shape, Cast, Slice and Concat around a Reshape, lengths that are always full") {
    ModelBuilder m;
    m.input("x", {"batch", "time", 4}).integers("s0", {0}).integers("s1", {1}).integers("s2", {2});
    add_weights(m, "LSTM", 1);
    m.node("Shape", {"x"}, {"shape"}).node("Cast", {"shape"}, {"shape32"}, {{"to", kI32}});
    m.node("Slice", {"shape32", "s1", "s2"}, {"t"}).node("Slice", {"shape", "s0", "s1"}, {"n"});
    m.node("Expand", {"t", "n"}, {"lengths"}).integers("units", {kHidden}).integers("any", {-1});
    m.node("Transpose", {"x"}, {"xt"}, {{"perm", List{1, 0, 2}}});
    m.node("LSTM", {"xt", "W", "R", "B", "lengths"}, {"y", "yh"}, {{"hidden_size", kHidden}});
    m.node("Concat", {"n", "any", "units"}, {"target"}, {{"axis", 0}}).node("Squeeze", {"y", "s1"}, {"ys"});
    m.node("Transpose", {"ys"}, {"yt"}, {{"perm", List{1, 0, 2}}}).node("Reshape", {"yt", "target"}, {"out"});
    m.output("out").output("yh");
    CHECK(sweep(m, kShortTimeAndBatch).compared == 18);
    const Conversion ranged = convert(m.save(), kShortTimeAndBatch);
    CHECK(ranged.graph.nodes[0].inputs[4] == kNone);
}

TEST_CASE("lengths that are constant, or shorter than the time by one, follow it or are refused at the same lengths") {
    ModelBuilder m;
    m.input("x", {"time", 2, 4});
    add_weights(m, "LSTM", 2);
    *m.graph().add_initializer() = [] {
        onnx::TensorProto lengths = integer_proto("lengths", {2}, {});
        lengths.set_data_type(onnx::TensorProto::INT32);
        lengths.add_int32_data(3);
        lengths.add_int32_data(2);
        return lengths;
    }();
    m.node("LSTM", {"x", "W", "R", "B", "lengths"}, {"y", "yh"},
           {{"hidden_size", kHidden}, {"direction", std::string("bidirectional")}});
    m.output("y").output("yh");
    const Sweep constant = sweep(m, with_dims({{"time", {1, 6}}}));
    CHECK(constant.compared == 4);
    CHECK(constant.refused == 2);

    ModelBuilder n;
    n.input("x", {"time", "batch", 4}).integers("s0", {0}).integers("s1", {1}).integers("s2", {2}).integers("one", {1});
    add_weights(n, "LSTM", 1);
    n.node("Shape", {"x"}, {"shape"}).node("Slice", {"shape", "s0", "s1"}, {"t"}).node("Sub", {"t", "one"}, {"less"});
    n.node("Slice", {"shape", "s1", "s2"}, {"n"}).node("Expand", {"less", "n"}, {"lengths64"});
    n.node("Cast", {"lengths64"}, {"lengths"}, {{"to", kI32}});
    n.node("LSTM", {"x", "W", "R", "B", "lengths"}, {"y", "yh"}, {{"hidden_size", kHidden}}).output("y").output("yh");
    CHECK(sweep(n, kShortTimeAndBatch).compared == 18);
}

TEST_CASE("a symbolic time goes with states that live in the session") {
    ModelBuilder m;
    m.input("x", {"time", 2, 4}).input("h0", {1, 2, kHidden}).input("c0", {1, 2, kHidden});
    add_weights(m, "LSTM", 1);
    m.node("LSTM", {"x", "W", "R", "B", "", "h0", "c0"}, {"y", "h1", "c1"}, {{"hidden_size", kHidden}});
    m.output("y").output("h1").output("c1");
    ConvertOptions named = with_dims({{"time", {1, 6}}});
    named.states = {{"h1", "h0"}, {"c1", "c0"}};
    CHECK(sweep(m, named).compared == 6);
    ConvertOptions found = with_dims({{"time", {1, 6}}});
    found.stateful = true;
    CHECK(sweep(m, found).compared == 6);
    CHECK(convert(m.save(), found).graph.states.size() == 2);
}

TEST_CASE("a symbolic batch does not go with states that live in the session, and the message says what to do") {
    ModelBuilder m;
    m.input("x", {"time", "batch", 4}).input("h0", {1, "batch", kHidden});
    add_weights(m, "GRU", 1);
    m.node("GRU", {"x", "W", "R", "B", "", "h0"}, {"y", "h1"}, {{"hidden_size", kHidden}}).output("y").output("h1");
    ConvertOptions options = kShortTimeAndBatch;
    options.stateful = true;
    const std::string found = refusal([&] { convert(m.save(), options); });
    CHECK(has(found, "--stateful needs a batch of one size, and it is batch"));
    CHECK(has(found, "bind it with --dim batch=N"));
    options.stateful = false;
    options.states = {{"h1", "h0"}};
    const std::string named = refusal([&] { convert(m.save(), options); });
    CHECK(has(named, "--state h1=h0: input 'h0' has the shape [1, batch, 5]"));
    CHECK(has(named, "bind it with --dim batch=N"));
}

TEST_CASE("initial states with a batch of another name are refused with the way to make it one") {
    ModelBuilder m;
    m.input("x", {"time", "batch", 4}).input("h0", {1, "rows", kHidden});
    add_weights(m, "GRU", 1);
    m.node("GRU", {"x", "W", "R", "B", "", "h0"}, {"y", "h1"}, {{"hidden_size", kHidden}}).output("y").output("h1");
    ConvertOptions options = kShortTimeAndBatch;
    options.dims.emplace("rows", DimRange(1, 3));
    const std::string text = refusal([&] { convert(m.save(), options); });
    CHECK(has(text, "initial_h has shape [1, rows, 5], but X, R and the attributes ask for [1, batch, 5]"));
    CHECK(has(text, "or make them one with --dim batch=rows"));
    options.dims.erase("rows");
    options.same_dims = {{"rows", "batch"}};
    CHECK(sweep(m, options).compared == 18);
}

TEST_CASE("an input of symbolic shape can be frozen to one number") {
    ModelBuilder m;
    m.input("x", {"time", "batch", 4}).input("h0", {1, "batch", kHidden});
    add_weights(m, "GRU", 1);
    m.node("GRU", {"x", "W", "R", "B", "", "h0"}, {"y", "h1"}, {{"hidden_size", kHidden}}).output("y").output("h1");
    for (const double value : {0.0, 0.5}) {
        ConvertOptions options = kShortTimeAndBatch;
        options.fixed_inputs.emplace("h0", Tensor::of({}, {value}));
        CHECK(sweep(m, options).compared == 18);
    }
}

}  // namespace tidegate::symbolic_recurrent_test
