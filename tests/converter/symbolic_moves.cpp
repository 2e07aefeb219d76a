// SPDX-License-Identifier: MIT
// Operators that move elements to and from named places, over a time and a batch that change, at every length.
#include "symbolic_support.h"

namespace tidegate::symbolic_moves_test {
namespace {

using namespace test;

}  // namespace

TEST_CASE("Pad with a constant and at the edges follows a changing time and batch") {
    ModelBuilder m = time_first_model();
    m.integers("around", {2, 0, 1, 1, 3, 0}).integers("cut", {1, 0, -1, 0, 0, -1}).floats("value", {}, {-2.5F});
    m.node("Pad", {"x", "around", "value"}, {"y0"}).output("y0").node("Pad", {"x", "cut"}, {"y1"}).output("y1");
    m.node("Pad", {"x", "around"}, {"y2"}, {{"mode", "edge"}}).output("y2");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("reflecting and repeating a changing time needs one that is never shorter than what is added") {
    const ConvertOptions from_four = with_dims({{"time", {4, 9}}});
    for (const char* mode : {"reflect", "wrap"}) {
        CAPTURE(mode);
        ModelBuilder m(19);
        m.input("x", {"time", 2, 4}).integers("pads", {3, 0, 1, 2, 1, 1});
        m.node("Pad", {"x", "pads"}, {"y"}, {{"mode", mode}}).output("y");
        CHECK(sweep(m, from_four).compared == 6);
        CHECK(has(refusal([&] { convert(m.save("short.onnx"), with_dims({{"time", {2, 9}}})); }), "--dim time="));
    }
}

TEST_CASE("Tile repeats a changing time and batch, and as often as a dimension says") {
    ModelBuilder m = time_first_model();
    m.integers("thrice", {3, 1, 2}).integers("all", {2, 2, 2}).integers("ones", {1, 1});
    m.node("Tile", {"x", "thrice"}, {"y0"}).output("y0").node("Tile", {"x", "all"}, {"y1"}).output("y1");
    m.input("z", {1, 1, 4}).node("Shape", {"x"}, {"shape"}).integers("two", {2}).integers("zero", {0});
    m.node("Slice", {"shape", "zero", "two"}, {"front"}).integers("one", {1});
    m.node("Concat", {"front", "one"}, {"often"}, {{"axis", 0}}).node("Tile", {"z", "often"}, {"y2"}).output("y2");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("gathering and scattering by element and by row follow a changing time and batch") {
    ModelBuilder m = time_first_model();
    m.input("e", {"time", "batch", 2}, kI64).input("u", {"time", "batch", 2}).input("r", {"time", "batch", 1}, kI32);
    m.node("GatherElements", {"x", "e"}, {"y0"}, {{"axis", 2}}).output("y0");
    m.node("GatherND", {"x", "r"}, {"y1"}, {{"batch_dims", 2}}).output("y1");
    m.node("ScatterElements", {"x", "e", "u"}, {"y2"}, {{"axis", 2}, {"reduction", "add"}}).output("y2");
    m.node("ScatterElements", {"x", "e", "u"}, {"y3"}, {{"axis", -1}}).output("y3");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);

    ModelBuilder rows = time_first_model();
    rows.input("v", {2, "batch", 4});
    *rows.graph().add_initializer() = integer_proto("ends", {2, 1}, {0, -1});
    rows.node("ScatterND", {"x", "ends", "v"}, {"y"}).output("y");
    rows.node("ScatterND", {"x", "ends", "v"}, {"z"}, {{"reduction", "mul"}}).output("z");
    CHECK(sweep(rows, kTimeAndBatch).compared == 21);
}

TEST_CASE("Trilu, OneHot, ReverseSequence, Size and the nearest of Resize follow a changing time and batch") {
    ModelBuilder m = time_first_model();
    m.node("Transpose", {"x"}, {"t"}, {{"perm", List{1, 2, 0}}}).node("Trilu", {"t"}, {"y0"}).output("y0");
    m.node("Trilu", {"t"}, {"y1"}, {{"upper", 0}}).output("y1");
    m.input("k", {"time", "batch"}, kI64).integers("depth", {5}).floats("values", {2}, {-1, 2});
    m.node("OneHot", {"k", "depth", "values"}, {"y2"}).output("y2");
    m.node("OneHot", {"k", "depth", "values"}, {"y3"}, {{"axis", 1}}).output("y3");
    m.input("n", {"batch"}, kI64).node("ReverseSequence", {"x", "n"}, {"y4"}).output("y4");
    m.node("ReverseSequence", {"x", "k0"}, {"y5"}, {{"batch_axis", 0}, {"time_axis", 1}}).input("k0", {"time"}, kI64);
    m.output("y5").node("Size", {"x"}, {"y6"}).output("y6", kI64).floats("scales", {3}, {2, 3, 1});
    m.node("Resize", {"x", "", "scales"}, {"y7"}, {{"mode", "nearest"}}).output("y7");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);

    ModelBuilder linear = time_first_model();
    linear.floats("scales", {3}, {2, 1, 1}).node("Resize", {"x", "", "scales"}, {"y"}, {{"mode", "linear"}});
    linear.output("y");
    CHECK(has(refusal([&] { convert(linear.save("linear.onnx"), kTimeRange); }), "--dim time="));
}

TEST_CASE("DepthToSpace and SpaceToDepth follow a changing time, which must divide") {
    ModelBuilder m;
    m.input("x", {"batch", 8, "time", 2});
    m.node("DepthToSpace", {"x"}, {"y0"}, {{"blocksize", 2}}).output("y0");
    m.node("DepthToSpace", {"x"}, {"y1"}, {{"blocksize", 2}, {"mode", "CRD"}}).output("y1");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
    ModelBuilder back;
    back.input("x", {1, 3, "time", 4}).node("SpaceToDepth", {"x"}, {"y"}, {{"blocksize", 2}}).output("y");
    const Sweep found = sweep(back, with_dims({{"time", {1, 8}}}));
    CHECK(found.compared == 4);
    CHECK(found.refused == 4);
}

}  // namespace tidegate::symbolic_moves_test
