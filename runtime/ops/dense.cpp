// SPDX-License-Identifier: MIT
// Matrix products: Dense with packed weights, MatMul of two values.
#include <cstring>

#include "ops/loops.h"
#include "ops/recurrent.h"

namespace tidegate::ops {
namespace {

// ---- y[m] = bias + W x[m] -----------------------------------------------------------------------

struct DenseSlot {
    Prepared head;
    Wide<const float> x;
    Wide<float> y;
    Wide<std::int8_t> quantized;
    Wide<Multiply> multiply;
    PackedMatrix matrix;
    std::uint64_t rows = 0;  ///< products of one call: all leading extents
    std::uint32_t at_once = 0;
    float input_scale = 0;
};

void run_dense(const Prepared& self, const kernels::Kernels& kernels) {
    const DenseSlot& slot = reinterpret_cast<const DenseSlot&>(self);
    const std::size_t cols = slot.matrix.input_cols, units = slot.matrix.units;
    kernels::Product product{slot.matrix.input_part(slot.input_scale),
                             slot.matrix.units,
                             0,
                             {slot.x, cols},
                             {slot.matrix.bias, 0},
                             {slot.y, units},
                             slot.quantized};
    for (std::uint64_t left = slot.rows; left > 0; left -= product.series) {
        product.series = left < slot.at_once ? static_cast<std::uint32_t>(left) : slot.at_once;
        slot.multiply(kernels, product);
        product.x.data += product.series * cols;
        product.y.data += product.series * units;
    }
}

/// i8: as many rows at once as its scratch has room for.
template <class Form>
void prepare_dense(const Site& site, Prepared* head) {
    DenseSlot& slot = *reinterpret_cast<DenseSlot*>(head);
    const format::Dense& op = *site.op->params_as_Dense();
    slot = DenseSlot();
    slot.head.run = run_dense;
    slot.x = site.input(0).floats();
    slot.y = static_cast<float*>(site.output(0).data);
    slot.quantized = reinterpret_cast<std::int8_t*>(site.scratch());
    slot.multiply = Form::multiply;
    slot.matrix = PackedMatrix(site, *op.matrix());
    slot.rows = site.output(0).count() / slot.matrix.units;
    slot.input_scale = op.input_scale();
    slot.at_once = kernels::kMostSeries;
    if (slot.matrix.form == format::MatrixForm::i8_panels) {
        const std::uint64_t room = site.scratch_bytes() / format::quantized_bytes(slot.matrix.input_cols);
        if (room < slot.at_once) { slot.at_once = static_cast<std::uint32_t>(room); }
    }
}

// ---- y = a b, batch axes broadcast; each element is one fma chain over k, from +0 ------------------

struct MatMulSlot {
    Prepared head;
    Wide<const float> a;
    Wide<const float> b;
    Wide<float> y;
    Loops<3> batches;  ///< a, b, y: their matrices; the innermost axis is stepped here
    std::uint32_t m = 0;
    std::uint32_t k = 0;
    std::uint32_t n = 0;
};

void multiply(const MatMulSlot& slot, const float* a, const float* b, float* y, const kernels::Kernels& kernels) {
    std::memset(y, 0, std::size_t{slot.m} * slot.n * sizeof(float));
    for (std::uint32_t i = 0; i < slot.m; ++i) {
        for (std::uint32_t j = 0; j < slot.k; ++j) {
            kernels.axpy(a[std::size_t{i} * slot.k + j], b + std::size_t{j} * slot.n, y + std::size_t{i} * slot.n,
                         slot.n);
        }
    }
}

void run_matmul(const Prepared& self, const kernels::Kernels& kernels) {
    const MatMulSlot& slot = reinterpret_cast<const MatMulSlot&>(self);
    const auto& inner = slot.batches.inner();
    slot.batches.for_each_row([&](const std::int64_t(&at)[3]) {
        for (std::int64_t i = 0; i < inner.extent; ++i) {
            multiply(slot, slot.a + (at[0] + i * inner.strides[0]), slot.b + (at[1] + i * inner.strides[1]),
                     slot.y + (at[2] + i * inner.strides[2]), kernels);
        }
    });
}

void prepare_matmul(const Site& site, Prepared* head) {
    MatMulSlot& slot = *reinterpret_cast<MatMulSlot*>(head);
    slot = MatMulSlot();
    const TensorView a = site.input(0), b = site.input(1), y = site.output(0);
    slot.head.run = run_matmul;
    slot.a = a.floats();
    slot.b = b.floats();
    slot.y = static_cast<float*>(y.data);
    slot.m = static_cast<std::uint32_t>(a.dims[a.rank - 2]);
    slot.k = static_cast<std::uint32_t>(a.dims[a.rank - 1]);
    slot.n = static_cast<std::uint32_t>(b.dims[b.rank - 1]);
    std::int64_t sa[format::kMaxRank] = {}, sb[format::kMaxRank] = {}, sy[format::kMaxRank] = {};
    broadcast_strides(a, y.rank, sa);
    broadcast_strides(b, y.rank, sb);
    row_major(y, sy);
    for (std::uint32_t i = 0; i + 2 < y.rank; ++i) { slot.batches.append(y.dims[i], {sa[i], sb[i], sy[i]}); }
    slot.batches.finish();
}

}  // namespace

const Operator dense_operator = {fixed_slot_bytes<DenseSlot>, prepare_dense<F32>};
const Operator dense_f16_operator = {fixed_slot_bytes<DenseSlot>, prepare_dense<F16>};
const Operator dense_i8_operator = {fixed_slot_bytes<DenseSlot>, prepare_dense<I8>};
const Operator matmul_operator = {fixed_slot_bytes<MatMulSlot>, prepare_matmul};

}  // namespace tidegate::ops
