// SPDX-License-Identifier: MIT
// Conversions of graphs made by hand.
#pragma once

#include "accuracy/accuracy.h"
#include "emit/write_program.h"
#include "lower_support.h"

namespace tidegate::test {

inline Conversion converted(const Graph& graph) {
    Conversion result;
    check(graph);
    result.graph = graph;
    result.program = std::make_shared<const Program>(lower(graph, std::nullopt));
    result.file = write_program(*result.program, {});
    return result;
}

inline QuantizationRequest int8_request() {
    QuantizationRequest request;
    request.form = WeightForm::i8;
    return request;
}

/// y = d x, made of a x and (d - a) x with |a| a thousand times |d|: rounding a's integers hides d. Then a plain layer.
inline Graph sensitive_graph(Random& random) {
    constexpr std::int64_t kInputs = 8, kRows = 6;
    GraphMaker m;
    const ValueId x = m.input("x", {1, kInputs});
    const ValueId twice = m.node(Concat{1}, {x, x}, {1, 2 * kInputs});
    Tensor weights = Tensor::zeros(ElementType::f32, {2 * kInputs, kRows});
    for (std::int64_t i = 0; i < kInputs * kRows; ++i) {
        const double a = std::round(random.normal(1000)), d = random.normal();
        weights.reals[static_cast<std::size_t>(i)] = a;
        weights.reals[static_cast<std::size_t>(i + kInputs * kRows)] = static_cast<double>(static_cast<float>(d - a));
    }
    const ValueId difference = m.node(MatMul{}, {twice, m.constant(weights)}, {1, kRows});
    const ValueId squashed = m.node(Unary{{UnaryKind::tanh, 0, 0}}, {difference}, {1, kRows});
    m.output(m.node(MatMul{}, {squashed, m.constant(random.tensor({kRows, 5}))}, {1, 5}));
    return m.graph;
}

}  // namespace tidegate::test
