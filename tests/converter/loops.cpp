// SPDX-License-Identifier: MIT
// Loop and Scan as ONNX models: what they compute, how often they run, what is refused.
#include <cmath>

#include "lower_support.h"
#include "symbolic_support.h"

namespace tidegate::loops_test {
namespace {

using namespace test;

constexpr int kBool = onnx::TensorProto::BOOL;
using Axes = std::vector<std::int64_t>;

/// h' = tanh(x w + h / 2) of rows of 2; the results are h' and x w.
onnx::GraphProto cell() {
    ModelBuilder body;
    body.input("h", {}).input("x_t", {});
    body.floats("half", {}, {0.5F});
    body.node("MatMul", {"x_t", "w"}, {"drive"}).node("Mul", {"h", "half"}, {"faded"});
    body.node("Add", {"drive", "faded"}, {"sum"}).node("Tanh", {"sum"}, {"next"}, {}, "squash");
    body.node("Identity", {"next"}, {"shown"});
    body.output("next").output("shown").output("drive");
    return body.graph();
}

/// x [2, time, 3] along axis 1, results along the last axis and along the first from the back.
ModelBuilder scan(const ModelBuilder::Extent& time, std::int64_t backwards = 0) {
    ModelBuilder m;
    m.input("x", {2, time, 3}).input("start", {2, 2}).weights("w", {3, 2});
    m.node("Scan", {"start", "x"}, {"last", "all", "drives"},
           {{"body", cell()},
            {"num_scan_inputs", 1},
            {"scan_input_axes", Axes{1}},
            {"scan_input_directions", Axes{backwards}},
            {"scan_output_axes", Axes{-1, 0}},
            {"scan_output_directions", Axes{0, 1}}},
           "scan");
    return m.output("last").output("all").output("drives");
}

/// A body that goes on while `condition` of i, c and h says so, and adds x to h; it shows h.
ModelBuilder adding_body() {
    ModelBuilder body;
    body.input("i", {}, kI64).input("c", {}, kBool).input("h", {});
    *body.graph().add_initializer() = integer_proto("one", {}, {1});
    body.node("Add", {"h", "x"}, {"next"});
    return body;
}

/// y, all = Loop(most, true, x) of a body with these nodes for its condition `goes_on`.
struct Counted {
    ModelBuilder body = adding_body();
    ModelBuilder model;
    std::string most, condition;

    Counted() {
        model.input("x", {"n", 2});
        *model.graph().add_initializer() = integer_proto("five", {}, {5});
        *model.graph().add_initializer() = integer_proto("zero", {}, {0});
        *model.graph().add_initializer() = integer_proto("endless", {}, {INT64_MAX});
        model.node("Shape", {"x"}, {"dims"}).node("Gather", {"dims", "zero"}, {"n"});
    }
    ModelBuilder& finish(bool stacks = true) {
        body.output("goes_on", kBool).output("next");
        if (stacks) { body.output("next"); }
        std::vector<std::string> outputs = {"y"};
        if (stacks) { outputs.push_back("all"); }
        model.node("Loop", {most, condition, "x"}, outputs, {{"body", body.graph()}}, "loop");
        model.output("y");
        if (stacks) { model.output("all"); }
        return model;
    }
};

std::string trips_of(const Graph& graph) {
    for (const Node& node : graph.nodes) {
        if (const auto* loop = std::get_if<LoopBegin>(&node.op)) { return to_text(loop->trips.value()); }
    }
    return "no loop";
}

/// The file's outputs against the reference's, for random inputs, twice.
void check_against_reference(const ModelBuilder& model, const ConvertOptions& options = {}) {
    const Conversion conversion = convert(model.save(), options);
    ModelRunner runner(conversion.file);
    Random random(3);
    for (int run = 0; run < 2; ++run) {
        const std::vector<Tensor> inputs = inputs_for(conversion.graph, random);
        std::vector<Tensor> states;
        const std::vector<Tensor> expected = evaluate(conversion.graph, inputs, states);
        const std::vector<Tensor> computed = runner.run(inputs);
        REQUIRE(computed.size() == expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i) {
            CAPTURE(i);
            CHECK(computed[i].dims == expected[i].dims);
            CHECK(distance(computed[i], expected[i]) < 1e-5);
        }
    }
}

}  // namespace

TEST_CASE("a Scan walks and stacks along any axis, in both directions") {
    for (const std::int64_t backwards : {0, 1}) {
        CAPTURE(backwards);
        const Conversion conversion = convert(scan(4, backwards).save(), {});
        const Tensor& w = *conversion.bound.constant(conversion.bound.nodes[1].inputs[1]);
        Random random(8);
        const Tensor x = random.tensor({2, 4, 3});
        const Tensor start = random.tensor({2, 2});
        const std::vector<Tensor> y = ModelRunner(conversion.file).run({x, start});
        for (std::int64_t row = 0; row < 2; ++row) {
            for (std::int64_t unit = 0; unit < 2; ++unit) {
                double h = start.reals[static_cast<std::size_t>(row * 2 + unit)];
                for (std::int64_t i = 0; i < 4; ++i) {
                    const std::int64_t t = backwards != 0 ? 3 - i : i;
                    double drive = 0;
                    for (std::int64_t k = 0; k < 3; ++k) {
                        drive += x.reals[static_cast<std::size_t>((row * 4 + t) * 3 + k)] *
                                 w.reals[static_cast<std::size_t>(k * 2 + unit)];
                    }
                    h = std::tanh(drive + h / 2);
                    const auto at = static_cast<std::size_t>(row * 2 + unit);
                    CHECK(y[1].reals[at * 4 + static_cast<std::size_t>(i)] == doctest::Approx(h).epsilon(1e-5));
                    CHECK(y[2].reals[static_cast<std::size_t>(3 - i) * 4 + at] == doctest::Approx(drive).epsilon(1e-5));
                }
                CHECK(y[0].reals[static_cast<std::size_t>(row * 2 + unit)] == doctest::Approx(h).epsilon(1e-5));
            }
        }
    }
}

TEST_CASE("a Scan over a changing time gives the bits of one length at every length") {
    CHECK(sweep(scan("time"), with_dims({{"time", {1, 6}}})).compared == 6);
    CHECK(sweep(scan("time", 1), with_dims({{"time", {2, 5}}})).compared == 4);
}

TEST_CASE("a Scan of opset 8 has a batch axis of 1") {
    for (const int batch : {1, 2}) {
        ModelBuilder body(8);
        body.input("h", {}).input("x_t", {}).node("Add", {"h", "x_t"}, {"next"}).node("Neg", {"next"}, {"shown"});
        body.output("next").output("shown");
        ModelBuilder m(8);
        m.input("x", {batch, 4, 3}).input("start", {batch, 3});
        m.node("Scan", {"", "start", "x"}, {"last", "all"}, {{"body", body.graph()}, {"num_scan_inputs", 1}}, "scan");
        m.output("last").output("all");
        if (batch == 1) {
            check_against_reference(m);
        } else {
            CHECK(has(refusal([&] { convert(m.save(), {}); }), "node 'scan' (Squeeze)"));
        }
    }
}

TEST_CASE("how often a loop runs follows from its limit, and from counters that are compared") {
    const auto trips = [](auto change) {
        Counted loop;
        loop.most = "endless";
        change(loop);
        const Graph graph = loop.finish().simplified(with_dims({{"n", {3, 9}}}));
        return trips_of(graph);
    };
    const auto cond = [](Counted& loop, const char* op, const std::vector<std::string>& inputs) {
        loop.body.node(op, inputs, {"goes_on"});
    };
    CHECK(trips([&](Counted& l) { l.most = "five", cond(l, "Identity", {"c"}); }) == "5");
    CHECK(trips([&](Counted& l) { l.most = "n", cond(l, "Identity", {"c"}); }) == "n");
    CHECK(trips([&](Counted& l) { cond(l, "Less", {"i", "five"}); }) == "6");
    CHECK(trips([&](Counted& l) { cond(l, "LessOrEqual", {"i", "n"}); }) == "n + 2");
    CHECK(trips([&](Counted& l) { l.most = "five", cond(l, "Less", {"i", "n"}); }) == "min(5, n + 1)");
    CHECK(trips([&](Counted& l) { l.most = "n", cond(l, "Less", {"i", "n"}); }) == "n");
    CHECK(trips([&](Counted& l) {
              l.body.node("Add", {"i", "one"}, {"j"}).node("Greater", {"n", "j"}, {"more"});
              l.body.node("And", {"c", "more"}, {"goes_on"});
          }) == "n");
    CHECK(trips([&](Counted& l) {  // n - 1 - i > 0
              l.body.node("Sub", {"n", "i"}, {"left"}).node("Sub", {"left", "one"}, {"then"});
              l.body.node("LessOrEqual", {"then", "zero"}, {"done"}).node("Not", {"done"}, {"goes_on"});
          }) == "n");
    CHECK(trips([&](Counted& l) {  // as tf2onnx compares
              l.body.node("Cast", {"i"}, {"a"}, {{"to", 1}}).node("Cast", {"five"}, {"b"}, {{"to", 1}});
              l.body.node("Add", {"a", "o"}, {"j"}).node("Less", {"j", "b"}, {"goes_on"}).floats("o", {}, {1});
          }) == "5");
}

TEST_CASE("a carried counter counts too; one that nothing else reads is not computed") {
    Counted loop;
    loop.most = "endless";
    loop.body.node("Less", {"i", "five"}, {"goes_on"});
    const Graph plain = loop.finish().simplified(with_dims({{"n", {3, 9}}}));
    CHECK(operators_of(plain) == "Loop Add LoopEnd");

    ModelBuilder body;
    body.input("i", {}, kI64).input("c", {}, kBool).input("k", {}, kI64).input("h", {});
    *body.graph().add_initializer() = integer_proto("two", {}, {2});
    body.node("Add", {"k", "two"}, {"k_next"}).node("Less", {"k_next", "n"}, {"goes_on"});
    body.node("Gather", {"x", "i"}, {"row"}).node("Add", {"h", "row"}, {"next"});
    body.output("goes_on", kBool).output("k_next", kI64).output("next");
    ModelBuilder m;
    m.input("x", {"n", 2}).input("start", {2});
    *m.graph().add_initializer() = integer_proto("zero", {}, {0});
    m.node("Shape", {"x"}, {"dims"}).node("Gather", {"dims", "zero"}, {"n"});
    m.node("Loop", {"", "", "zero", "start"}, {"k_last", "y"}, {{"body", body.graph()}}, "loop").output("y");
    const ConvertOptions lengths = with_dims({{"n", {1, 9}}});
    CHECK(trips_of(m.simplified(lengths)) == "((n - 1) // 2) + 1");
    CHECK(operators_of(m.simplified(lengths)) == "Loop Gather Add LoopEnd");  // nothing counts
    CHECK(sweep(m, lengths).compared == 9);
}

TEST_CASE("a loop of one trip is its body, one of none its initial values") {
    Counted once;
    *once.model.graph().add_initializer() = integer_proto("single", {}, {1});
    once.most = "single";
    once.body.node("Identity", {"c"}, {"goes_on"});
    CHECK(operators_of(once.finish().simplified(with_dims({{"n", {3, 9}}}))) == "Add Reshape");
    Counted never;
    never.most = "zero";
    never.body.node("Identity", {"c"}, {"goes_on"});
    never.model.node("Neg", {"y"}, {"z"}).output("z");
    const Graph graph = never.finish(false).simplified(with_dims({{"n", {3, 9}}}));
    CHECK(operators_of(graph) == "Neg");
}

TEST_CASE("a condition on data ends a loop whose limit is known") {
    // h doubles while its sum is below 100, at most 8 times.
    ModelBuilder body;
    body.input("i", {}, kI64).input("c", {}, kBool).input("h", {});
    body.floats("limit", {1}, {100}).floats("ones", {3, 1}, {1, 1, 1});
    body.node("Add", {"h", "h"}, {"next"}).node("MatMul", {"next", "ones"}, {"sum"});
    body.node("Less", {"sum", "limit"}, {"below"}).node("Squeeze", {"below"}, {"goes_on"});
    body.output("goes_on", kBool).output("next");
    ModelBuilder m;
    m.input("x", {1, 3});
    *m.graph().add_initializer() = integer_proto("eight", {}, {8});
    m.node("Loop", {"eight", "", "x"}, {"y"}, {{"body", body.graph()}}, "loop").output("y");
    const Conversion conversion = convert(m.save(), {});
    ModelRunner runner(conversion.file);
    const auto last = [&](double first) { return runner.run({Tensor::of({1, 3}, {first, 0, 0})})[0].reals[0]; };
    CHECK(last(1) == 128);
    CHECK(last(60) == 120);
    CHECK(last(0.125) == 32);  // eight times
    CHECK(last(1) == 128);
    check_against_reference(m);
}

TEST_CASE("loops inside of loops follow changing lengths, and read what is around them") {
    ModelBuilder inner;
    inner.input("g", {}).input("cell_x", {});
    inner.node("Mul", {"g", "h"}, {"gh"}).node("Add", {"gh", "cell_x"}, {"g_next"}).output("g_next").output("g_next");
    ModelBuilder outer;
    outer.input("h", {}).input("row", {});
    outer.node("Scan", {"zero", "row"}, {"g_last", "gs"}, {{"body", inner.graph()}, {"num_scan_inputs", 1}}, "inner");
    outer.node("Sigmoid", {"g_last"}, {"h_next"}).output("h_next").output("gs");
    ModelBuilder m;
    m.input("x", {"time", "width", 2}).input("start", {2}).floats("zero", {2}, {0, 0});
    m.node("Scan", {"start", "x"}, {"last", "all"}, {{"body", outer.graph()}, {"num_scan_inputs", 1}}, "outer");
    m.output("last").output("all");
    CHECK(sweep(m, with_dims({{"time", {1, 4}}, {"width", {1, 3}}})).compared == 12);
    check_against_reference(m, with_dims({{"time", 3}, {"width", 4}}));
}

TEST_CASE("carried values may change places, and be what is stacked") {
    ModelBuilder body;
    body.input("a", {}).input("b", {}).input("x_t", {});
    body.node("Add", {"a", "x_t"}, {"sum"}).node("Identity", {"a"}, {"old"});
    body.output("b").output("sum").output("old").output("x_t");  // (a, b) -> (b, a + x)
    ModelBuilder m;
    m.input("x", {5, 2}).input("a0", {2}).input("b0", {2});
    m.node("Scan", {"a0", "b0", "x"}, {"a", "b", "as", "xs"}, {{"body", body.graph()}, {"num_scan_inputs", 1}}, "scan");
    m.output("a").output("b").output("as").output("xs");
    check_against_reference(m);
}

TEST_CASE("loops that cannot run in memory that is planned are refused by name") {
    const auto lengths = with_dims({{"n", {3, 9}}});
    Counted endless;
    endless.most = "endless";
    endless.body.node("Identity", {"c"}, {"goes_on"});
    CHECK(has(refusal([&] { endless.finish().simplified(lengths); }), "'loop' (LoopEnd): nothing limits how often"));
    Counted vast;
    vast.most = "n";
    vast.body.node("Identity", {"c"}, {"goes_on"});
    CHECK(has(refusal([&] {
                  vast.finish().simplified(with_dims({{"n", {3, 100'000'000}}}));
              }),
              "it may run 100000000 times, and at most 16777216 are supported"));

    Counted open;
    open.model.input("k", {}, kI64);
    open.most = "k";
    open.body.node("Identity", {"c"}, {"goes_on"});
    const std::string unknown = refusal([&] { open.finish().simplified(lengths); });
    CHECK(has(unknown, "how often it runs must be known before the run"));
    CHECK(has(unknown, "--fix-input k="));

    Counted data;
    data.most = "five";
    data.body.node("ReduceMax", {"next"}, {"top"}, {{"keepdims", 0}}).node("Less", {"top", "far"}, {"goes_on"});
    data.body.floats("far", {}, {9});
    CHECK(has(refusal([&] { data.finish().simplified(lengths); }), "it stacks results, and how many"));

    Counted growing;
    growing.most = "five";
    growing.body.node("Identity", {"c"}, {"goes_on"});
    growing.body.graph().mutable_node(0)->set_op_type("Concat");
    set(*growing.body.graph().mutable_node(0), "axis", 0);
    CHECK(has(refusal([&] { growing.finish(false).simplified(lengths); }), "what a loop carries must keep its type"));

    Counted sequence;
    sequence.most = "five";
    sequence.body.node("Identity", {"c"}, {"goes_on"});
    sequence.body.graph().mutable_input(2)->mutable_type()->mutable_sequence_type();
    CHECK(has(refusal([&] { sequence.finish().read(); }), "input 'h' is not a tensor"));

    Counted stateful;
    stateful.most = "five";
    stateful.body.node("Identity", {"c"}, {"goes_on"});
    ConvertOptions options = lengths;
    options.stateful = true;
    CHECK(
        has(refusal([&] { stateful.finish().simplified(options); }), "it carries values from run to run of its body"));
}

TEST_CASE("bodies with the wrong number of inputs or results are refused") {
    ModelBuilder m = scan(4);
    onnx::NodeProto& node = *m.graph().mutable_node(0);
    const auto with = [&](auto change) {
        ModelBuilder copy = m;
        change(*copy.graph().mutable_node(0));
        return refusal([&] { copy.read(); });
    };
    CHECK(has(with([](onnx::NodeProto& n) { n.mutable_attribute(1)->set_i(0); }), "num_scan_inputs does not fit"));
    CHECK(has(with([](onnx::NodeProto& n) { n.mutable_attribute(1)->set_i(3); }), "num_scan_inputs does not fit"));
    CHECK(has(with([](onnx::NodeProto& n) { n.add_input("w"); }), "another number of inputs"));
    CHECK(has(with([](onnx::NodeProto& n) { n.add_output("more"); }), "another number of outputs"));
    CHECK(has(with([](onnx::NodeProto& n) { n.mutable_attribute(2)->add_ints(1); }), "not one for each tensor"));
    CHECK(has(with([](onnx::NodeProto& n) { n.mutable_attribute(3)->set_ints(0, 2); }), "a direction is 0 or 1"));
    CHECK(has(with([](onnx::NodeProto& n) {
                  n.mutable_attribute()->RemoveLast();
                  n.mutable_attribute(0)->set_name("b");
              }),
              "attribute 'b' is not known"));
    CHECK(node.attribute_size() == 6);
    Counted loop;
    loop.most = "five";
    loop.body.node("Identity", {"c"}, {"goes_on"});
    ModelBuilder wrong = loop.finish();
    wrong.graph().mutable_node(2)->add_input("x");
    CHECK(has(refusal([&] { wrong.read(); }), "another number of inputs than iteration"));
}

}  // namespace tidegate::loops_test
