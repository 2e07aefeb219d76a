// SPDX-License-Identifier: MIT
// Convolutions, pools and BatchNormalization as ONNX models: what is refused and why, and what folds away.
#include <cmath>

#include "lower_support.h"
#include "onnx_builder.h"
#include "simplify_support.h"

namespace tidegate::windows_models_test {
namespace {

using namespace test;
using List = std::vector<std::int64_t>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

/// What is said of one node over x [1, 4, 9] with weights w [6, 4, 3], d [4, 1, 3] and c [4].
std::string of_node(const std::string& op, const std::vector<std::string>& inputs, const Attributes& attributes = {},
                    std::int64_t opset = 17) {
    ModelBuilder m(opset);
    m.input("x", {1, 4, 9}).weights("w", {6, 4, 3}).weights("d", {4, 1, 3}).weights("c", {4}).weights("one", {1});
    m.input("cube", {1, 4, 3, 3, 3}).weights("cubic", {6, 4, 1, 1, 1}).input("row", {4, 9});
    m.node(op, inputs, {"y"}, attributes, "it").output("y");
    return refusal([&] { convert(m.save("window.onnx"), {}); });
}

/// x [2, 4, 9], Conv or ConvTranspose of that kind, then BatchNormalization.
ModelBuilder normalized(const std::string& op, const Dims& w, std::int64_t channels, const Attributes& attributes) {
    ModelBuilder m;
    m.input("x", {2, 4, 9}).weights("w", w).weights("b", {channels}).weights("scale", {channels});
    m.weights("offset", {channels}).weights("mean", {channels});
    std::vector<float> variance;
    for (std::int64_t i = 0; i < channels; ++i) { variance.push_back(0.25F + static_cast<float>(i)); }
    m.floats("variance", {channels}, variance);
    m.node(op, {"x", "w", "b"}, {"c"}, attributes);
    m.node("BatchNormalization", {"c", "scale", "offset", "mean", "variance"}, {"y"}, {{"epsilon", 0.001F}});
    return m.output("y");
}

/// Simplified in double arithmetic: what is folded is the same but for its last bits.
Graph simplified(const ModelBuilder& model) {
    Graph before = model.read();
    bind(before, {});
    Graph after = before;
    simplify(after, {});
    const std::vector<Tensor> expected = results_of(before), found = results_of(after);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) { CHECK(distance(found[i], expected[i]) < 1e-13); }
    return after;
}

}  // namespace

TEST_CASE("attributes of convolutions that mean nothing are refused") {
    CHECK(of_node("Conv", {"x", "w"}).empty());
    CHECK(of_node("Conv", {"x", "w"}, {}, 7).empty());
    CHECK(of_node("Conv", {"x", "w"}, {}, 22).empty());
    CHECK(has(of_node("Conv", {"x", "w"}, {{"auto_pad", "SAME"}}), "'auto_pad' is 'SAME'"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"strides", List{0}}}), "'strides' has the value 0"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"strides", List{INT64_MAX}}}), "'strides' has the value"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"dilations", List{-1}}}), "'dilations' has the value -1"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"pads", List{-1, 0}}}), "'pads' has the value -1"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"pads", List{1}}}), "pads [1] has not 2 values"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"strides", List{1, 1}}}), "strides [1, 1] has not 1 values"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"kernel_shape", List{4}}}), "kernel_shape [4] is not that of its weights"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"group", 0}}), "'group' is 0"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"group", 2}}), "does not have the channels"));
    CHECK(has(of_node("Conv", {"x", "d"}, {{"group", INT64_MAX}}), "it"));
    CHECK(has(of_node("Conv", {"x", "w", "one"}), "has the shape [1], not [6]"));
    CHECK(has(of_node("Conv", {"x", "w"}, {{"dilations", List{5}}}), "does not fit axis 2"));
    CHECK(has(of_node("Conv", {"row", "w"}), "has no axis behind batch and channels"));
    CHECK(has(of_node("Conv", {"x", "c"}), "do not have the axes"));
    CHECK(has(of_node("Conv", {"cube", "cubic"}), "3 spatial axes"));
    CHECK(has(of_node("ConvTranspose", {"x", "d"}, {{"output_padding", List{1, 1}}}), "output_padding"));
    CHECK(has(of_node("ConvTranspose", {"x", "d"}, {{"pads", List{9, 9}}}), "has no elements"));
}

TEST_CASE("pools without a kernel, or with nothing but padding, are refused") {
    const Attributes three = {{"kernel_shape", List{3}}};
    CHECK(of_node("MaxPool", {"x"}, three).empty());
    CHECK(of_node("AveragePool", {"x"}, three, 22).empty());
    CHECK(has(of_node("MaxPool", {"x"}), "'kernel_shape' is missing"));
    CHECK(has(of_node("MaxPool", {"x"}, {{"kernel_shape", List{3}}, {"pads", List{3, 0}}}), "padding alone"));
    CHECK(has(of_node("MaxPool", {"cube"}, {{"kernel_shape", List{1, 1, 1}}}), "3 spatial axes"));
    CHECK(has(of_node("AveragePool", {"x"}, {{"kernel_shape", List{3}}, {"dilations", List{1}}}), "dilations"));
}

TEST_CASE("BatchNormalization folds into the convolution before it") {
    for (const std::int64_t group : {1, 2, 4}) {
        CAPTURE(group);
        const Graph conv = simplified(normalized("Conv", {8, 4 / group, 3}, 8, {{"group", group}}));
        CHECK(conv.nodes.size() == 1);
        const Graph transposed =
            simplified(normalized("ConvTranspose", {4, 3, 3}, 3 * group, {{"group", group}, {"strides", List{2}}}));
        CHECK(transposed.nodes.size() == 1);
    }
}

TEST_CASE("BatchNormalization stays a product and a sum where others read what comes before it") {
    ModelBuilder m = normalized("Conv", {8, 4, 3}, 8, {});
    m.output("c");
    CHECK(simplified(m).nodes.size() == 3);
    ModelBuilder alone;
    alone.input("x", {3, 4}).weights("s", {4}).weights("o", {4}).weights("m", {4});
    alone.floats("v", {4}, {0.5F, 1, 2, 3}).node("BatchNormalization", {"x", "s", "o", "m", "v"}, {"y"}).output("y");
    CHECK(simplified(alone).nodes.size() == 2);
}

TEST_CASE("BatchNormalization for training or with a negative variance is refused") {
    const auto of = [](const Attributes& attributes, const std::vector<float>& variance, bool computed) {
        ModelBuilder m;
        m.input("x", {3, 4}).weights("s", {4}).weights("o", {4}).weights("m", {4}).input("given", {4});
        m.floats("v", {4}, variance);
        m.node("BatchNormalization", {"x", "s", "o", "m", computed ? "given" : "v"}, {"y"}, attributes).output("y");
        return refusal([&] { convert(m.save("statistics.onnx"), {}); });
    };
    CHECK(of({}, {1, 1, 1, 1}, false).empty());
    CHECK(has(of({{"training_mode", 1}}, {1, 1, 1, 1}, false), "training_mode is 1"));
    CHECK(has(of({{"epsilon", 0.0F}}, {1, 1, 0, 1}, false), "a variance is 0"));
    CHECK(has(of({}, {1, 1, -1, 1}, false), "a variance is -1"));
    CHECK(has(of({{"epsilon", NAN}}, {1, 1, 1, 1}, false), "'epsilon'"));
    CHECK(of({}, {1, 1, 1, 1}, true).empty());
}

TEST_CASE("convolutions are packed but for those of one channel in each group, or with computed weights") {
    const auto steps = [](const Dims& w, std::int64_t group, bool computed, const char* op = "Conv") {
        GraphMaker m;
        Random random(1);
        const ValueId x = m.input("x", {1, 4, 9});
        const ValueId weights = computed ? m.input("w", w) : m.constant(random.tensor(w));
        const Window window{AutoPad::notset, {}, {}, {}, {1, 1}};
        const bool transposed = std::string(op) == "ConvTranspose";
        const Op any = transposed ? Op(ConvTranspose{window, group, {}, {}}) : Op(Conv{window, group});
        m.output(m.node(any, {x, weights}, {1, transposed ? w[1] * group : w[0], 9}));
        return kinds(m.lowered());
    };
    using Names = std::vector<std::string>;
    CHECK(steps({6, 4, 3}, 1, false) == Names{"conv"});
    CHECK(steps({6, 2, 3}, 2, false) == Names{"conv"});
    CHECK(steps({4, 1, 3}, 4, false) == Names{"channel_conv"});
    CHECK(steps({20, 1, 3}, 4, false) == Names{"conv"});
    CHECK(steps({6, 4, 3}, 1, true) == Names{"transpose", "channel_conv"});
    CHECK(steps({4, 6, 3}, 1, false, "ConvTranspose") == Names{"conv"});
    CHECK(steps({4, 1, 3}, 4, false, "ConvTranspose") == Names{"channel_conv"});
    CHECK(steps({4, 6, 3}, 1, true, "ConvTranspose") == Names{"transpose", "slice", "channel_conv"});
}

}  // namespace tidegate::windows_models_test
