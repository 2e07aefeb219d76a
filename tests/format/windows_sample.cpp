// SPDX-License-Identifier: MIT
#include "maker.h"

namespace tidegate::test {

using namespace objects;

namespace {

std::unique_ptr<ConvPartT> part(Maker& make, std::uint32_t units, std::uint32_t cols, std::vector<PartAxis> axes,
                                MatrixForm form = MatrixForm::f32_panels) {
    auto made = std::make_unique<ConvPartT>();
    made->matrix = make.matrix(1, units, cols, 0, form);
    made->axes = std::move(axes);
    return made;
}

}  // namespace

Sample windows_sample() {
    Maker make;
    using Type = ElementType;
    const std::int32_t time = make.symbol("time", 2, 5);
    make.value("x", Type::f32, {2, 4, time});
    make.value("conv", Type::f32, {2, 6, time});
    make.value("up", Type::f32, {2, 3, 11});
    make.view("image", "up", {2, 1, 3, 11});
    make.value("depth", Type::f32, {2, 2, 3, 6});
    make.value("pool", Type::f32, {2, 2, 2, 3});
    make.value("mean", Type::f32, {2, 6, 1});
    const float taps[1 * 2 * 3 * 2] = {0.5F, -1, 2, 0.25F, 1, 1, -0.5F, 3, 1, 0.125F, 1, -2}, bias[2] = {1, -1};
    make.constant("taps", Type::f32, {1, 2, 3, 2}, taps, sizeof taps);
    make.constant("bias", Type::f32, {2}, bias, sizeof bias);

    ConvT conv;  // two groups of 2 -> 3, three taps
    conv.groups = 2;
    conv.axes = {ConvAxis(1, 1, 1, 1)};
    for (int i = 0; i < 2; ++i) { conv.parts.push_back(part(make, 3, 6, {PartAxis(3, 0)}, MatrixForm::i8_panels)); }
    make.op("conv", std::move(conv), {"x"}, {"conv"});

    ConvT up;  // transposed: stride 2, kernel 3, of which 2 taps reach even places and 1 odd ones
    up.axes = {ConvAxis(1, 1, 2, 0)};
    up.parts.push_back(part(make, 3, 12, {PartAxis(2, -1)}));
    up.parts.push_back(part(make, 3, 6, {PartAxis(1, 0)}));
    make.op("up", std::move(up), {"conv"}, {"up"});

    ChannelConvT depth;
    depth.axes = {WindowAxis(2, 1, 1, 1, 1, 0), WindowAxis(3, 2, 1, 1, 1, 0)};
    make.op("depth", std::move(depth), {"image", "taps", "bias"}, {"depth"});

    PoolT pool;
    pool.kind = PoolKind::average;
    pool.count_padding = true;
    pool.axes = {WindowAxis(2, 1, 1, 1, 0, 0), WindowAxis(2, 2, 1, 1, 0, 1)};
    make.op("pool", std::move(pool), {"depth"}, {"pool"});

    PoolT mean;
    mean.axes = {WindowAxis(time, 1, 1, 1, 0, 0)};
    make.op("mean", std::move(mean), {"conv"}, {"mean"});
    make.input("x");
    make.output("pool");
    make.output("mean");
    return make.finish();
}

}  // namespace tidegate::test
