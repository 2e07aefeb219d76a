// SPDX-License-Identifier: MIT
// Convolutions and pools over a time and a batch that change, at every length.
#include "symbolic_support.h"

namespace tidegate::symbolic_windows_test {
namespace {

using namespace test;

/// x [batch, 4, time] and what the case adds.
ModelBuilder model() {
    ModelBuilder m;
    m.input("x", {"batch", 4, "time"});
    return m;
}

}  // namespace

TEST_CASE("Conv follows a changing time and batch, whatever its groups") {
    ModelBuilder m = model();
    m.weights("w", {5, 4, 3}).weights("b", {5}).weights("v", {6, 2, 2}).weights("d", {4, 1, 3});
    m.node("Conv", {"x", "w", "b"}, {"y0"}, {{"pads", List{1, 1}}}).output("y0");
    m.node("Conv", {"x", "w"}, {"y1"}, {{"pads", List{4, 0}}, {"dilations", List{2}}}).output("y1");
    m.node("Conv", {"x", "v"}, {"y2"}, {{"group", 2}, {"strides", List{2}}, {"pads", List{1, 0}}}).output("y2");
    m.node("Conv", {"x", "d"}, {"y3"}, {{"group", 4}, {"pads", List{2, 0}}}).output("y3");
    for (const char* pad : {"SAME_UPPER", "SAME_LOWER"}) {
        for (const std::int64_t stride : {1, 2, 3}) {
            const std::string name = pad + std::to_string(stride);
            m.node("Conv", {"x", "w", "b"}, {name}, {{"auto_pad", pad}, {"strides", List{stride}}}).output(name);
        }
    }
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

TEST_CASE("Conv is refused at lengths that are shorter than its window") {
    ModelBuilder m = model();
    m.weights("w", {5, 4, 4}).node("Conv", {"x", "w"}, {"y"}).output("y");
    const Sweep found = sweep(m, kTimeRange);
    CHECK(found.refused == 3);
    CHECK(found.compared == 6);
}

TEST_CASE("ConvTranspose follows a changing time and batch") {
    ModelBuilder m = model();
    m.weights("w", {4, 5, 4}).weights("b", {5}).weights("d", {4, 1, 3});
    m.node("ConvTranspose", {"x", "w", "b"}, {"y0"}, {{"strides", List{2}}, {"pads", List{1, 1}}}).output("y0");
    m.node("ConvTranspose", {"x", "w"}, {"y1"}, {{"strides", List{3}}, {"output_padding", List{1}}}).output("y1");
    m.node("ConvTranspose", {"x", "w"}, {"y2"}, {{"strides", List{2}}, {"auto_pad", "SAME_UPPER"}}).output("y2");
    m.node("ConvTranspose", {"x", "d"}, {"y3"}, {{"strides", List{2}}, {"group", 4}}).output("y3");
    CHECK(sweep(m, kTimeAndBatch).compared == 21);

    ModelBuilder fixed = model();
    fixed.weights("w", {4, 5, 4}).node("ConvTranspose", {"x", "w"}, {"y"}, {{"output_shape", List{9}}}).output("y");
    CHECK(has(refusal([&] { convert(fixed.save("fixed.onnx"), kTimeRange); }), "--dim time="));
}

TEST_CASE("pools follow a changing time and batch") {
    ModelBuilder m = model();
    m.node("MaxPool", {"x"}, {"y0"}, {{"kernel_shape", List{3}}, {"strides", List{2}}, {"pads", List{1, 1}}});
    m.node("AveragePool", {"x"}, {"y1"},
           {{"kernel_shape", List{3}},
            {"strides", List{2}},
            {"pads", List{1, 1}},
            {"ceil_mode", 1},
            {"count_include_pad", 1}});
    m.node("AveragePool", {"x"}, {"y2"}, {{"kernel_shape", List{4}}, {"strides", List{3}}, {"auto_pad", "SAME_LOWER"}});
    m.node("GlobalAveragePool", {"x"}, {"y3"}).node("GlobalMaxPool", {"x"}, {"y4"});
    for (const char* name : {"y0", "y1", "y2", "y3", "y4"}) { m.output(name); }
    CHECK(sweep(m, kTimeAndBatch).compared == 21);
}

}  // namespace tidegate::symbolic_windows_test
