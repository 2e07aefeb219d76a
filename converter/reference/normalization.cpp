// SPDX-License-Identifier: MIT
// y = scale (x - mean) / sqrt(variance + epsilon) + bias.
#include <cmath>

#include "reference/ops.h"

namespace tidegate::reference {

std::vector<Tensor> normalization(const Normalization& op, const Operands& in) {
    const Tensor& x = in.real(0);
    const auto [axis, view] = normalized_view(op, x.dims);
    Dims rows = view;  // the shape of the statistics
    for (std::size_t i = axis; i < rows.size(); ++i) { rows[i] = 1; }
    Tensor y = with_dims(x, view), mean = allocate(x.type, rows), inverse = mean;
    const std::size_t count = mean.reals.size(), length = count == 0 ? 0 : x.reals.size() / count;
    for (std::size_t row = 0; row < count; ++row) {
        double* v = y.reals.data() + row * length;
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i < length; ++i) { sum += v[i]; }
        const double center = op.centered ? sum / static_cast<double>(length) : 0;
        for (std::size_t i = 0; i < length; ++i) { squares += (v[i] - center) * (v[i] - center); }
        const double factor = 1 / std::sqrt(squares / static_cast<double>(length) + op.epsilon);
        for (std::size_t i = 0; i < length; ++i) { v[i] = (v[i] - center) * factor; }
        mean.reals[row] = center;
        inverse.reals[row] = factor;
    }
    if (!op.by_group) { y.dims = x.dims; }
    for (const std::size_t i : {1, 2}) {
        const Tensor* by = in.maybe_real(i);
        if (by == nullptr) { continue; }
        y = binary(i == 1 ? BinaryKind::multiply : BinaryKind::add, y,
                   with_dims(*by, channel_dims(op, by->dims, x.dims)));
    }
    y.dims = x.dims;
    return {std::move(y), std::move(mean), std::move(inverse)};
}

}  // namespace tidegate::reference
