// SPDX-License-Identifier: MIT
// Every operator with a symbolic time or batch, at every length.
#include "symbolic_support.h"

namespace tidegate::symbolic_operators_test {
namespace {

using namespace test;

}  // namespace

TEST_CASE("element-wise operators, Softmax over any axis and Cast follow a changing time and batch") {
    ModelBuilder m = time_first_model();
    m.input("z", {"batch", 4}).weights("w", {4}).weights("c", {1, 1, 4});
    m.node("Add", {"x", "z"}, {"a"}).node("Mul", {"a", "w"}, {"b"}).node("Sub", {"b", "x"}, {"d"});
    m.node("Div", {"d", "c"}, {"e"})
        .node("Tanh", {"e"}, {"f"})
        .node("Sigmoid", {"f"}, {"g"})
        .node("Relu", {"d"}, {"r"});
    m.node("Softmax", {"g"}, {"s0"}, {{"axis", 0}}).node("Softmax", {"g"}, {"s1"}, {{"axis", 1}});
    m.node("LogSoftmax", {"g"}, {"s2"}, {{"axis", -1}});
    m.node("Cast", {"x"}, {"i"}, {{"to", kI32}}).node("Cast", {"i"}, {"j"}, {{"to", 1}});
    for (const char* name : {"g", "r", "s0", "s1", "s2", "j"}) { m.output(name); }
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("MatMul and Gemm with constant and computed operands follow a changing time and batch") {
    ModelBuilder m = time_first_model();
    m.input("q", {"batch", 4, "time"}).input("p", {"time", 4}).weights("w", {4, 5}).weights("b", {5}).weights("v", {4});
    m.node("MatMul", {"x", "w"}, {"xw"}).node("Add", {"xw", "b"}, {"y0"}).output("y0");
    m.node("Transpose", {"x"}, {"xt"}, {{"perm", List{1, 0, 2}}}).node("MatMul", {"xt", "q"}, {"y1"}).output("y1");
    m.node("MatMul", {"q", "xt"}, {"y2"}).output("y2").node("MatMul", {"x", "v"}, {"y3"}).output("y3");
    m.node("Gemm", {"p", "w", "b"}, {"y4"}, {{"alpha", 0.5f}}).output("y4");
    m.node("Gemm", {"p", "p"}, {"y5"}, {{"transB", 1}}).output("y5");
    m.node("Gemm", {"p", "p"}, {"y6"}, {{"transA", 1}, {"alpha", 2.0f}}).output("y6");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("Transpose, Reshape, Flatten, Squeeze and Unsqueeze follow a changing time and batch") {
    ModelBuilder m = time_first_model();
    m.integers("rows", {-1, 4}).integers("copy", {0, 0, 2, 2}).integers("one", {1}).integers("front", {0, 3});
    m.integers("back", {0});
    m.node("Transpose", {"x"}, {"t"}, {{"perm", List{1, 2, 0}}}).output("t");
    m.node("Reshape", {"x", "rows"}, {"r"}).node("Relu", {"r"}, {"y0"}).output("y0");
    m.node("Reshape", {"x", "copy"}, {"c"}).node("Transpose", {"c"}, {"y1"}, {{"perm", List{3, 1, 0, 2}}}).output("y1");
    m.node("Flatten", {"t"}, {"f"}, {{"axis", 1}}).node("Relu", {"f"}, {"y2"}).output("y2");
    m.node("Flatten", {"x"}, {"g"}, {{"axis", 0}}).output("g");
    m.node("Unsqueeze", {"x", "front"}, {"u"}).node("Relu", {"u"}, {"v"}).node("Squeeze", {"v", "back"}, {"y3"});
    m.output("y3").output("c");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("Slice with any bounds and steps follows a changing time, and refuses what has no elements") {
    struct Bounds {
        const char* name;
        List starts, ends, axes, steps;
        int refused;
    };
    constexpr std::int64_t kEnd = INT64_MAX, kBegin = INT64_MIN;
    const Bounds cases[] = {{"all but the first", {1}, {kEnd}, {0}, {1}, 1},
                            {"all but the last two", {0}, {-2}, {0}, {1}, 2},
                            {"the last step", {-1}, {kEnd}, {0}, {1}, 0},
                            {"the last three", {-3}, {kEnd}, {0}, {1}, 0},
                            {"from 2 to 5", {2}, {5}, {0}, {1}, 2},
                            {"up to 5", {0}, {5}, {0}, {1}, 0},
                            {"every second", {0}, {kEnd}, {0}, {2}, 0},
                            {"every third from the second", {1}, {kEnd}, {0}, {3}, 1},
                            {"backwards", {-1}, {kBegin}, {0}, {-1}, 0},
                            {"backwards by two from 5", {5}, {kBegin}, {0}, {-2}, 0},
                            {"backwards to the third", {kEnd}, {1}, {0}, {-1}, 2},
                            {"backwards without the first", {-1}, {0}, {0}, {-1}, 1},
                            {"from -4 to -1", {-4}, {-1}, {0}, {1}, 1},
                            {"two axes", {0, 1}, {-1, 3}, {0, 2}, {1, 1}, 1},
                            {"features only", {1}, {3}, {2}, {1}, 0}};
    for (const Bounds& c : cases) {
        CAPTURE(c.name);
        for (const bool batch : {false, true}) {
            ModelBuilder m = time_first_model();
            m.integers("s", c.starts).integers("e", c.ends).integers("a", c.axes).integers("t", c.steps);
            m.node("Slice", {"x", "s", "e", "a", "t"}, {"y"}).node("Relu", {"y"}, {"z"}).output("y").output("z");
            const Sweep found = sweep(m, batch ? kTimeAndBatch : kTimeRange);
            CHECK(found.refused == c.refused * (batch ? 3 : 1));
            CHECK(found.compared == (batch ? 21 : 9) - found.refused);
        }
    }
}

TEST_CASE("Split, Concat and Gather follow a changing time and batch") {
    ModelBuilder m = time_first_model();
    m.input("k", {"batch"}, kI64).integers("last", {-1}).integers("some", {0, -1, 0}).integers("sizes", {1, 3});
    *m.graph().add_initializer() = integer_proto("end", {}, {-1});
    m.node("Gather", {"x", "end"}, {"y0"}, {{"axis", 0}}).node("Gather", {"x", "last"}, {"y1"}, {{"axis", 0}});
    m.node("Gather", {"x", "some"}, {"y2"}, {{"axis", 1}}).node("Gather", {"x", "k"}, {"y3"}, {{"axis", 0}});
    m.node("Concat", {"x", "y1", "x"}, {"y4"}, {{"axis", 0}}).node("Concat", {"x", "x"}, {"y5"}, {{"axis", -1}});
    m.node("Split", {"x", "sizes"}, {"y6", "y7"}, {{"axis", 2}}).node("Split", {"y4"}, {"h0"}, {{"axis", 0}});
    m.node("Concat", {"x", "x"}, {"twice"}, {{"axis", 0}}).node("Split", {"twice"}, {"y8", "y9"}, {{"axis", 0}});
    for (const char* name : {"y0", "y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8", "y9", "h0"}) { m.output(name); }
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("Split into equal parts is refused where the time does not divide, or allows a smaller last part") {
    ModelBuilder equal = time_first_model();
    equal.node("Split", {"x"}, {"a", "b"}, {{"axis", 0}}).output("a").output("b");
    const Sweep even = sweep(equal, with_dims({{"time", {1, 8}}}));
    CHECK(even.compared == 4);
    CHECK(even.refused == 4);
    ModelBuilder rest(18);
    rest.input("x", {"time", "batch", 4}).node("Split", {"x"}, {"a", "b"}, {{"axis", 0}, {"num_outputs", 2}});
    rest.output("a").output("b");
    const Sweep any = sweep(rest, kTimeRange);
    CHECK(any.compared == 8);
    CHECK(any.refused == 1);
}

TEST_CASE("a Reshape that needs a divisor is refused where there is a remainder") {
    ModelBuilder m;
    m.input("x", {"time", 2}).integers("s", {-1, 6}).node("Reshape", {"x", "s"}, {"r"}).node("Relu", {"r"}, {"y"});
    m.integers("flat", {-1}).node("Reshape", {"y", "flat"}, {"z"}).output("y").output("z");
    const Sweep found = sweep(m, kTimeRange);
    CHECK(found.compared == 3);
    CHECK(found.refused == 6);
}

TEST_CASE("the arena of a range is that of its largest dimensions and a few bytes for their values") {
    ModelBuilder m = time_first_model();
    m.node("Relu", {"x"}, {"y"}).output("y");
    const std::string path = m.save("arena.onnx");
    const std::uint64_t single = convert(path, with_dims({{"time", 9}})).arena_bytes;
    const std::uint64_t ranged = convert(path, kTimeRange).arena_bytes;  // with the values of symbols and expressions
    CHECK(ranged >= single);
    CHECK(ranged <= single + 64);
}

}  // namespace tidegate::symbolic_operators_test
