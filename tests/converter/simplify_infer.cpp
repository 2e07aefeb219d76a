// SPDX-License-Identifier: MIT
// Shapes: what follows from them, and what is refused with node, shapes and remedy.
#include <doctest/doctest.h>

#include "converter/onnx_builder.h"

namespace tidegate::simplify_infer_test {
namespace {

using test::AttributeValue;
using test::has;
using test::ModelBuilder;
using test::refusal;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;
using List = std::vector<std::int64_t>;

/// x of the given shape, a list "list", and one node on them; the list may be frozen by nobody: it is an initializer.
struct Case {
    std::string op;
    std::vector<ModelBuilder::Extent> x;
    List list;
    Attributes attributes = {};
    std::int64_t opset = 17;
};

ModelBuilder model_of(const Case& c, bool uses_list) {
    ModelBuilder model(c.opset);
    model.input("x", c.x).output("y").integers("list", c.list);
    std::vector<std::string> inputs = {"x"};
    if (uses_list) { inputs.push_back("list"); }
    model.node(c.op, inputs, {"y"}, c.attributes, "it");
    return model;
}

Extents dims_of(const Case& c, bool uses_list = true) {
    const Graph graph = model_of(c, uses_list).simplified();
    return *graph.values[static_cast<std::size_t>(graph.outputs[0].value)].dims;
}

std::string fault(const Case& c, bool uses_list = true) {
    return refusal([&] { model_of(c, uses_list).simplified(); });
}

Extents slice_dims(const List& starts, const List& ends, const List& axes, const List& steps) {
    ModelBuilder model;
    model.input("x", {5, 6})
        .output("y")
        .integers("s", starts)
        .integers("e", ends)
        .integers("a", axes)
        .integers("t", steps);
    model.node("Slice", {"x", "s", "e", "a", "t"}, {"y"});
    const Graph graph = model.simplified();
    return *graph.values[static_cast<std::size_t>(graph.outputs[0].value)].dims;
}

std::string two_inputs_fault(const std::string& op, const std::vector<ModelBuilder::Extent>& a,
                             const std::vector<ModelBuilder::Extent>& b, const Attributes& attributes = {}) {
    ModelBuilder model;
    model.input("a", a).input("b", b).output("y").node(op, {"a", "b"}, {"y"}, attributes, "it");
    return refusal([&] { model.simplified(); });
}

}  // namespace

TEST_CASE("Reshape: zeros copy, one -1 takes the rest, allowzero means it") {
    CHECK(dims_of({"Reshape", {2, 3, 4}, {0, -1}}) == Dims{2, 12});
    CHECK(dims_of({"Reshape", {2, 3, 4}, {4, 0, 2}}) == Dims{4, 3, 2});
    CHECK(dims_of({"Reshape", {2, 3, 4}, {24}}) == Dims{24});
    CHECK(has(fault({"Reshape", {2, 3, 4}, {5, -1}}), "node 'it' (Reshape): shape [2, 3, 4] cannot become [5, -1]"));
    CHECK(has(fault({"Reshape", {2, 3, 4}, {-1, -1}}), "more than one -1"));
    CHECK(has(fault({"Reshape", {2, 3, 4}, {-2, 12}}), "cannot become"));
    CHECK(has(fault({"Reshape", {2, 12}, {2, 12, 0}}), "0 copies an axis that is not there"));
    CHECK(has(fault({"Reshape", {2, 3}, {0, 6}, {{"allowzero", 1}}}), "cannot become"));
    CHECK(has(fault({"Reshape", {2, 3, 4}, {std::int64_t{1} << 62, 4}}), "2^40"));
}

TEST_CASE("Squeeze, Unsqueeze, Flatten and Transpose count axes from both ends and refuse those outside") {
    CHECK(dims_of({"Squeeze", {1, 3, 1}, {-1}}) == Dims{1, 3});
    CHECK(dims_of({"Squeeze", {1, 3, 1}, {}}, false) == Dims{3});
    CHECK(has(fault({"Squeeze", {1, 3, 1}, {1}}), "axis 1 of [1, 3, 1] is not 1"));
    CHECK(has(fault({"Squeeze", {1, 3, 1}, {3}}), "axis 3 is outside rank 3"));
    CHECK(has(fault({"Squeeze", {1, 3, 1}, {0, -3}}), "is named twice"));
    CHECK(dims_of({"Unsqueeze", {2, 3}, {0, -1}}) == Dims{1, 2, 3, 1});
    CHECK(has(fault({"Unsqueeze", {2, 3}, {3}}), "axis 3 is outside rank 3"));
    CHECK(dims_of({"Flatten", {2, 3, 4}, {}, {{"axis", 3}}}, false) == Dims{24, 1});
    CHECK(dims_of({"Flatten", {2, 3, 4}, {}, {{"axis", -1}}}, false) == Dims{6, 4});
    CHECK(has(fault({"Flatten", {2, 3, 4}, {}, {{"axis", 4}}}, false), "axis 4 is outside rank 3"));
    CHECK(has(fault({"Flatten", {2, 3, 4}, {}, {{"axis", -1}}, 9}, false), "a negative axis exists from opset 11 on"));
    CHECK(dims_of({"Transpose", {2, 3, 4}, {}}, false) == Dims{4, 3, 2});
    CHECK(has(fault({"Transpose", {2, 3, 4}, {}, {{"perm", List{0, 1}}}}, false), "perm has 2 axes for rank 3"));
    CHECK(has(fault({"Transpose", {2, 3, 4}, {}, {{"perm", List{0, 1, 1}}}}, false), "is named twice"));
}

TEST_CASE("Slice clamps, counts from the end and walks backwards as ONNX says") {
    CHECK(slice_dims({1}, {3}, {0}, {1}) == Dims{2, 6});
    CHECK(slice_dims({-3}, {INT64_MAX}, {1}, {1}) == Dims{5, 3});
    CHECK(slice_dims({-100}, {100}, {0}, {2}) == Dims{3, 6});
    CHECK(slice_dims({-1}, {INT64_MIN}, {0}, {-1}) == Dims{5, 6});
    CHECK(slice_dims({100}, {0}, {1}, {-2}) == Dims{5, 3});
    CHECK(slice_dims({1, 2}, {4, 5}, {1, 0}, {1, 1}) == Dims{3, 3});
    CHECK(has(refusal([] { slice_dims({0}, {1}, {0}, {0}); }), "node 'Slice_0' (Slice)"));
    CHECK(has(refusal([] { slice_dims({0}, {1}, {2}, {1}); }), "axis 2 is outside rank 2"));
    CHECK(has(refusal([] { slice_dims({0, 0}, {1}, {0}, {1}); }), "node 'Slice_0' (Slice)"));
    CHECK(has(refusal([] { slice_dims({3}, {3}, {0}, {1}); }), "its result f32[0, 6] has no elements"));
}

TEST_CASE("Split: equal parts, given sizes, and a smaller last part only from opset 18 on") {
    const auto parts = [](std::int64_t opset, int extent, const std::vector<std::string>& outputs,
                          const List& sizes = {}) {
        ModelBuilder model(opset);
        model.input("x", {extent, 2}).integers("sizes", sizes);
        Attributes attributes;
        if (opset >= 18 && sizes.empty()) {
            attributes.emplace_back("num_outputs", static_cast<std::int64_t>(outputs.size()));
        }
        model.node("Split", sizes.empty() ? std::vector<std::string>{"x"} : std::vector<std::string>{"x", "sizes"},
                   outputs, attributes, "it");
        for (const std::string& name : outputs) { model.output(name); }
        const Graph graph = model.simplified();
        Extents result;
        for (const GraphOutput& output : graph.outputs) {
            result.push_back((*graph.values[static_cast<std::size_t>(output.value)].dims)[0]);
        }
        return result;
    };
    CHECK(parts(13, 6, {"a", "b", "c"}) == Dims{2, 2, 2});
    CHECK(parts(13, 6, {"a", "b"}, {1, 5}) == Dims{1, 5});
    CHECK(parts(18, 7, {"a", "b", "c"}) == Dims{3, 3, 1});
    CHECK(has(refusal([&] { parts(13, 7, {"a", "b", "c"}); }), "7 elements along axis 0 are not 3 equal parts"));
    CHECK(has(refusal([&] { parts(13, 6, {"a", "b"}, {1, 4}); }), "does not add up to 6"));
    CHECK(has(refusal([&] { parts(13, 6, {"a", "b"}, {7, -1}); }), "does not fit 6"));
    CHECK(has(refusal([&] { parts(13, 6, {"a", "b"}, {1, 2, 3}); }), "names 3 sizes for 2 outputs"));
}

TEST_CASE("Concat, Gather, products and broadcasts name the shapes that do not fit") {
    CHECK(has(two_inputs_fault("Add", {2, 3}, {2, 4}), "node 'it' (Add): shapes [2, 3] and [2, 4] do not broadcast"));
    CHECK(has(two_inputs_fault("MatMul", {2, 3}, {4, 5}), "shapes [2, 3] and [4, 5] do not multiply"));
    CHECK(has(two_inputs_fault("MatMul", {}, {4}), "needs operands of rank 1 or more"));
    CHECK(has(two_inputs_fault("Gemm", {2, 3, 1}, {3, 5}), "A and B must have 2 axes"));
    CHECK(has(two_inputs_fault("Concat", {2, 3}, {2, 4}, {{"axis", 0}}), "differ beside axis 0"));
    CHECK(has(two_inputs_fault("Concat", {2, 3}, {2, 3}, {{"axis", 2}}), "axis 2 is outside rank 2"));
    CHECK(has(two_inputs_fault("Gather", {2, 3}, {1}), "input 'b' is f32, but must be i32 or i64; insert a Cast"));
    CHECK(has(fault({"Gather", {2, 3}, {2}}), "index 2 is outside axis 0 of [2, 3]"));
    CHECK(has(fault({"Gather", {2, 3}, {-3}}), "index -3 is outside axis 0"));
    CHECK(dims_of({"Gather", {2, 3}, {-1, 0, 1}, {{"axis", 1}}}) == Dims{2, 3});
    CHECK(has(fault({"Gather", {2, 3}, {0}, {{"axis", 2}}}), "axis 2 is outside rank 2"));
    CHECK(has(fault({"Softmax", {2, 3}, {}, {{"axis", 2}}}, false), "axis 2 is outside rank 2"));
    ModelBuilder gemm;
    gemm.input("a", {2, 3}).input("b", {3, 4}).input("c", {3, 4}).output("y").node("Gemm", {"a", "b", "c"}, {"y"});
    CHECK(has(refusal([&] { gemm.simplified(); }), "C [3, 4] does not broadcast to [2, 4]"));
}

TEST_CASE("what steers shapes must be known; the complaint says which inputs to freeze") {
    ModelBuilder model;
    model.input("x", {2, 3})
        .input("s", {2}, onnx::TensorProto::INT64)
        .input("i", {2}, onnx::TensorProto::INT32)
        .output("y");
    model.node("Cast", {"i"}, {"j"}, {{"to", onnx::TensorProto::INT64}}).node("Add", {"s", "j"}, {"t"});
    model.node("Reshape", {"x", "t"}, {"y"}, {}, "it");
    CHECK(has(
        refusal([&] { model.simplified(); }),
        "node 'it' (Reshape): its input 't' steers shapes and must be known before the run; freeze what it depends on "
        "with --fix-input s=FILE --fix-input i=FILE"));
}

TEST_CASE("every node that cannot be inferred is listed, and those behind it are not") {
    ModelBuilder model;
    model.input("x", {2, 3}).input("z", {4}).output("a").output("c");
    model.node("Add", {"x", "z"}, {"b"}, {}, "one").node("Relu", {"b"}, {"a"}, {}, "behind");
    model.node("MatMul", {"x", "z"}, {"c"}, {}, "two");
    const std::string text = refusal([&] { model.simplified(); });
    CHECK(has(text, "2 problems"));
    CHECK(has(text, "'one'"));
    CHECK(has(text, "'two'"));
    CHECK_FALSE(has(text, "'behind'"));
}

TEST_CASE("a recurrent node's operands are checked against X, R and its attributes") {
    struct Shapes {
        std::vector<ModelBuilder::Extent> x = {5, 2, 3};
        Dims w = {1, 16, 3}, r = {1, 16, 4}, b = {1, 32}, h = {1, 2, 4}, c = {1, 2, 4}, p = {1, 12};
        List lengths = {5, 1};
        std::int64_t hidden = 4;
    };
    const auto text = [](const Shapes& s) {
        ModelBuilder model;
        model.input("x", s.x).output("y");
        model.weights("w", s.w).weights("r", s.r).weights("b", s.b).weights("h", s.h).weights("c", s.c).weights("p",
                                                                                                                s.p);
        onnx::TensorProto lengths = test::integer_proto("n", {static_cast<std::int64_t>(s.lengths.size())}, {});
        lengths.set_data_type(onnx::TensorProto::INT32);
        for (const std::int64_t n : s.lengths) { lengths.add_int32_data(static_cast<std::int32_t>(n)); }
        *model.graph().add_initializer() = lengths;
        model.node("LSTM", {"x", "w", "r", "b", "n", "h", "c", "p"}, {"y"}, {{"hidden_size", s.hidden}}, "it");
        return refusal([&] { model.simplified(); });
    };
    CHECK(text({}) == "");
    CHECK(has(text({.hidden = 5}), "node 'it' (LSTM): hidden_size is 5, but R has shape [1, 16, 4]"));
    CHECK(has(text({.x = {5, 2}}), "X has shape [5, 2], but must have 3 axes"));
    CHECK(has(text({.x = {5, 2, 4}}), "W has shape [1, 16, 3], but X, R and the attributes ask for [1, 16, 4]"));
    CHECK(has(text({.w = {1, 12, 3}}), "W has shape [1, 12, 3]"));
    CHECK(has(text({.w = {1, 16}}), "W has shape [1, 16], but must have 3 axes"));
    CHECK(has(text({.r = {1, 12, 4}}), "R has shape [1, 12, 4]"));
    CHECK(has(text({.r = {2, 16, 4}}), "R has shape [2, 16, 4]"));
    CHECK(has(text({.b = {1, 16}}), "B has shape [1, 16]"));
    CHECK(has(text({.h = {1, 1, 4}}), "initial_h has shape [1, 1, 4]"));
    CHECK(has(text({.c = {2, 2, 4}}), "initial_c has shape [2, 2, 4]"));
    CHECK(has(text({.p = {1, 16}}), "P has shape [1, 16]"));
    CHECK(has(text({.lengths = {5}}), "sequence_lens has shape [1]"));
    CHECK(has(text({.lengths = {6, 1}}), "sequence_lens holds 6, which is outside 0..5"));
    CHECK(has(text({.lengths = {-1, 1}}), "sequence_lens holds -1"));
    CHECK(text({.lengths = {0, 1}}) == "");
}

}  // namespace tidegate::simplify_infer_test
