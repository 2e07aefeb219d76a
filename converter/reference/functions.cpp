// SPDX-License-Identifier: MIT
// The functions of one argument, the activations of RNN, LSTM and GRU among them (ONNX, Operators.md, "RNN").
#include <cmath>

#include "reference/ops.h"

namespace tidegate::reference {

double apply(const Function& function, double x) {
    const double alpha = function.alpha;
    const double beta = function.beta;
    switch (function.kind) {
        case UnaryKind::relu:
            return x < 0 ? 0 : x;
        case UnaryKind::tanh:
            return std::tanh(x);
        case UnaryKind::sigmoid:
            return 1 / (1 + std::exp(-x));
        case UnaryKind::affine:
            return alpha * x + beta;
        case UnaryKind::leaky_relu:
            return x >= 0 ? x : alpha * x;
        case UnaryKind::thresholded_relu:
            return x > alpha ? x : 0;
        case UnaryKind::scaled_tanh:
            return alpha * std::tanh(beta * x);
        case UnaryKind::hard_sigmoid: {
            const double y = alpha * x + beta;
            return y < 0 ? 0 : y > 1 ? 1 : y;
        }
        case UnaryKind::elu:
            return x >= 0 ? x : alpha * std::expm1(x);
        case UnaryKind::softsign:
            return x / (1 + std::abs(x));
        case UnaryKind::softplus:
            return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
        case UnaryKind::exp:
            return std::exp(x);
        case UnaryKind::log:
            return std::log(x);
        case UnaryKind::square_root:
            return std::sqrt(x);
        case UnaryKind::erf:
            return std::erf(x);
        case UnaryKind::absolute:
            return std::abs(x);
        case UnaryKind::negate:
            return -x;
        case UnaryKind::reciprocal:
            return 1 / x;
        case UnaryKind::round:
            return std::nearbyint(x);  // ties to even, the default mode
        case UnaryKind::floor:
            return std::floor(x);
        case UnaryKind::ceil:
            return std::ceil(x);
        case UnaryKind::sign:
            return x > 0 ? 1 : x < 0 ? -1 : x;
        case UnaryKind::sine:
            return std::sin(x);
        case UnaryKind::cosine:
            return std::cos(x);
    }
    throw ShapeFault("a function of this kind is not known");
}

}  // namespace tidegate::reference
