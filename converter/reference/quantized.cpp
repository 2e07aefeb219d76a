// SPDX-License-Identifier: MIT
// Operators of quantized models. Quotients are those of floats, as the text has them: which integer is next is then the
// same everywhere.
#include <algorithm>
#include <cmath>

#include "reference/ops.h"
#include "reference/shapes_quantized.h"
#include "reference/shapes_windows.h"

namespace tidegate::reference {
namespace {

double quotient(double a, double b) { return static_cast<double>(static_cast<float>(a) / static_cast<float>(b)); }

double least(ElementType type) { return type == ElementType::u8 ? 0 : -128; }
double most(ElementType type) { return type == ElementType::u8 ? 255 : 127; }

/// Ties to even; NaN becomes 0.
std::int64_t saturated(double rounded, ElementType type) {
    if (std::isnan(rounded)) { return 0; }
    return static_cast<std::int64_t>(std::clamp(rounded, least(type), most(type)));
}

/// Element i of a tensor that has one, one for each slice of an axis, or one for each block of it.
class Slices {
public:
    Slices(const QuantizedSlices& slices, const Dims& x, const Dims& scale) {
        const SliceView<Dims> view = slice_view(slices, x, scale);
        if (view.dims.empty()) { return; }
        const Dims steps = strides(x);
        inner_ = steps[view.axis];
        extent_ = x[view.axis];
        block_ = view.blocks;
        by_block_ = slices.block > 0;
    }
    std::size_t at(std::int64_t i) const {
        const std::int64_t k = i / inner_ % extent_;
        if (!by_block_) { return static_cast<std::size_t>(k); }
        const std::int64_t outer = i / inner_ / extent_;
        return static_cast<std::size_t>((outer * (extent_ / block_) + k / block_) * inner_ + i % inner_);
    }

private:
    std::int64_t inner_ = 1, extent_ = 1, block_ = 1;
    bool by_block_ = false;
};

double number(const Tensor& t, std::size_t i) { return t.is_real() ? t.reals[i] : static_cast<double>(t.integers[i]); }
/// Of a zero point, which may be missing, or one for all.
double zero_at(const Tensor* zero, std::size_t i) {
    return zero == nullptr ? 0 : number(*zero, zero->integers.size() == 1 ? 0 : i);
}

/// Integers without their zero point, which broadcasts.
Tensor difference(const Tensor& x, const Tensor* zero, const Dims& view) {
    Tensor real = cast(x, ElementType::f32);
    if (zero == nullptr) { return real; }
    return binary(BinaryKind::subtract, real, with_dims(cast(*zero, ElementType::f32), view));
}

Tensor wrapped(const Tensor& sums) {
    Tensor y = allocate(ElementType::i32, sums.dims);
    for (std::size_t i = 0; i < y.integers.size(); ++i) {
        y.integers[i] = wrap(ElementType::i32, static_cast<std::int64_t>(sums.reals[i]));
    }
    return y;
}

}  // namespace

Tensor quantize_linear(const QuantizeLinear& op, const Operands& in) {
    const Tensor &x = in.at(0), &scale = in.real(1);
    const Slices slices(op.slices, x.dims, scale.dims);
    const Tensor* zero = in.maybe(2);
    Tensor y = allocate(zero == nullptr ? op.type : zero->type, x.dims);
    for (std::size_t i = 0; i < y.integers.size(); ++i) {
        const std::size_t at = slices.at(static_cast<std::int64_t>(i));
        const double rounded = std::nearbyint(quotient(number(x, i), scale.reals[at]));
        y.integers[i] = saturated(rounded + zero_at(zero, at), y.type);
    }
    return y;
}

Tensor dequantize_linear(const DequantizeLinear& op, const Operands& in) {
    const Tensor &x = in.at(0), &scale = in.real(1);
    const Slices slices(op.slices, x.dims, scale.dims);
    Tensor y = allocate(ElementType::f32, x.dims);
    for (std::size_t i = 0; i < y.reals.size(); ++i) {
        const std::size_t at = slices.at(static_cast<std::int64_t>(i));
        y.reals[i] = (number(x, i) - zero_at(in.maybe(2), at)) * scale.reals[at];
    }
    return y;
}

std::vector<Tensor> dynamic_quantize_linear(const Tensor& x) {
    double low = 0, high = 0;
    for (const double value : x.reals) {
        low = std::min(low, value);
        high = std::max(high, value);
    }
    const double range = static_cast<double>(static_cast<float>(high) - static_cast<float>(low));
    const double scale = quotient(range, 255) == 0 ? 1 : quotient(range, 255);
    const std::int64_t zero = saturated(std::nearbyint(-quotient(low, scale)), ElementType::u8);
    Tensor y = allocate(ElementType::u8, x.dims);
    for (std::size_t i = 0; i < y.integers.size(); ++i) {
        const double rounded = std::nearbyint(quotient(x.reals[i], scale));
        y.integers[i] = saturated(rounded + static_cast<double>(zero), ElementType::u8);
    }
    return {y, Tensor::of({}, {scale}), Tensor{ElementType::u8, {}, {}, {zero}}};
}

Tensor matmul_integer(const Operands& in) {
    const auto view = [&](std::size_t i) {
        return in.maybe(i) == nullptr ? Dims{} : matmul_zero_view(in.at(i).dims, i == 2);
    };
    return wrapped(matmul(difference(in.at(0), in.maybe(2), view(2)), difference(in.at(1), in.maybe(3), view(3))));
}

Tensor conv_integer(const ConvInteger& op, const Operands& in) {
    const Tensor& w = in.at(1);
    const Dims of_w = in.maybe(3) == nullptr ? Dims{} : conv_zero_view(in.at(3).dims, w.dims);
    const Tensor x = difference(in.at(0), in.maybe(2), {});
    Tensor y = wrapped(conv(op.conv, x, difference(w, in.maybe(3), of_w), nullptr));
    const Tensor* bias = in.maybe(4);
    if (bias == nullptr || y.integers.empty()) { return y; }
    Dims along(y.dims.size() - 1, 1);
    along[0] = y.dims[1];
    return binary(BinaryKind::add, y, with_dims(*bias, along));
}

Tensor fused_matmul(const FusedMatMul& op, const Tensor& a, const Tensor& b) {
    const auto ordered = [](const Tensor& x, bool batch, bool swap) {
        return batch || swap ? transpose(x, fused_order(x.dims.size(), batch, swap)) : x;
    };
    Tensor y = matmul(ordered(a, op.batch_a, op.transpose_a), ordered(b, op.batch_b, op.transpose_b));
    for (double& value : y.reals) { value *= op.alpha; }
    return y;
}

}  // namespace tidegate::reference
