// SPDX-License-Identifier: MIT
#include "maker.h"

namespace tidegate::test {

using namespace objects;

Sample loop_sample() {
    Maker make;
    using Type = ElementType;
    const std::int32_t time = make.symbol("time", 2, 4);
    make.value("x", Type::f32, {time, 2, 3});
    make.value("start", Type::f32, {2, 3});
    make.value("begun", Type::f32, {2, 3});
    make.value("sum", Type::f32, {2, 3});
    make.value("row", Type::f32, {2, 3});
    make.value("y", Type::f32, {2, time, 3});
    make.value("round", Type::i64, {});
    make.value("part", Type::f32, {2, 3});
    make.value("added", Type::f32, {2, 3});
    make.value("goes_on", Type::boolean, {});
    make.value("kept", Type::f32, {2, 3});
    const std::int64_t one = 1;
    make.constant("one", Type::i64, {}, &one, sizeof one);
    const std::uint8_t yes = 1;
    make.constant("yes", Type::boolean, {1}, &yes, sizeof yes);

    UnaryOpT relu;
    relu.function = std::make_unique<Function>(Unary::relu, 0.0F, 0.0F);
    make.op("first", std::move(relu), {"start"}, {"begun"});
    LoopT walk;
    walk.steps = 5;
    walk.trips = time;
    walk.carried = 1;
    walk.scans = {{0, 1}};
    walk.stacks = {{1, -1}};
    make.op("walk", std::move(walk), {"", "begun", "x"}, {"", "sum", "row", "y"});
    LoopT inner;
    inner.steps = 2;
    inner.trips = 3;
    inner.carried = 1;
    make.op("inner", std::move(inner), {"", "row"}, {"round", "part"});
    BinaryOpT add, less;
    add.kind = Binary::add;
    less.kind = Binary::less;
    make.op("add", std::move(add), {"part", "sum"}, {"added"});
    make.op("less", std::move(less), {"round", "one"}, {"goes_on"});
    LoopEndT inner_end, walk_end;
    inner_end.steps = 2;
    walk_end.steps = 5;
    make.op("inner_end", std::move(inner_end), {"goes_on", "added"}, {});
    BinaryOpT keep;
    keep.kind = Binary::add;
    make.op("keep", std::move(keep), {"part", "begun"}, {"kept"});
    make.op("walk_end", std::move(walk_end), {"", "kept", "part"}, {});
    make.input("x");
    make.input("start");
    make.output("y");
    make.output("sum");
    return make.finish();
}

}  // namespace tidegate::test
