// SPDX-License-Identifier: MIT
// Sequences of tensors against the same models without them: a loop's list is what a Scan stacks, a list of known
// elements is a Concat.
#include "lower_support.h"
#include "symbolic_support.h"

namespace tidegate::sequences_test {
namespace {

using namespace test;

constexpr int kBool = onnx::TensorProto::BOOL;
using Extent = ModelBuilder::Extent;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

/// `next` = tanh(x_t w + h / 2), `row` = next with an axis of 1 in the middle.
void add_cell(ModelBuilder& body) {
    body.floats("half", {}, {0.5F}).integers("middle", {1});
    body.node("MatMul", {"x_t", "w"}, {"drive"}).node("Mul", {"h", "half"}, {"faded"});
    body.node("Add", {"drive", "faded"}, {"sum"}).node("Tanh", {"sum"}, {"next"});
    body.node("Unsqueeze", {"next", "middle"}, {"row"});
}

/// x [time, 2, 3], h0 [2, 2] and constants of one element.
ModelBuilder start(const Extent& time) {
    ModelBuilder m;
    m.input("x", {time, 2, 3}).input("h0", {2, 2}).weights("w", {3, 2});
    *m.graph().add_initializer() = integer_proto("zero", {}, {0});
    *m.graph().add_initializer() = integer_proto("one", {}, {1});
    *m.graph().add_initializer() = integer_proto("last", {}, {-1});
    m.node("SequenceEmpty", {}, {"none"});
    return m;
}

/// A body that adds `added` of the cell to its list.
ModelBuilder listing_body(const std::vector<std::string>& added) {
    ModelBuilder body;
    body.input("i", {}, kI64).input("c", {}, kBool).input("h", {2, 2}).input("list", {});
    body.graph().mutable_input(3)->mutable_type()->mutable_sequence_type();
    body.node("SequenceAt", {"slices", "i"}, {"x_t"});
    add_cell(body);
    std::vector<std::string> inputs = {"list"};
    inputs.insert(inputs.end(), added.begin(), added.end());
    body.node("SequenceInsert", inputs, {"longer"}, {}, "insert").node("Identity", {"c"}, {"goes_on"});
    return std::move(body.output("goes_on", kBool).output("next").output("longer"));
}

/// As PyTorch writes a scripted cell over the first axis: its list is `list`, the last state `h`.
ModelBuilder scripted(const Extent& time, const std::vector<std::string>& added, const std::string& initial = "none") {
    ModelBuilder m = start(time);
    m.node("SplitToSequence", {"x", "one"}, {"slices"}, {{"axis", 0}, {"keepdims", 0}});
    m.node("SequenceLength", {"slices"}, {"count"});
    const ModelBuilder body = listing_body(added);
    if (initial == "begun") { m.node("SequenceConstruct", {"h0"}, {"begun"}); }
    m.node("Loop", {"count", "", "h0", initial}, {"h", "list"}, {{"body", body.proto.graph()}}, "loop");
    return std::move(m.output("h"));
}

/// What the same cell gives as a Scan that stacks along `axis`.
ModelBuilder scanned(const Extent& time, std::int64_t axis, bool reverse) {
    ModelBuilder body;
    body.input("h", {2, 2}).input("x_t", {2, 3});
    add_cell(body);
    body.node("Identity", {"next"}, {"shown"}).output("next").output("shown");
    ModelBuilder m = start(time);
    m.node("Scan", {"h0", "x"}, {"h", "y"},
           {{"body", body.graph()},
            {"num_scan_inputs", 1},
            {"scan_output_axes", List{axis}},
            {"scan_output_directions", List{reverse ? 1 : 0}}});
    return std::move(m.output("h").output("y"));
}

std::vector<Tensor> run(const ModelBuilder& model) {
    const Conversion conversion = convert(model.save("sequence.onnx"), {});
    Random random(4);
    return ModelRunner(conversion.file).run(inputs_for(conversion.graph, random));
}

void check_same(const ModelBuilder& a, const ModelBuilder& b) {
    const std::vector<Tensor> first = run(a), second = run(b);
    REQUIRE(first.size() == second.size());
    for (std::size_t i = 0; i < first.size(); ++i) {
        CAPTURE(i);
        CHECK(first[i].dims == second[i].dims);
        CHECK(same_bits(first[i], second[i]));
    }
}

std::string fault(const ModelBuilder& model) {
    return refusal([&] { model.read(); });
}

}  // namespace

TEST_CASE("a list that a loop fills is what a Scan stacks, along any axis and in both directions") {
    for (const std::int64_t axis : {0, 1, 2, -1, -3}) {
        CAPTURE(axis);
        for (const bool front : {false, true}) {
            CAPTURE(front);
            ModelBuilder m = front ? scripted(4, {"next", "zero"}) : scripted(4, {"next"});
            m.node("ConcatFromSequence", {"list"}, {"y"}, {{"axis", axis}, {"new_axis", 1}}).output("y");
            check_same(m, scanned(4, axis, front));
        }
    }
}

TEST_CASE("elements joined along an axis of 1 of theirs are stacked there") {
    for (const std::int64_t axis : {1, -2}) {
        CAPTURE(axis);
        ModelBuilder m = scripted(5, {"row"});
        m.node("ConcatFromSequence", {"list"}, {"y"}, {{"axis", axis}}).output("y");
        check_same(m, scanned(5, 1, false));
    }
    ModelBuilder wide = scripted(5, {"row"});
    wide.node("ConcatFromSequence", {"list"}, {"y"}, {{"axis", 0}}).output("y");
    CHECK(has(refusal([&] { wide.simplified(); }), "ConcatFromSequence_"));
}

TEST_CASE("several readers of a loop's list, and a second loop over it") {
    ModelBuilder m = scripted(4, {"next"});
    m.node("ConcatFromSequence", {"list"}, {"y"}, {{"axis", 0}, {"new_axis", 1}}).output("y");
    m.node("SequenceAt", {"list", "last"}, {"final"}).output("final");
    m.node("SequenceLength", {"list"}, {"length"}).output("length", kI64);
    ModelBuilder body;
    body.input("i", {}, kI64).input("c", {}, kBool).input("sum", {2, 2});
    body.node("SequenceAt", {"list", "i"}, {"x_t"}).node("Add", {"sum", "x_t"}, {"more"});
    body.node("Identity", {"c"}, {"goes_on"}).output("goes_on", kBool).output("more");
    m.node("Loop", {"length", "", "h0"}, {"total"}, {{"body", body.graph()}}).output("total");
    const std::vector<Tensor> results = run(m);
    const Tensor &h = results[0], &y = results[1];
    CHECK(same_bits(results[2], h));
    CHECK(results[3].integers == List{4});
    Random random(4);
    const Conversion conversion = convert(m.save(), {});
    const std::vector<Tensor> inputs = inputs_for(conversion.graph, random);
    for (std::size_t i = 0; i < 4; ++i) {
        double sum = inputs[1].reals[i];
        for (std::size_t t = 0; t < 4; ++t) { sum += y.reals[t * 4 + i]; }
        CHECK(results[4].reals[i] == doctest::Approx(sum).epsilon(1e-6));
    }
}

TEST_CASE("a list that begins with elements keeps them on its side") {
    for (const bool front : {false, true}) {
        CAPTURE(front);
        ModelBuilder m = front ? scripted(3, {"next", "zero"}, "begun") : scripted(3, {"next"}, "begun");
        m.node("ConcatFromSequence", {"list"}, {"y"}, {{"axis", 0}, {"new_axis", 1}}).output("y");
        m.node("SequenceLength", {"list"}, {"length"}).output("length", kI64);
        ModelBuilder plain = scanned(3, 0, front);
        plain.graph().mutable_output()->RemoveLast();
        plain.integers("front", {0}).integers("four", {4}).node("Unsqueeze", {"h0", "front"}, {"first"});
        plain.node("Concat", front ? std::vector<std::string>{"y", "first"} : std::vector<std::string>{"first", "y"},
                   {"all"}, {{"axis", 0}});
        plain.node("ReduceSum", {"four"}, {"length"}, {{"keepdims", 0}}).output("all").output("length", kI64);
        check_same(m, plain);
    }
}

TEST_CASE("scripted cells follow a changing time") {
    ModelBuilder m = scripted("time", {"next"});
    m.node("ConcatFromSequence", {"list"}, {"y"}, {{"axis", 1}, {"new_axis", 1}}).output("y");
    CHECK(sweep(m, with_dims({{"time", {1, 6}}})).compared == 6);
}

TEST_CASE("lists of known elements") {
    ModelBuilder m = start(4);
    m.node("SplitToSequence", {"x"}, {"steps"}, {{"axis", 0}});  // of 1, which they keep
    m.node("SequenceAt", {"steps", "one"}, {"b"}).node("SequenceAt", {"steps", "last"}, {"d"});
    m.node("SequenceConstruct", {"d"}, {"only"}).node("SequenceInsert", {"only", "b", "zero"}, {"both"});
    m.node("SequenceInsert", {"both", "b"}, {"three"}).node("Identity", {"three"}, {"same"});
    m.node("SequenceErase", {"same", "one"}, {"two"}).node("SequenceErase", {"three"}, {"ends"});
    m.node("ConcatFromSequence", {"three"}, {"bdb"}, {{"axis", 0}});
    m.node("ConcatFromSequence", {"two"}, {"bb"}, {{"axis", -1}});
    m.node("ConcatFromSequence", {"ends"}, {"bd"}, {{"axis", 1}, {"new_axis", 1}});
    m.node("SequenceLength", {"two"}, {"count"}).node("ConcatFromSequence", {"steps"}, {"whole"}, {{"axis", 0}});
    m.output("bdb").output("bb").output("bd").output("count", kI64).output("whole");

    ModelBuilder plain = start(4);
    plain.integers("at1", {1}).integers("at3", {3}).integers("front", {0}).integers("two", {2});
    plain.node("Gather", {"x", "at1"}, {"b"}).node("Gather", {"x", "at3"}, {"d"});
    plain.node("Concat", {"b", "d", "b"}, {"bdb"}, {{"axis", 0}}).node("Concat", {"b", "b"}, {"bb"}, {{"axis", 2}});
    plain.node("Unsqueeze", {"b", "at1"}, {"b1"}).node("Unsqueeze", {"d", "at1"}, {"d1"});
    plain.node("Concat", {"b1", "d1"}, {"bd"}, {{"axis", 1}}).node("Identity", {"x"}, {"whole"});
    plain.node("ReduceSum", {"two"}, {"count"}, {{"keepdims", 0}});
    plain.output("bdb").output("bb").output("bd").output("count", kI64).output("whole");
    check_same(m, plain);
}

TEST_CASE("parts of a split: by a list of sizes, by one size") {
    ModelBuilder m = start(5);
    m.integers("sizes", {2, 3});
    *m.graph().add_initializer() = integer_proto("two", {}, {2});
    m.node("SplitToSequence", {"x", "sizes"}, {"parts"}).node("SequenceAt", {"parts", "last"}, {"tail"});
    m.node("SplitToSequence", {"x", "two"}, {"pairs"}).node("SequenceAt", {"pairs", "two"}, {"rest"});
    m.output("tail").output("rest");
    ModelBuilder plain = start(5);
    plain.integers("two", {2}).integers("four", {4}).integers("five", {5}).integers("front", {0});
    plain.node("Slice", {"x", "two", "five", "front"}, {"tail"})
        .node("Slice", {"x", "four", "five", "front"}, {"rest"});
    check_same(m, plain.output("tail").output("rest"));
}

TEST_CASE("what a sequence would need at run time is refused by node") {
    ModelBuilder twice = scripted(4, {"next"});
    onnx::GraphProto& body = *twice.graph().mutable_node(3)->mutable_attribute(0)->mutable_g();
    for (onnx::NodeProto& node : *body.mutable_node()) {
        if (node.op_type() == "SequenceInsert") { node.set_output(0, "once"); }
    }
    onnx::NodeProto& again = *body.add_node();
    again.set_op_type("SequenceInsert");
    for (const char* input : {"once", "next"}) { again.add_input(input); }
    again.add_output("longer");
    CHECK(has(fault(twice), "its loop adds more than one element in a trip"));

    CHECK(has(fault(scripted(4, {"next", "one"})), "node 'insert' (SequenceInsert): it inserts in the middle"));

    ModelBuilder inside = scripted(4, {"next"});
    for (onnx::NodeProto& node : *inside.graph().mutable_node(3)->mutable_attribute(0)->mutable_g()->mutable_node()) {
        if (node.op_type() == "SequenceAt") { node.set_input(0, "list"); }
    }
    CHECK(has(fault(inside), "it reads a sequence that its loop still adds to"));

    const auto with = [](const std::string& op, const std::vector<std::string>& inputs, const Attributes& attributes) {
        ModelBuilder m = scripted(4, {"next"});
        m.node("SplitToSequence", {"x", "one"}, {"kept"}, {{"axis", 1}}).node(op, inputs, {"y"}, attributes, "it");
        return fault(m.output("y"));
    };
    CHECK(has(with("Add", {"list", "x"}, {}), "node 'it' (Add): it reads 'list', a sequence of tensors"));
    CHECK(has(with("ConcatFromSequence", {"none"}, {{"axis", 0}}), "its sequence is empty"));
    CHECK(has(with("ConcatFromSequence", {"x"}, {{"axis", 0}}), "its sequence is made by no operator that is read"));
    CHECK(has(with("ConcatFromSequence", {"slices"}, {{"axis", 1}, {"new_axis", 1}}), "slices along another axis"));
    CHECK(has(with("ConcatFromSequence", {"kept"}, {{"axis", 1}, {"new_axis", 1}}), "slices along another axis"));
    CHECK(has(with("SequenceAt", {"none", "zero"}, {}), "position 0 is outside a sequence of 0"));
    CHECK(has(with("SequenceErase", {"list"}, {}), "what a loop or a split made"));
    CHECK(has(with("SequenceMap", {"list"}, {}), "this operator of sequences is not supported"));
    CHECK(has(with("SplitToSequence", {"x", "h0"}, {}), "the sizes of the parts must be constant"));
    CHECK(has(with("Loop", {"list", "", "h0"}, {{"body", listing_body({"next"}).graph()}}), "node 'it' (Loop)"));
}

TEST_CASE("branches neither give nor read sequences") {
    ModelBuilder branch;
    branch.node("SequenceAt", {"list", "zero"}, {"first"}).output("first");
    ModelBuilder m = scripted(4, {"next"});
    m.input("which", {}, kBool);
    m.node("If", {"which"}, {"y"}, {{"then_branch", branch.graph()}, {"else_branch", branch.graph()}}, "it");
    CHECK(has(fault(m.output("y")), "node 'it' (If): it reads 'list', a sequence of tensors"));

    ModelBuilder given;
    given.node("SequenceEmpty", {}, {"nothing"}).output("nothing");
    ModelBuilder n = scripted(4, {"next"});
    n.input("which", {}, kBool);
    n.node("If", {"which"}, {"y"}, {{"then_branch", given.graph()}, {"else_branch", given.graph()}}, "it");
    n.node("SequenceLength", {"y"}, {"z"}).output("z", kI64);
    CHECK(has(fault(n), "node 'it' (If): a branch gives a sequence of tensors"));
}

TEST_CASE("an output that is declared as a tensor but is a sequence is refused by name") {
    ModelBuilder m = scripted(4, {"next"});
    m.node("ConcatFromSequence", {"list"}, {"y"}, {{"axis", 0}}).output("y").output("list");
    CHECK(has(fault(m), "output 'list' is a sequence of tensors"));
}

TEST_CASE("lists of lists take no more room than a bound") {
    ModelBuilder m = start(4);
    std::vector<std::string> elements(2000, "h0");
    m.node("SequenceConstruct", elements, {"s0"});
    for (int i = 0; i < 600; ++i) {
        m.node("SequenceInsert", {"s" + std::to_string(i), "h0"}, {"s" + std::to_string(i + 1)});
    }
    m.node("SequenceLength", {"s600"}, {"y"}).output("y", kI64);
    CHECK(has(fault(m), "sequences hold more than 1000000 elements together"));
}

}  // namespace tidegate::sequences_test
