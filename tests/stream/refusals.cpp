// SPDX-License-Identifier: MIT
// What cannot be streamed is refused by name, all of it at once.
#include "streams.h"

namespace tidegate::test {
namespace {

std::string refused_stream(const ModelBuilder& model, const std::string& axis = "time", std::int64_t steps = 1,
                           ConvertOptions options = {}) {
    return refusal([&] { convert(model.save("stream.onnx"), streamed(axis, steps, std::move(options))); });
}

ModelBuilder of_features() {
    ModelBuilder model;
    model.input("x", {1, "time", 4});
    return model;
}

ModelBuilder& gru(ModelBuilder& model, const std::string& direction, const std::string& lengths = "") {
    const int directions = direction == "bidirectional" ? 2 : 1;
    model.weights("W", {directions, 12, 4}).weights("R", {directions, 12, 4});
    model.node("Transpose", {"x"}, {"t"}, {{"perm", std::vector<std::int64_t>{1, 0, 2}}});
    return model.node("GRU", {"t", "W", "R", "", lengths}, {"Y", "last"},
                      {{"hidden_size", std::int64_t{4}}, {"direction", direction}}, "the_gru");
}

}  // namespace

TEST_CASE("what needs the end of the sequence is refused by name") {
    ModelBuilder reverse = of_features(), both = of_features(), lengths = of_features();
    CHECK(has(refused_stream(gru(reverse, "reverse").output("Y")), "node 'the_gru' (GRU): it is reverse"));
    CHECK(has(refused_stream(gru(both, "bidirectional").output("Y")), "node 'the_gru' (GRU): it is bidirectional"));
    lengths.input("n", {1}, onnx::TensorProto::INT32);
    CHECK(has(refused_stream(gru(lengths, "forward", "n").output("Y")), "sequence_lens"));

    ModelBuilder mean = of_features(), soft = of_features(), top = of_features(), pool = of_features();
    mean.node("ReduceMean", {"x"}, {"y"}, {{"axes", std::vector<std::int64_t>{1}}}, "over_time").output("y");
    CHECK(has(refused_stream(mean), "node 'over_time' (ReduceMean): it reduces all of 'time'"));
    soft.node("Softmax", {"x"}, {"y"}, {{"axis", std::int64_t{1}}}, "weights_of_time").output("y");
    CHECK(has(refused_stream(soft), "node 'weights_of_time' (Softmax): it normalizes over all of 'time'"));
    top.node("ArgMax", {"x"}, {"y"}, {{"axis", std::int64_t{1}}}, "when").output("y", onnx::TensorProto::INT64);
    CHECK(has(refused_stream(top), "node 'when' (ArgMax)"));
    pool.node("Transpose", {"x"}, {"t"}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}});
    pool.node("GlobalAveragePool", {"t"}, {"y"}, {}, "average").output("y");
    CHECK(has(refused_stream(pool), "node 'average' (GlobalAveragePool): it is one window over all of 'time'"));
}

TEST_CASE("an output that is the number of steps is refused by name") {
    ModelBuilder model = of_features();
    model.node("Relu", {"x"}, {"y"})
        .output("y")
        .node("Shape", {"x"}, {"shape"})
        .output("shape", onnx::TensorProto::INT64);
    CHECK(has(refused_stream(model), "output 'shape' follows from the number of steps of 'time'"));
}

TEST_CASE("attention over time, and what all of it comes to given back to each step, are refused") {
    ModelBuilder model = of_features();
    model.node("Transpose", {"x"}, {"t"}, {{"perm", std::vector<std::int64_t>{0, 2, 1}}});
    model.node("MatMul", {"x", "t"}, {"pairs"}, {}, "pairs_of_steps").node("Softmax", {"pairs"}, {"weights"});
    model.node("MatMul", {"weights", "x"}, {"y"}).output("y");
    CHECK(has(refused_stream(model), "node 'pairs_of_steps' (MatMul): it multiplies every step of 'time'"));

    ModelBuilder repeat = of_features();
    gru(repeat, "forward");
    repeat.node("Add", {"t", "last"}, {"y"}, {}, "with_the_end").output("y");
    CHECK(has(refused_stream(repeat), "node 'with_the_end' (Add): it combines what all of 'time' comes to"));
}

TEST_CASE("a window that looks ahead is refused with the number of steps, unless they are cut off") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"}).weights("w", {2, 3, 5});
    model.node("Conv", {"x", "w"}, {"y"}, {{"pads", std::vector<std::int64_t>{2, 2}}}, "centered").output("y");
    const std::string said = refused_stream(model);
    CHECK(has(said, "node 'centered' (Conv): output 'y' would need 2 later steps"));
    CHECK(has(said, "pad in front"));
}

TEST_CASE("steps by their number from the front, and turned round, are refused") {
    struct Picked {
        std::int64_t start, end, step;
        const char* what;
    };
    for (const Picked& picked :
         {Picked{0, 1, 1, "by their number"}, Picked{2, 5, 1, "by their number"},
          Picked{-1, -1000000, -1, "turns 'time' round"}, Picked{0, 1000000000, 2, "only some of the steps"}}) {
        const std::string what = picked.what;
        ModelBuilder model = of_features();
        model.integers("s", {picked.start}).integers("e", {picked.end}).integers("a", {1}).integers("k", {picked.step});
        model.node("Slice", {"x", "s", "e", "a", "k"}, {"y"}, {}, "picked").output("y");
        CAPTURE(what);
        CHECK(has(refused_stream(model), "node 'picked' (Slice)"));
        CHECK(has(refused_stream(model), what));
    }
}

TEST_CASE("the number of steps is nothing that a stream knows") {
    ModelBuilder model = of_features();
    *model.graph().add_initializer() = integer_proto("one", {}, {1});
    model.node("Shape", {"x"}, {"shape"}).node("Gather", {"shape", "one"}, {"length"});
    model.node("Cast", {"length"}, {"count"}, {{"to", std::int64_t{1}}}).node("Div", {"x", "count"}, {"y"}).output("y");
    CHECK(has(refused_stream(model), "number of steps"));
}

TEST_CASE("all refusals come at once") {
    ModelBuilder model = of_features();
    gru(model, "reverse");
    model.node("Softmax", {"x"}, {"s"}, {{"axis", std::int64_t{1}}}, "soft");
    model.node("ReduceSum", {"s"}, {"sum"}, {}, "sum_of_all");
    model.output("Y").output("sum");
    const std::string said = refused_stream(model);
    CHECK(has(said, "3 problems"));
    CHECK(has(said, "the_gru"));
    CHECK(has(said, "'soft'"));
    CHECK(has(said, "sum_of_all"));
}

TEST_CASE("--stream wants an axis of the model that nothing else binds") {
    ModelBuilder model = of_features();
    model.node("Relu", {"x"}, {"y"}).output("y");
    const std::string unknown = refused_stream(model, "tiem");
    CHECK(has(unknown, "--stream tiem: the model has no such dimension"));
    CHECK(has(unknown, "symbols: 'time'"));
    CHECK(has(refused_stream(model, "time", 1, with_dims({{"time", 8}})), "--dim binds the same dimension"));
    CHECK(refused_stream(model, "x:1").empty());
    CHECK(
        has(refused_stream(ModelBuilder(model).input("z", {"time", "time"}).node("Add", {"z", "z"}, {"w"}).output("w")),
            "input 'z' has two axes 'time'"));
}

TEST_CASE("a decoder that starts where an encoder ended is refused") {
    ModelBuilder model = of_features();
    gru(model, "forward");
    model.input("target", {"time", 1, 4}).weights("V", {1, 12, 4});
    model.node("GRU", {"target", "V", "R", "", "", "last"}, {"Z"}, {{"hidden_size", std::int64_t{4}}}, "decoder");
    CHECK(has(refused_stream(model.output("Z")), "node 'decoder' (GRU)"));
}

}  // namespace tidegate::test
