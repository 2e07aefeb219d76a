// SPDX-License-Identifier: MIT
// Windows that are not taken at every step: one result of several steps, beside the whole.
#include "streams.h"

namespace tidegate::test::strided_streams {
namespace {

using Numbers = std::vector<std::int64_t>;

/// Conv over [1, in, time].
ModelBuilder& conv(ModelBuilder& model, const std::string& x, const std::string& y, int in, int out, int kernel,
                   std::int64_t stride, Numbers pads, std::int64_t dilation = 1) {
    model.weights(y + ".w", {out, in, kernel}).weights(y + ".b", {out});
    return model.node("Conv", {x, y + ".w", y + ".b"}, {y},
                      {{"pads", std::move(pads)}, {"dilations", Numbers{dilation}}, {"strides", Numbers{stride}}},
                      "conv_" + y);
}

ModelBuilder& pool(ModelBuilder& model, const std::string& op, const std::string& x, const std::string& y,
                   std::int64_t kernel, std::int64_t stride, std::int64_t ceil = 0) {
    return model.node(op, {x}, {y},
                      {{"kernel_shape", Numbers{kernel}}, {"strides", Numbers{stride}}, {"ceil_mode", ceil}},
                      "pool_" + y);
}

/// x [1, features, time] -> y [time, 1, hidden], and the last state.
ModelBuilder& layer(ModelBuilder& model, const std::string& op, const std::string& x, const std::string& y, int in,
                    int hidden, const std::string& last = "") {
    const int gates = op == "LSTM" ? 4 : 3;
    model.weights(y + ".W", {1, gates * hidden, in}).weights(y + ".R", {1, gates * hidden, hidden});
    model.node("Transpose", {x}, {y + ".x"}, {{"perm", Numbers{2, 0, 1}}});
    std::vector<std::string> outputs = {y + ".Y"};
    if (!last.empty()) { outputs.push_back(last); }
    model.node(op, {y + ".x", y + ".W", y + ".R"}, outputs, {{"hidden_size", std::int64_t{hidden}}}, "cell_" + y);
    return model.integers(y + ".axis", {1}).node("Squeeze", {y + ".Y", y + ".axis"}, {y});
}

std::string refused(const ModelBuilder& model, std::int64_t chunk) {
    return refusal([&] { convert(model.save("stream.onnx"), streamed("time", chunk)); });
}

/// In runs of one result and of several; also of a whole that ends within a run.
void check_every(const ModelBuilder& model, std::int64_t every, std::int64_t warm_up = 0,
                 const Numbers& beyond = {0, 1}) {
    for (const std::int64_t results : {1, 2, 3}) {
        for (const std::int64_t more : beyond) {
            CAPTURE(results);
            CAPTURE(more);
            CHECK(compare_stream(
                      model,
                      {.chunk = results * every, .steps = 12 * every + more, .warm_up = warm_up, .every = every}) > 0);
        }
    }
}

}  // namespace

TEST_CASE("a convolution of any stride streams, one result of as many steps") {
    struct Window {
        int kernel;
        std::int64_t stride, front, dilation, warm_up;
    };
    for (const Window& w : {Window{2, 2, 0, 1, 0}, Window{3, 2, 0, 1, 1}, Window{3, 2, 1, 1, 0}, Window{3, 2, 2, 1, 0},
                            Window{1, 2, 0, 1, 0}, Window{1, 3, 0, 1, 0}, Window{5, 2, 0, 1, 2}, Window{5, 2, 4, 1, 0},
                            Window{5, 2, 1, 1, 1}, Window{3, 2, 1, 3, 2}, Window{4, 4, 0, 1, 0}, Window{2, 3, 0, 2, 0},
                            Window{3, 3, 2, 1, 0}}) {
        CAPTURE(w.kernel);
        CAPTURE(w.stride);
        CAPTURE(w.front);
        CAPTURE(w.dilation);
        ModelBuilder model;
        model.input("x", {1, 3, "time"});
        conv(model, "x", "y", 3, 4, w.kernel, w.stride, {w.front, 0}, w.dilation);
        check_every(model.output("y"), w.stride, w.warm_up);
    }
}

TEST_CASE("pools of any stride stream, also where the last may reach beyond the end") {
    for (const std::string op : {"MaxPool", "AveragePool"}) {
        for (const std::int64_t ceil : {0, 1}) {
            ModelBuilder model;
            model.input("x", {1, 3, "time"});
            pool(model, op, "x", "y", 2, 2, ceil);
            CHECK(compare_stream(model.output("y"), {.chunk = 4, .steps = 16, .every = 2}) == 1);
        }
        ModelBuilder wide;
        wide.input("x", {1, 3, "time"});
        check_every(pool(wide, op, "x", "y", 5, 3).output("y"), 3, 1);
    }
}

TEST_CASE("convolution, pool and recurrent layers stream together") {
    for (const std::string op : {"LSTM", "GRU"}) {
        ModelBuilder model;
        model.input("x", {1, 3, "time"});
        conv(model, "x", "a", 3, 6, 3, 1, {2, 0}).node("Relu", {"a"}, {"r"});
        pool(model, "MaxPool", "r", "p", 2, 2);
        layer(model, op, "p", "y", 6, 5, "last");
        check_every(model.output("y"), 2);
        CHECK(compare_stream(model.output("last"), {.chunk = 4, .every = 2}) == 2);
    }
}

TEST_CASE("a recurrent layer behind a strided warm-up begins with the first result") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 6, 4, 2, {0, 0});
    layer(model, "GRU", "a", "y", 6, 5).output("y");
    CHECK(compare_stream(model, {.chunk = 2, .warm_up = 1, .every = 2}) == 1);
    CHECK(refused(model, 4).find("stream it in steps of 2") != std::string::npos);
}

TEST_CASE("strides one behind the other multiply") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 6, 3, 2, {1, 0});
    pool(model, "AveragePool", "a", "p", 2, 2);
    conv(model, "p", "y", 6, 4, 2, 3, {1, 0}).output("y");
    check_every(model, 12);
    CHECK(
        refused(model, 2).find("node 'pool_p' (AveragePool): its stride over 'time' is 2: it makes one result of 4") !=
        std::string::npos);
}

TEST_CASE("ways of the same stride meet at the same result") {
    ModelBuilder model;
    model.input("x", {1, 4, "time"});
    conv(model, "x", "a", 4, 6, 5, 2, {4, 0});
    conv(model, "x", "b", 4, 6, 1, 2, {0, 0});
    pool(model, "MaxPool", "x", "m", 2, 2);
    model.node("Add", {"a", "b"}, {"sum"}).node("Concat", {"sum", "m"}, {"y"}, {{"axis", std::int64_t{1}}});
    check_every(model.output("y"), 2, 0, {0});
}

TEST_CASE("what comes behind a stride looks back at results") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 4, 2, 2, {0, 0});
    conv(model, "a", "b", 4, 4, 3, 1, {2, 0});
    model.integers("along", {2}).node("CumSum", {"b", "along"}, {"c"});
    model.integers("one", {1}).integers("end", {INT64_MAX}).integers("before", {-1}).integers("zero", {0});
    model.node("Slice", {"c", "one", "end", "along"}, {"later"});
    model.node("Slice", {"c", "zero", "before", "along"}, {"earlier"}).node("Sub", {"later", "earlier"}, {"y"});
    check_every(model.output("y"), 2, 1);
    model.integers("three", {-3}).node("Slice", {"b", "three", "end", "along"}, {"last"});
    ModelBuilder ending = model;
    for (const std::int64_t chunk : {2, 4, 8}) {
        const Conversion steps = convert(ending.output("last").save("stream.onnx"), streamed("time", chunk));
        CHECK(check_stream(steps).difference.empty());
        ending = model;
    }
}

TEST_CASE("a transposed convolution gives back what a stride took away") {
    struct Window {
        int kernel;
        std::int64_t stride, cut, dilation;  ///< of the end
    };
    for (const Window& w : {Window{2, 2, 0, 1}, Window{4, 2, 2, 1}, Window{3, 2, 1, 1}, Window{1, 2, 0, 1},
                            Window{3, 3, 0, 1}, Window{2, 3, 0, 1}, Window{3, 2, 3, 2}, Window{7, 3, 4, 1}}) {
        CAPTURE(w.kernel);
        CAPTURE(w.stride);
        ModelBuilder model;
        model.input("x", {1, 3, "time"});
        conv(model, "x", "a", 3, 4, 3, w.stride, {2, 0});
        model.weights("up", {4, 2, w.kernel});
        model.node("ConvTranspose", {"a", "up"}, {"y"},
                   {{"strides", Numbers{w.stride}}, {"dilations", Numbers{w.dilation}}, {"pads", Numbers{0, w.cut}}},
                   "up");
        const std::int64_t whole = 12 * w.stride, reach = (w.kernel - 1) * w.dilation;
        const Wanted wanted = {.chunk = w.stride, .steps = whole};
        if (reach + 1 - w.cut > w.stride) {
            CHECK(refused(model.output("y"), w.stride).find("later step") != std::string::npos);
            continue;
        }
        CHECK(compare_stream(model.output("y"), wanted) == 1);
    }
    ModelBuilder model;
    model.input("x", {1, 3, "time"}).weights("up", {3, 2, 2});
    model.node("ConvTranspose", {"x", "up"}, {"y"}, {{"strides", Numbers{2}}}, "up").output("y");
    CHECK(refused(model, 2).find("node 'up' (ConvTranspose): its stride over 'time' is 2, so that it makes more") !=
          std::string::npos);
}

TEST_CASE("an encoder and a decoder with a bridge stream") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "a", 3, 4, 3, 2, {2, 0}).node("Relu", {"a"}, {"ar"});
    conv(model, "ar", "b", 4, 6, 4, 2, {3, 0}).node("Relu", {"b"}, {"br"});
    layer(model, "GRU", "br", "r", 6, 6);
    model.node("Transpose", {"r"}, {"t"}, {{"perm", Numbers{1, 2, 0}}});
    model.weights("up.b", {6, 4, 4}).weights("up.a", {4, 2, 2});
    model.node("ConvTranspose", {"t", "up.b"}, {"u"}, {{"strides", Numbers{2}}, {"pads", Numbers{0, 2}}}, "up_b");
    model.node("Add", {"u", "ar"}, {"bridged"});
    model.node("ConvTranspose", {"bridged", "up.a"}, {"y"}, {{"strides", Numbers{2}}}, "up_a").output("y");
    for (const std::int64_t chunk : {4, 8}) { CHECK(compare_stream(model, {.chunk = chunk, .steps = 32}) == 1); }
}

TEST_CASE("a stride wants runs of a multiple, and may not look ahead") {
    ModelBuilder model;
    model.input("x", {1, 3, "time"});
    conv(model, "x", "y", 3, 4, 2, 2, {0, 0}).output("y");
    for (const std::int64_t chunk : {1, 3}) {
        CHECK(refused(model, chunk).find("so that a run must take 2 of them or a multiple: --stream time=2") !=
              std::string::npos);
    }
    ModelBuilder centered;
    centered.input("x", {1, 3, "time"});
    conv(centered, "x", "y", 3, 4, 5, 2, {2, 2}).output("y");
    CHECK(refused(centered, 2).find("node 'conv_y' (Conv): output 'y' would need 2 later steps") != std::string::npos);
}

}  // namespace tidegate::test::strided_streams
