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
    PackedMatrix matrix;
    std::uint64_t rows = 0;  ///< products of one call: all leading extents
};

void run_dense(const Prepared& self, const kernels::Kernels& kernels) {
    const DenseSlot& slot = reinterpret_cast<const DenseSlot&>(self);
    const kernels::Panels panels = slot.matrix.input_part();
    const float* x = slot.x;
    float* y = slot.y;
    for (std::uint64_t m = 0; m < slot.rows; ++m) {
        kernels.gemv(panels, x, slot.matrix.bias, y, slot.matrix.units);
        x += slot.matrix.input_cols;
        y += slot.matrix.units;
    }
}

void prepare_dense(const Site& site, Prepared* head) {
    DenseSlot& slot = *reinterpret_cast<DenseSlot*>(head);
    slot = DenseSlot();
    slot.head.run = run_dense;
    slot.x = site.input(0).floats();
    slot.y = static_cast<float*>(site.output(0).data);
    slot.matrix = PackedMatrix(site, *site.op->params_as_Dense()->matrix());
    slot.rows = site.output(0).count() / slot.matrix.units;
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

const Operator dense_operator = {fixed_slot_bytes<DenseSlot>, prepare_dense};
const Operator matmul_operator = {fixed_slot_bytes<MatMulSlot>, prepare_matmul};

}  // namespace tidegate::ops
