// SPDX-License-Identifier: MIT
// Convolutions and pools: axes, groups, phases, matrices and extents that do not agree.
#include <doctest/doctest.h>

#include <limits>

#include "rules.h"

namespace windows_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;

namespace {

ConvT& conv(Sample& s, const char* name = "conv") { return *s.op(name).params.AsConv(); }
ChannelConvT& depth(Sample& s) { return *s.op("depth").params.AsChannelConv(); }
PoolT& pool(Sample& s, const char* name = "pool") { return *s.op(name).params.AsPool(); }

std::function<void(Sample&)> conv_axis(ConvAxis to) {
    return [=](Sample& s) { conv(s).axes[0] = to; };
}
std::function<void(Sample&)> part_axis(PartAxis to) {
    return [=](Sample& s) { conv(s, "up").parts[0]->axes[0] = to; };
}
std::function<void(Sample&)> depth_axis(WindowAxis to) {
    return [=](Sample& s) { depth(s).axes[1] = to; };
}
std::function<void(Sample&)> pool_axis(WindowAxis to) {
    return [=](Sample& s) { pool(s).axes[1] = to; };
}
constexpr std::uint32_t kMostSteps = 1u << 24;
constexpr std::int32_t kMissing = ~1000;  // an expression that is not there

}  // namespace

TEST_CASE("Conv has one or two axes with steps, and parts for each group and phase") {
    expect_verdicts(windows_sample, {
                                        allowed("large steps, beyond x", conv_axis({kMostSteps, kMostSteps, 1, 7})),
                                        allowed("a pad that follows the time", conv_axis({1, 1, 1, ~0})),
                                        {"stride 0", conv_axis({0, 1, 1, 1})},
                                        {"stride 2^32 - 1", conv_axis({UINT32_MAX, 1, 1, 1})},
                                        {"dilation 0", conv_axis({1, 0, 1, 1})},
                                        {"dilation beyond 2^24", conv_axis({1, kMostSteps + 1, 1, 1})},
                                        {"phases 0", conv_axis({1, 1, 0, 1})},
                                        {"a phase without a part", conv_axis({1, 1, 2, 1})},
                                        {"2^32 - 1 phases", conv_axis({1, 1, UINT32_MAX, 1})},
                                        {"a pad that is no expression", conv_axis({1, 1, 1, kMissing})},
                                        {"no axis", [](Sample& s) { conv(s).axes.clear(); }},
                                        {"an axis more than x has",
                                         [](Sample& s) {
                                             conv(s).axes.push_back({1, 1, 1, 0});
                                         }},
                                        {"no part", [](Sample& s) { conv(s).parts.clear(); }},
                                        {"a part too few", [](Sample& s) { conv(s).parts.pop_back(); }},
                                        {"a part too many",
                                         [](Sample& s) {
                                             conv(s).parts.push_back(std::move(conv(s, "up").parts.back()));
                                             conv(s, "up").parts.pop_back();
                                             conv(s, "up").axes[0] = {1, 1, 1, 0};
                                         }},
                                        {"no groups", [](Sample& s) { conv(s).groups = 0; }},
                                        {"one group with two parts", [](Sample& s) { conv(s).groups = 1; }},
                                        {"groups that do not divide x", dims("x", D{2, 5, ~0})},
                                        {"groups that do not divide y",
                                         [](Sample& s) {
                                             s.tensor("conv").dims = {2, 7, 4}, move_to_end(s, s.buffer("conv"), 4096);
                                         }},
                                    });
}

TEST_CASE("a part of Conv has the taps of its matrix' columns") {
    expect_verdicts(
        windows_sample,
        {
            allowed("a first element far away", part_axis({2, 1 << 30})),
            allowed("and on the other side", part_axis({2, -(1 << 30)})),
            {"a tap too many", part_axis({3, -1})},
            {"a tap too few", part_axis({1, -1})},
            {"no tap", part_axis({0, -1})},
            {"2^32 - 1 taps", part_axis({UINT32_MAX, -1})},
            {"a first element too far", part_axis({2, (1 << 30) + 1})},
            {"the lowest first element", part_axis({2, INT32_MIN})},
            {"no axis", [](Sample& s) { conv(s, "up").parts[1]->axes.clear(); }},
            {"an axis too many",
             [](Sample& s) {
                 conv(s, "up").parts[1]->axes.push_back({1, 0});
             }},
            {"a matrix with a row less", [](Sample& s) { --conv(s, "up").parts[1]->matrix->units; }},
            {"a matrix with a state", [](Sample& s) { ++conv(s, "up").parts[1]->matrix->state_cols; }},
            {"a matrix with two gates", [](Sample& s) { conv(s, "up").parts[1]->matrix->gates = 2; }},
            {"a matrix of another form",
             [](Sample& s) { conv(s, "up").parts[1]->matrix->form = MatrixForm::f16_panels; }},
            {"panels behind the weights",
             [](Sample& s) { conv(s, "up").parts[1]->matrix->panels = s.model.weights.size(); }},
            {"an unknown form", [](Sample& s) { conv(s).parts[0]->matrix->form = static_cast<MatrixForm>(77); }},
            {"a scale for floats", [](Sample& s) { conv(s, "up").input_scale = 1; }},
            allowed("a scale for integers", [](Sample& s) { conv(s).input_scale = 1; }),
            {"a scale that is NaN", [](Sample& s) { conv(s).input_scale = std::numeric_limits<float>::quiet_NaN(); }},
            {"a byte of scratch missing",
             [](Sample& s) { s.scratch("conv").mutate_bytes(s.scratch("conv").bytes() - 1); }},
            {"no scratch", [](Sample& s) { s.op("up").scratch = -1; }},
            {"x of another type", type("x")},
            {"y of another batch", dims("conv", D{1, 6, ~0})},
        });
}

TEST_CASE("ChannelConv's weights and bias fit its images") {
    expect_verdicts(windows_sample, {
                                        allowed("another pad", depth_axis({3, 2, 1, 1, 100, 0})),
                                        allowed("zeros between the elements", depth_axis({3, 2, 1, 3, 1, 0})),
                                        {"a kernel that is not the weights'", depth_axis({2, 2, 1, 1, 1, 0})},
                                        {"a kernel of the time", depth_axis({~0, 2, 1, 1, 1, 0})},
                                        {"kernel 0", depth_axis({0, 2, 1, 1, 1, 0})},
                                        {"stride 0", depth_axis({3, 0, 1, 1, 1, 0})},
                                        {"dilation 0", depth_axis({3, 2, 0, 1, 1, 0})},
                                        {"upsample 0", depth_axis({3, 2, 1, 0, 1, 0})},
                                        {"upsample beyond 2^24", depth_axis({3, 2, 1, kMostSteps + 1, 1, 0})},
                                        {"a pad that is no expression", depth_axis({3, 2, 1, 1, kMissing, 0})},
                                        {"an end pad that is none", depth_axis({3, 2, 1, 1, 1, kMissing})},
                                        {"groups that are not the weights'", [](Sample& s) { depth(s).groups = 2; }},
                                        {"no groups", [](Sample& s) { depth(s).groups = 0; }},
                                        {"an axis missing", [](Sample& s) { depth(s).axes.pop_back(); }},
                                        {"weights of other channels", dims("taps", D{2, 1, 3, 2})},
                                        {"weights of other outputs", dims("taps", D{1, 2, 3, 1})},
                                        {"weights with an axis less", dims("taps", D{1, 6, 2})},
                                        {"weights of integers", type("taps")},
                                        {"a bias too short", dims("bias", D{1})},
                                        {"a bias with two axes", dims("bias", D{2, 1})},
                                        {"a bias of integers", type("bias")},
                                        allowed("no bias", [](Sample& s) { s.op("depth").inputs[2] = -1; }),
                                        {"no weights", [](Sample& s) { s.op("depth").inputs[1] = -1; }},
                                    });
}

TEST_CASE("Pool keeps the channels, and its windows have steps") {
    expect_verdicts(windows_sample, {
                                        allowed("the average of nothing is NaN", pool_axis({2, 2, 1, 1, 5000, 0})),
                                        allowed("a window of 2^31 - 1 elements", pool_axis({INT32_MAX, 1, 1, 1, 0, 0})),
                                        {"kernel 0", pool_axis({0, 2, 1, 1, 0, 1})},
                                        {"stride 0", pool_axis({2, 0, 1, 1, 0, 1})},
                                        {"dilation 0", pool_axis({2, 2, 0, 1, 0, 1})},
                                        {"zeros between the elements", pool_axis({2, 2, 1, 2, 0, 1})},
                                        {"a kernel that is no expression", pool_axis({kMissing, 2, 1, 1, 0, 1})},
                                        {"an unknown kind", [](Sample& s) { pool(s).kind = static_cast<PoolKind>(2); }},
                                        {"an axis missing", [](Sample& s) { pool(s).axes.pop_back(); }},
                                        {"other channels", dims("pool", D{2, 1, 2, 3})},
                                        {"another batch", dims("pool", D{1, 2, 2, 3})},
                                        {"integers", type("pool")},
                                        {"an axis less", dims("pool", D{2, 2, 6})},
                                    });
}

}  // namespace windows_rules_test
