// SPDX-License-Identifier: MIT
// Convolutions and pools: random shapes against the double reference, all kernels bit for bit, and the packed form
// against Dense on windows that are cut out by hand.
#include <doctest/doctest.h>

#include <array>

#include "one_node.h"

namespace windows_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

/// Sums of up to 400 products with a variance of 1 together: each rounding is at most 6e-8 of the largest partial sum.
constexpr double kSum = 4e-6;
constexpr double kExact = 0;

using List = std::vector<std::int64_t>;

List random_list(Random& random, std::size_t count, std::int64_t low, std::int64_t high) {
    List list;
    for (std::size_t i = 0; i < count; ++i) { list.push_back(random.between(low, high)); }
    return list;
}

/// Sometimes left to its default.
List maybe(Random& random, List list) { return random.coin() ? std::move(list) : List(); }

struct Shapes {
    std::size_t axes;
    std::int64_t groups, in, out;  ///< channels of a group
    Dims kernel, x;
    std::int64_t cols() const { return in * element_count(kernel); }
};

/// Depthwise ones among them, and rows from 1 element to more than a chunk.
Shapes random_shapes(Random& random) {
    Shapes s;
    s.axes = static_cast<std::size_t>(random.between(1, 2));
    s.groups = random.coin() ? 1 : random.between(2, 5);
    s.in = random.coin() ? 1 : random.between(1, 9);
    s.out = random.coin() ? random.between(1, 3) : random.between(1, 21);
    s.kernel = random_list(random, s.axes, 1, s.axes == 1 ? 9 : 5);
    s.x = {random.between(1, 2), s.groups * s.in};
    for (const std::int64_t k : s.kernel) { s.x.push_back(k - 1 + random.between(1, random.coin() ? 5 : 40)); }
    return s;
}

Window random_window(Random& random, const Shapes& s, bool with_auto_pad) {
    Window w;
    w.kernel = maybe(random, s.kernel);
    w.strides = maybe(random, random_list(random, s.axes, 1, 3));
    w.dilations = maybe(random, random_list(random, s.axes, 1, 3));
    if (with_auto_pad && random.coin()) {
        w.auto_pad = static_cast<AutoPad>(random.between(1, 3));
    } else {
        w.pads = maybe(random, random_list(random, 2 * s.axes, 0, 3));
    }
    return w;
}

void add_weights(OneNode& n, Random& random, const Shapes& s, Dims w_dims) {
    const double scale = 1 / std::sqrt(static_cast<double>(s.cols()));
    const Dims b_dims = {s.groups * s.out};
    const bool constant = random.between(0, 2) != 0;
    constant ? n.constant(random.tensor(std::move(w_dims), scale)) : n.input(random.tensor(std::move(w_dims), scale));
    switch (random.between(0, 3)) {
        case 0:
            break;
        case 1:
            n.input(random.tensor(b_dims));
            break;
        default:
            n.constant(random.tensor(b_dims));
    }
}

/// Is there a window at all? Others are refused, and tested so.
bool has_windows(const Shapes& s, const Window& w) {
    if (w.auto_pad == AutoPad::same_upper || w.auto_pad == AutoPad::same_lower) { return true; }
    for (std::size_t i = 0; i < s.axes; ++i) {
        const std::int64_t reach = (s.kernel[i] - 1) * (w.dilations.empty() ? 1 : w.dilations[i]) + 1;
        const bool padded = w.auto_pad == AutoPad::notset && !w.pads.empty();
        if (s.x[i + 2] + (padded ? w.pads[i] + w.pads[i + s.axes] : 0) < reach) { return false; }
    }
    return true;
}

}  // namespace

TEST_CASE("Conv with every mix of groups, strides, dilations and padding computes what the reference says") {
    int cases = 0;
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Shapes s = random_shapes(random);
        const Window window = random_window(random, s, true);
        if (!has_windows(s, window)) { continue; }
        OneNode n(Conv{window, s.groups});
        n.input(random.tensor(s.x));
        Dims w = {s.groups * s.out, s.in};
        w.insert(w.end(), s.kernel.begin(), s.kernel.end());
        add_weights(n, random, s, w);
        check_node(std::move(n), kSum);
        ++cases;
    }
    CHECK(cases > 300);
}

TEST_CASE("ConvTranspose with every mix of groups, strides, dilations and padding computes what the reference says") {
    int cases = 0;
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Shapes s = random_shapes(random);
        ConvTranspose op{random_window(random, s, true), s.groups, {}, {}};
        if (random.coin()) { op.output_padding = random_list(random, s.axes, 0, 2); }
        bool exists = true;
        for (std::size_t i = 0; i < s.axes; ++i) {
            const std::int64_t stride = op.window.strides.empty() ? 1 : op.window.strides[i];
            const std::int64_t pads = op.window.pads.empty() ? 0 : op.window.pads[i] + op.window.pads[i + s.axes];
            exists = exists && stride * (s.x[i + 2] - 1) + s.kernel[i] > pads;
            if (seed % 4 == 3) { op.output_shape.push_back(random.between(1, 3 * s.x[i + 2])); }
        }
        if (!exists) { continue; }
        OneNode n(op);
        n.input(random.tensor(s.x));
        Dims w = {s.groups * s.in, s.out};
        w.insert(w.end(), s.kernel.begin(), s.kernel.end());
        add_weights(n, random, s, w);
        check_node(std::move(n), kSum);
        ++cases;
    }
    CHECK(cases > 300);
}

TEST_CASE("MaxPool and AveragePool with every mix of strides, dilations and padding compute what the reference says") {
    int cases = 0;
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        CAPTURE(seed);
        Random random(seed);
        const Shapes s = random_shapes(random);
        Window window = random_window(random, s, true);
        window.kernel = s.kernel;
        for (std::size_t i = 0; i < window.pads.size(); ++i) {
            window.pads[i] = std::min(window.pads[i], s.kernel[i % s.axes] - 1);
        }
        if (!has_windows(s, window)) { continue; }
        const PoolKind kind = random.coin() ? PoolKind::maximum : PoolKind::average;
        const bool global = random.between(0, 5) == 0;
        OneNode n(Pool{kind, window, global, random.coin(), kind == PoolKind::average && random.coin()});
        if (kind == PoolKind::maximum && random.between(0, 3) == 0) {
            Tensor bytes = Tensor::zeros(random.coin() ? ElementType::u8 : ElementType::i8, s.x);
            for (auto& v : bytes.integers) { v = random.between(bytes.type == ElementType::u8 ? 0 : -128, 127); }
            n.input(std::move(bytes));
        } else {
            n.input(random.tensor(s.x));
        }
        check_node(std::move(n), kind == PoolKind::maximum ? kExact : kSum);
        ++cases;
    }
    CHECK(cases > 300);
}

TEST_CASE("in every form of weights a convolution has the bits of Dense on each window") {
    constexpr std::int64_t kLength = 23, kIn = 5, kTaps = 3, kOut = 19, kStride = 2, kPad = 2;
    constexpr std::int64_t kWindows = (kLength + 2 * kPad - kTaps) / kStride + 1;
    Random random(7);
    const Tensor x = random.tensor({1, kIn, kLength}), w = random.tensor({kOut, kIn, kTaps});
    const Tensor b = random.tensor({kOut});
    Tensor windows = Tensor::zeros(ElementType::f32, {kWindows, kIn * kTaps});
    Tensor transposed = Tensor::zeros(ElementType::f32, {kIn * kTaps, kOut});
    for (std::int64_t i = 0; i < kIn * kTaps; ++i) {
        for (std::int64_t o = 0; o < kWindows; ++o) {
            const std::int64_t at = o * kStride + i % kTaps - kPad;
            const double value =
                at < 0 || at >= kLength ? 0 : x.reals[static_cast<std::size_t>(i / kTaps * kLength + at)];
            windows.reals[static_cast<std::size_t>(o * kIn * kTaps + i)] = value;
        }
        for (std::int64_t m = 0; m < kOut; ++m) {
            transposed.reals[static_cast<std::size_t>(i * kOut + m)] =
                w.reals[static_cast<std::size_t>(m * kIn * kTaps + i)];
        }
    }
    const auto graph_of = [&](OneNode n, const Dims& dims) {
        n.graph.name = "one node";
        n.graph.opset = 13;
        const ValueId y = n.graph.add_value("y", ElementType::f32, dims);
        n.node.outputs = {y};
        n.graph.outputs.push_back({y, "y"});
        n.graph.nodes.push_back(n.node);
        return n.graph;
    };
    OneNode conv(Conv{{AutoPad::notset, {}, {kStride}, {}, {kPad, kPad}}, 1});
    conv.input(x);
    conv.constant(w);
    conv.constant(b);
    OneNode gemm(Gemm{1, 1, false, false});
    gemm.input(windows);
    gemm.constant(transposed);
    gemm.constant(b);
    for (const WeightForm form : {WeightForm::f32, WeightForm::f16, WeightForm::i8}) {
        for (const float scale : {0.0F, 0.02F}) {
            CAPTURE(static_cast<int>(form));
            Quantization quantization;
            quantization.form = form;
            if (form == WeightForm::i8) { quantization.input_scales["node"] = scale; }
            const auto conv_file = file_of(graph_of(conv, {1, kOut, kWindows}), quantization);
            const auto gemm_file = file_of(graph_of(gemm, {kWindows, kOut}), quantization);
            for (const std::string& kernels : kernel_names()) {
                CAPTURE(kernels);
                const Tensor got = ModelRunner(conv_file, kernels).run({x})[0];
                const Tensor want = ModelRunner(gemm_file, kernels).run({windows})[0];
                for (std::int64_t i = 0; i < kOut * kWindows; ++i) {
                    CHECK(got.reals[static_cast<std::size_t>(i)] ==
                          want.reals[static_cast<std::size_t>(i % kWindows * kOut + i / kWindows)]);
                }
            }
        }
    }
}

TEST_CASE("a window alone has the bits of the window among others") {
    constexpr std::int64_t kIn = 6, kTaps = 4, kLength = 21;
    for (const std::int64_t groups : {1, 2, 6}) {  // the last one goes by channels
        CAPTURE(groups);
        Random random(11);
        const Tensor x = random.tensor({1, kIn, kLength}), w = random.tensor({12, kIn / groups, kTaps});
        const auto run = [&](const Tensor& input) {
            OneNode n(Conv{{}, groups});
            n.input(input);
            n.constant(w);
            n.graph.name = "one node";
            const ValueId y = n.graph.add_value("y", ElementType::f32, Dims{1, 12, input.dims[2] - kTaps + 1});
            n.node.outputs = {y};
            n.graph.outputs.push_back({y, "y"});
            n.graph.nodes.push_back(n.node);
            return ModelRunner(file_of(n.graph)).run({input})[0];
        };
        const Tensor whole = run(x);
        for (std::int64_t o = 0; o + kTaps <= kLength; ++o) {
            Tensor window = Tensor::zeros(ElementType::f32, {1, kIn, kTaps});
            for (std::int64_t i = 0; i < kIn * kTaps; ++i) {
                window.reals[static_cast<std::size_t>(i)] =
                    x.reals[static_cast<std::size_t>(i / kTaps * kLength + o + i % kTaps)];
            }
            const Tensor alone = run(window);
            for (std::int64_t m = 0; m < 12; ++m) {
                CHECK(alone.reals[static_cast<std::size_t>(m)] ==
                      whole.reals[static_cast<std::size_t>(m * (kLength - kTaps + 1) + o)]);
            }
        }
    }
}

}  // namespace windows_test
