// SPDX-License-Identifier: MIT
#include "maker.h"

namespace tidegate::test {

using namespace objects;

Sample reduce_sample() {
    Maker make;
    using Type = ElementType;
    const std::int32_t time = make.symbol("time", 3, 6);
    make.value("x", Type::f32, {2, time, 5});
    make.value("whole", Type::i32, {4, time});
    make.value("mean", Type::f32, {2, 1, 5});
    make.value("least", Type::i32, {1, time});
    make.value("where", Type::i64, {2, time, 1});
    make.value("sums", Type::f32, {2, time, 5});
    make.value("best", Type::f32, {2, 3, 5});
    make.value("places", Type::i64, {2, 3, 5});
    make.value("worst", Type::i32, {2, time});

    make.value("product", Type::f32, {1, 3});
    const float factors[6] = {0.5F, -1, 2, 0.25F, 1, -3};
    make.constant("factors", Type::f32, {2, 3}, factors, sizeof factors);

    ReduceT product;
    product.kind = ReduceKind::product;
    make.op("product", product, {"factors"}, {"product"});
    ReduceT mean;
    mean.kind = ReduceKind::mean;
    mean.axis = 1;
    make.op("mean", mean, {"x"}, {"mean"});
    ReduceT least;
    least.kind = ReduceKind::minimum;
    make.op("least", least, {"whole"}, {"least"});
    ExtremeT where;
    where.axis = 2;
    where.largest = true;
    where.last = true;
    make.op("where", where, {"x"}, {"where"});
    CumSumT sums;
    sums.axis = 1;
    sums.exclusive = true;
    sums.reverse = true;
    make.op("sums", sums, {"x"}, {"sums"});
    TopKT best;
    best.axis = 1;
    best.largest = true;
    make.op("best", best, {"sums"}, {"best", "places"});
    make.op("worst", TopKT(), {"whole"}, {"worst", ""});
    make.input("x");
    make.input("whole");
    for (const char* name : {"product", "mean", "least", "where", "best", "places", "worst"}) { make.output(name); }
    return make.finish();
}

}  // namespace tidegate::test
