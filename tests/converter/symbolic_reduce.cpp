// SPDX-License-Identifier: MIT
// Operators along axes over a time and a batch that change, at every length.
#include "symbolic_support.h"

namespace tidegate::symbolic_reduce_test {
namespace {

using namespace test;

ModelBuilder model() {
    ModelBuilder m(17);
    m.input("x", {"batch", "time", 4});
    return m;
}

}  // namespace

TEST_CASE("reductions over fixed and changing axes, and what is made of them, follow a changing time and batch") {
    ModelBuilder m = model();
    int count = 0;
    for (const char* op : {"ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL1", "ReduceL2",
                           "ReduceSumSquare", "ReduceLogSumExp"}) {
        for (const List& axes : {List{0}, List{1}, List{2}, List{0, 2}, List{1, 2}, List{0, 1, 2}}) {
            const std::string y = "y" + std::to_string(count++);
            m.node(op, {"x"}, {y}, {{"axes", axes}, {"keepdims", count % 2}}).output(y);
        }
    }
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("the order of a sum does not change where an extent of 1 vanishes") {
    ModelBuilder m(17);
    m.input("x", {"time", 5, "batch"}).integers("axes", {0, 2});
    m.node("ReduceSum", {"x", "axes"}, {"y"}, {{"keepdims", 0}}).output("y");
    CHECK(sweep(m, with_dims({{"time", {15, 36}}, {"batch", {1, 3}}})).compared == 66);
}

TEST_CASE("normalizations of layers, instances and groups follow a changing time and batch") {
    ModelBuilder m(21);
    m.input("x", {"batch", 4, "time"}).input("z", {"batch", "time", 4}).weights("w", {4}).weights("b", {4});
    m.node("LayerNormalization", {"z", "w", "b"}, {"y0"}).output("y0");
    m.node("InstanceNormalization", {"x", "w", "b"}, {"y1"}).output("y1");
    m.node("GroupNormalization", {"x", "w", "b"}, {"y2"}, {{"num_groups", 2}}).output("y2");
    m.node("LpNormalization", {"x"}, {"y3"}, {{"axis", 2}}).output("y3");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("ArgMax, CumSum and Hardmax follow a changing time and batch; TopK refuses lengths below k") {
    ModelBuilder m = model();
    m.integers("one", {1}).integers("last", {-1});
    m.node("ArgMax", {"x"}, {"y0"}, {{"axis", 1}}).output("y0", onnx::TensorProto::INT64);
    m.node("ArgMin", {"x"}, {"y1"}, {{"axis", 2}, {"keepdims", 0}}).output("y1", onnx::TensorProto::INT64);
    m.node("CumSum", {"x", "one"}, {"y2"}).output("y2");
    m.node("CumSum", {"x", "last"}, {"y3"}, {{"exclusive", 1}, {"reverse", 1}}).output("y3");
    m.node("Hardmax", {"x"}, {"y4"}, {{"axis", 1}}).output("y4");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);

    m.integers("k", {3});
    m.node("TopK", {"x", "k"}, {"v", "i"}, {{"axis", 1}}).output("v").output("i", onnx::TensorProto::INT64);
    const Sweep found = sweep(m, kTimeAndBatch);
    CHECK(found.compared == 15);
    CHECK(found.refused == 6);
}

TEST_CASE("products, sums and extremes of shapes stay expressions") {
    ModelBuilder m = model();
    m.node("Shape", {"x"}, {"shape"});
    m.node("ReduceProd", {"shape"}, {"size"}, {{"keepdims", 1}});
    m.node("Reshape", {"x", "size"}, {"flat"}).node("Relu", {"flat"}, {"y0"}).output("y0");
    m.node("ReduceMax", {"shape"}, {"most"}, {{"keepdims", 0}}).node("Cast", {"most"}, {"y1"}, {{"to", 1}});
    m.node("Mul", {"x", "y1"}, {"y2"}).output("y2");
    const Graph graph = m.simplified(kTimeAndBatch);
    CHECK(test::has(to_text(graph), "4*"));
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

}  // namespace tidegate::symbolic_reduce_test
