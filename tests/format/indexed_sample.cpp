// SPDX-License-Identifier: MIT
#include "maker.h"

namespace tidegate::test {

using namespace objects;

Sample indexed_sample() {
    Maker make;
    using Type = ElementType;
    const std::int32_t time = make.symbol("time", 2, 4);
    make.value("x", Type::f32, {2, 3, time});
    make.value("rows", Type::i64, {2, 3, 1});
    make.value("overlay", Type::f32, {3, 4, 6});
    make.value("elements", Type::f32, {2, 2, 2});
    make.value("named", Type::f32, {2, 3, time});
    make.value("scattered", Type::f32, {2, 3, time});
    make.value("summed", Type::f32, {2, 3, time});
    const float zero = -0.5F;
    make.constant("zero", Type::f32, {}, &zero, sizeof zero);
    const std::int32_t places[8] = {0, -1, 1, 0, -2, 1, 0, 0};
    make.constant("places", Type::i32, {2, 2, 2}, places, sizeof places);
    const std::int64_t pairs[4] = {1, -3, 0, 2};
    make.constant("pairs", Type::i64, {2, 2}, pairs, sizeof pairs);
    make.value("picked", Type::f32, {2, time});

    OverlayT overlay;  // the last element of x along the last axis comes first
    overlay.starts = {1, 0, 3};
    overlay.steps = {1, 1, -1};
    make.op("overlay", std::move(overlay), {"zero", "x"}, {"overlay"});
    GatherElementsT elements;
    elements.axis = 2;
    make.op("elements", std::move(elements), {"x", "places"}, {"elements"});
    GatherNDT named;
    named.batch_axes = 1;
    make.op("named", std::move(named), {"x", "rows"}, {"named"});
    ScatterElementsT scattered;
    scattered.axis = 1;
    scattered.reduction = Reduction::add;
    make.op("scattered", std::move(scattered), {"x", "places", "elements"}, {"scattered"});
    make.op("picked", GatherNDT(), {"named", "pairs"}, {"picked"});
    ScatterNDT summed;
    summed.reduction = Reduction::maximum;
    make.op("summed", std::move(summed), {"scattered", "pairs", "picked"}, {"summed"});
    make.input("x");
    make.input("rows");
    make.range("rows", RangeKind::index, 3);
    make.output("overlay");
    make.output("summed");
    return make.finish();
}

}  // namespace tidegate::test
