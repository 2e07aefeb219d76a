// SPDX-License-Identifier: MIT
// Arithmetic on symbolic shapes: where it steers, where it is data, and what is refused.
#include "lower/text.h"
#include "symbolic_support.h"
#include "verify/selfcheck.h"

namespace tidegate::symbolic_shapes_test {
namespace {

using namespace test;

const ConvertOptions kShortTimeAndBatch = with_dims({{"time", {1, 5}}, {"batch", {1, 3}}});

/// x [time, batch, 4], its shape as values T and N of one element each, and some constants.
ModelBuilder model() {
    ModelBuilder m;
    m.input("x", {"time", "batch", 4}).integers("0", {0}).integers("1", {1}).integers("2", {2}).integers("4", {4});
    m.integers("-1", {-1});
    *m.graph().add_initializer() = integer_proto("i0", {}, {0});
    *m.graph().add_initializer() = integer_proto("i1", {}, {1});
    m.node("Shape", {"x"}, {"shape"})
        .node("Slice", {"shape", "0", "1"}, {"T"})
        .node("Slice", {"shape", "1", "2"}, {"N"});
    m.node("Gather", {"shape", "i0"}, {"t"}).node("Relu", {"x"}, {"y"}).output("y");
    return m;
}

std::string fault(const ModelBuilder& m, const ConvertOptions& options) {
    return refusal([&] { convert(m.save(), options); });
}

}  // namespace

TEST_CASE("a shape that is data is listed during the run, in any integer type and as reals") {
    ModelBuilder m = model();
    m.output("shape", kI64).output("t", kI64).node("Cast", {"shape"}, {"s32"}, {{"to", kI32}}).output("s32", kI32);
    m.node("Cast", {"t"}, {"tf"}, {{"to", 1}}).node("Div", {"x", "tf"}, {"mean"}).output("mean").output("tf");
    m.node("Mul", {"T", "N"}, {"product"}).node("Add", {"product", "4"}, {"sum"}).output("sum", kI64);
    m.node("Sub", {"4", "T"}, {"negative"}).output("negative", kI64).node("Div", {"T", "2"}, {"half"});
    m.node("Concat", {"half", "product", "4"}, {"list"}, {{"axis", 0}}).output("list", kI64);
    m.integers("square", {3, 1}).node("Reshape", {"list", "square"}, {"column"}).output("column", kI64);
    m.node("Cast", {"list"}, {"bytes"}, {{"to", onnx::TensorProto::UINT8}}).output("bytes", onnx::TensorProto::UINT8);
    CHECK(sweep(m, kShortTimeAndBatch).compared == 15);
}

TEST_CASE("real arithmetic on a shape gives the same bits whether the length is known before or set later") {
    ModelBuilder m = model();
    m.floats("third", {1}, {1.0F / 3}).floats("tenth", {1}, {0.1F}).weights("w", {1, 3}).weights("b", {1, 3});
    m.node("Cast", {"T"}, {"tf"}, {{"to", 1}}).node("Mul", {"tf", "third"}, {"a"}).node("Add", {"a", "tenth"}, {"b1"});
    m.node("Div", {"b1", "third"}, {"c"}).node("Tanh", {"c"}, {"d"}).node("Unsqueeze", {"d", "0"}, {"e"});
    m.node("MatMul", {"e", "w"}, {"f"}).node("Add", {"f", "b"}, {"g"}).node("Softmax", {"g"}, {"h"}, {{"axis", -1}});
    m.weights("v", {4, 3}).node("MatMul", {"x", "v"}, {"xv"}).node("Add", {"xv", "h"}, {"out"}).output("out");
    m.node("Add", {"xv", "c"}, {"out2"}).output("out2").output("h");
    CHECK(sweep(m, kShortTimeAndBatch).compared == 15);
}

TEST_CASE("Expand, ConstantOfShape and Range of symbols follow them") {
    ModelBuilder m = model();
    m.weights("row", {1, 1, 4}).node("Expand", {"row", "shape"}, {"e"}).node("Add", {"x", "e"}, {"y1"}).output("y1");
    m.node("Concat", {"T", "4"}, {"s"}, {{"axis", 0}});
    m.node("ConstantOfShape", {"s"}, {"ones"}, {{"value", tensor_proto("", {1}, {1.5F})}}).output("ones");
    m.node("ConstantOfShape", {"s"}, {"sevens"}, {{"value", integer_proto("", {1}, {7})}}).output("sevens", kI64);
    m.node("Range", {"i0", "t", "i1"}, {"positions"}).output("positions", kI64);
    *m.graph().add_initializer() = integer_proto("down", {}, {-2});
    m.node("Range", {"t", "down", "down"}, {"countdown"}).output("countdown", kI64);
    m.weights("table", {9, 4}).node("Gather", {"table", "positions"}, {"p"}).node("Unsqueeze", {"p", "1"}, {"q"});
    m.node("Add", {"x", "q"}, {"y2"}).output("y2").node("Cast", {"positions"}, {"pf"}, {{"to", 1}}).output("pf");
    m.node("Slice", {"table", "0", "T"}, {"first"}).node("Unsqueeze", {"first", "1"}, {"second"});
    m.node("Add", {"x", "second"}, {"y3"}).output("y3");
    *m.graph().add_initializer() = tensor_proto("f0", {}, {0.0F});
    *m.graph().add_initializer() = tensor_proto("f1", {}, {2.0F});
    m.node("Cast", {"t"}, {"tf"}, {{"to", 1}}).node("Range", {"f0", "tf", "f1"}, {"evens"}).output("evens");
    CHECK(sweep(m, kShortTimeAndBatch).compared == 15);
}

TEST_CASE("a Range of a symbol with broken numbers is refused with the dimension to bind") {
    ModelBuilder m = model();
    *m.graph().add_initializer() = tensor_proto("half", {}, {0.5F});
    *m.graph().add_initializer() = tensor_proto("f0", {}, {0.0F});
    m.node("Cast", {"t"}, {"tf"}, {{"to", 1}}).node("Range", {"f0", "tf", "half"}, {"halves"}).output("halves");
    CHECK(has(fault(m, kShortTimeAndBatch), "needs whole numbers; bind it with --dim time=N"));
}

TEST_CASE("shapes computed from shapes steer Reshape, Slice and Split") {
    ModelBuilder m = model();
    m.node("Mul", {"T", "N"}, {"TN"}).node("Concat", {"TN", "4"}, {"flat"}, {{"axis", 0}});
    m.node("Reshape", {"x", "flat"}, {"f"}).weights("w", {4, 6}).node("MatMul", {"f", "w"}, {"g"});
    m.node("Concat", {"T", "N", "2", "-1"}, {"back"}, {{"axis", 0}}).node("Reshape", {"g", "back"}, {"h"}).output("h");
    m.node("Div", {"T", "2"}, {"half"}).node("Sub", {"T", "1"}, {"last"});
    m.node("Slice", {"x", "half", "T"}, {"upper"}).output("upper");
    m.node("Slice", {"x", "last", "T"}, {"end"}).output("end");
    m.node("Sub", {"T", "half"}, {"rest"}).node("Concat", {"x", "x"}, {"xx"}, {{"axis", 0}});
    m.node("Add", {"half", "T"}, {"big"}).node("Concat", {"rest", "big"}, {"sizes"}, {{"axis", 0}});
    m.node("Split", {"xx", "sizes"}, {"a", "b"}, {{"axis", 0}}).output("a").output("b");
    m.node("Squeeze", {"last", "0"}, {"l"}).node("Gather", {"x", "l"}, {"at"}, {{"axis", 0}}).output("at");
    CHECK(sweep(m, kShortTimeAndBatch).compared == 15);
}

TEST_CASE("bounds, remainders, comparisons and choices of lengths steer where they have one answer") {
    ModelBuilder m = model();
    m.integers("3", {3}).integers("list", {-1, -1, 4}).integers("ones", {1, 1, 1});
    m.node("Min", {"T", "3"}, {"least"}).node("Slice", {"x", "0", "least"}, {"head"}).output("head");
    m.node("Max", {"T", "3"}, {"most"}).node("Concat", {"most", "4"}, {"s"}, {{"axis", 0}});
    m.node("ConstantOfShape", {"s"}, {"ones2"}).output("ones2");
    m.node("Mod", {"T", "2"}, {"odd"}).node("Add", {"odd", "4"}, {"some"}).node("ConstantOfShape", {"some"}, {"z"});
    m.output("z");
    // What PyTorch writes for expand(-1, -1, 4): the extents that are not -1.
    m.node("Equal", {"list", "-1"}, {"kept"}).node("Where", {"kept", "ones", "list"}, {"target"});
    m.weights("v", {1, 1, 4}).node("Expand", {"v", "target"}, {"e"}).node("Add", {"x", "e"}, {"sum"}).output("sum");
    m.node("Less", {"0", "T"}, {"positive"}).node("Where", {"positive", "N", "4"}, {"batch"});
    m.node("Concat", {"batch", "T"}, {"swapped"}, {{"axis", 0}}).node("ConstantOfShape", {"swapped"}, {"w"});
    m.output("w");
    CHECK(sweep(m, kShortTimeAndBatch).compared == 15);
}

TEST_CASE("what does not hold at every length is refused with both extents and the way out") {
    ModelBuilder m = model();
    SUBCASE("broadcast") {
        m.weights("five", {5, 1, 4}).node("Add", {"x", "five"}, {"z"}).output("z");
        const std::string text = fault(m, kShortTimeAndBatch);
        CHECK(has(text, "shapes [time, batch, 4] and [5, 1, 4] do not broadcast at every length"));
        CHECK(has(text, "bind it with --dim time=N"));
    }
    SUBCASE("two symbols") {
        m.input("o", {"steps", "batch", 4}).node("Add", {"x", "o"}, {"z"}).output("z");
        ConvertOptions options = kShortTimeAndBatch;
        options.dims.emplace("steps", DimRange(1, 5));
        CHECK(has(fault(m, options), "--dim time=N --dim steps=N, or make them one with --dim steps=time"));
    }
    SUBCASE("Reshape to a number") {
        m.integers("s", {40, 4}).node("Reshape", {"x", "s"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "shape [time, batch, 4] cannot become [40, 4] at every length"));
    }
    SUBCASE("Reshape to what may be 0") {
        m.node("Sub", {"T", "1"}, {"l"}).node("Concat", {"l", "-1"}, {"s"}, {{"axis", 0}});
        m.node("Reshape", {"x", "s"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "time - 1 may be below 1, which means something else"));
    }
    SUBCASE("Reshape with a remainder at the largest") {
        m.integers("s", {-1, 16}).node("Reshape", {"x", "s"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch),
                  "4*time*batch is 60 at the largest dimensions, which is not a multiple of 16"));
    }
    SUBCASE("Squeeze without axes") {
        m.node("Squeeze", {"x"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "without axes the rank of the result depends on"));
    }
    SUBCASE("Squeeze of a symbol") {
        m.node("Squeeze", {"x", "1"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch),
                  "axis 1 of [time, batch, 4] is not 1 at every length; bind it with --dim batch=N"));
    }
    SUBCASE("bounds of either sign") {
        m.node("Sub", {"T", "2"}, {"b"}).node("Slice", {"x", "0", "b"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch),
                  "the bound time - 2 of a slice may be negative, and then counts from the end"));
    }
    SUBCASE("an index that does not exist at some length") {
        m.node("Gather", {"x", "N"}, {"z"}, {{"axis", 0}}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "index batch is outside axis 0 of [time, batch, 4] at some length"));
    }
    SUBCASE("a matrix with a symbolic side") {
        m.weights("w", {3, 2}).node("Transpose", {"x"}, {"xt"}, {{"perm", List{0, 2, 1}}});
        m.node("MatMul", {"xt", "w"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "do not multiply at every length; bind it with --dim batch=N"));
    }
    SUBCASE("axes that follow from a shape") {
        m.node("Unsqueeze", {"x", "T"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "must be the same at every length"));
    }
    SUBCASE("a step of a range") {
        m.node("Range", {"i0", "t", "t"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "the step time of a range must be the same at every length"));
    }
    SUBCASE("nothing at the largest length") {
        m.integers("9", {9}).integers("12", {12}).node("Slice", {"x", "9", "12"}, {"z"}).output("z");
        CHECK(has(fault(m, kShortTimeAndBatch), "has no elements"));
    }
    SUBCASE("32 bits") {
        ModelBuilder wide;
        wide.input("x", {"a", "b", 2}).node("Relu", {"x"}, {"y"}).output("y");
        CHECK(has(fault(wide, with_dims({{"a", {1, 1 << 20}}, {"b", {1, 1 << 20}}})), "2^40"));
        CHECK(has(fault(wide, with_dims({{"a", {1, 1 << 16}}, {"b", {1, 1 << 16}}})), "[a, b, 2]"));
    }
}

TEST_CASE("a range that contradicts another, or is none, is refused") {
    ModelBuilder m = model();
    CHECK(
        has(fault(m, with_dims({{"time", {1, 5}}, {"x:0", {1, 6}}})), "dimension 'time' cannot be both 1..5 and 1..6"));
    CHECK(has(fault(m, with_dims({{"time", {1, 5}}, {"x:0", 3}})), "dimension 'time' cannot be both 1..5 and 3"));
    CHECK(has(fault(m, with_dims({{"time", {5, 4}}})), "--dim time=5..4: an extent is 1 to 2^31 - 1"));
    CHECK(has(fault(m, with_dims({{"x:2", {1, 4}}})), "axis 2 of input 'x' is 4, not 1..4"));
    CHECK(convert(m.save(), with_dims({{"time", {5, 5}}})).graph.symbols.empty());
}

TEST_CASE("INPUT:AXIS names a symbol that the model leaves unnamed") {
    ModelBuilder m;
    m.input("x", {"", 4}).node("Relu", {"x"}, {"y"}).output("y");
    const Conversion conversion = convert(m.save(), with_dims({{"x:0", {2, 6}}}));
    REQUIRE(conversion.graph.symbols.size() == 1);
    CHECK(conversion.graph.symbols[0]->name == "x:0");
    CHECK(sweep(m, with_dims({{"x:0", {2, 6}}})).compared == 5);
}

TEST_CASE("two names of one size become one dimension") {
    ModelBuilder m;
    m.input("x", {"x_axis_0", 4}).input("o", {"", 4}).node("Add", {"x", "o"}, {"y"}).output("y");
    ConvertOptions options = with_dims({{"x_axis_0", {1, 6}}, {"o:0", {1, 6}}});
    CHECK(has(fault(m, options), "do not broadcast at every length"));
    options = with_dims({{"x_axis_0", {1, 6}}});
    options.same_dims = {{"o:0", "x_axis_0"}};
    CHECK(sweep(m, options).compared == 6);
    CHECK(convert(m.save(), options).graph.symbols.size() == 1);
    options.same_dims = {{"x_axis_0", "o:0"}};
    options.dims = {{"o:0", {2, 6}}};
    CHECK(sweep(m, options).compared == 5);
    options.same_dims = {{"o:0", "steps"}};
    CHECK(has(fault(m, options),
              "--dim o:0=steps: the model has no symbolic dimension 'steps' (symbols: 'o:0', 'x_axis_0'"));
    options.same_dims = {{"o:1", "x_axis_0"}};
    CHECK(has(fault(m, options), "the model has no symbolic dimension 'o:1'"));
}

TEST_CASE("a runner takes the dimensions from its inputs' shapes and refuses those that disagree or were not planned") {
    ModelBuilder m = model();
    m.input("o", {"time", 4}).node("Relu", {"o"}, {"z"}).output("z");
    ModelRunner runner(convert(m.save(), kShortTimeAndBatch).file);
    const auto run = [&](std::int64_t time, std::int64_t other) {
        return runner.run({Tensor::zeros(ElementType::f32, {time, 2, 4}), Tensor::zeros(ElementType::f32, {other, 4})});
    };
    CHECK(run(3, 3)[0].dims == Dims{3, 2, 4});
    CHECK(runner.outputs()[0].dims == Dims{3, 2, 4});
    CHECK(run(5, 5)[1].dims == Dims{5, 4});
    CHECK(has(refusal([&] { run(3, 4); }),
              "axis 0 of input 'x' and axis 0 of input 'o' must be equal, given were 3 and 4"));
    CHECK(has(refusal([&] { run(6, 6); }), "dimension 'time' is 6, but the model was converted for 1..5"));
    CHECK(run(1, 1)[0].dims == Dims{1, 2, 4});
}

TEST_CASE("the self-check of a model with symbols compares several lengths, bit for bit") {
    const SelfCheck result = selfcheck(convert(model().save(), kShortTimeAndBatch));
    CHECK(result.lengths == 5);
    CHECK(result.runs == 15);
    CHECK(result.difference.empty());
    CHECK(result.largest_error < 1e-6);
}

TEST_CASE("the self-check says where a file is not what a model converted for one length gives") {
    Conversion conversion = convert(model().save(), kShortTimeAndBatch);
    for (Node& node : conversion.bound.nodes) {  // a fault: the one length is not of the same model
        if (std::holds_alternative<Unary>(node.op)) { node.op = Unary{{UnaryKind::tanh, 0, 0}}; }
    }
    CHECK(
        has(selfcheck(conversion).difference, "output 'y' at time=5, batch=3 is not what a model converted for just"));
}

TEST_CASE("people see the symbols: in the graph, the program and its ports") {
    Graph graph = model().read();
    bind(graph, kShortTimeAndBatch);
    CHECK(has(to_text(graph), "symbol 'time' 1..5"));
    CHECK(has(to_text(graph), "input x:f32[time, batch, 4] as [time, batch, 4]"));
    simplify(graph, kShortTimeAndBatch);
    const std::string text = to_text(lower(graph, std::nullopt));
    CHECK(has(text, "symbol 'time': 1..5"));
    CHECK(has(text, "f32[time, batch, 4] in b0"));
}

}  // namespace tidegate::symbolic_shapes_test
