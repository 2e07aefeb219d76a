// SPDX-License-Identifier: MIT
#include "ops/op.h"

namespace tidegate::ops {

TensorView Site::tensor(int index) const {
    TensorView view;
    if (index < 0) { return view; }
    const format::Tensor& t = *model->tensors()->Get(static_cast<std::uint32_t>(index));
    view.type = t.type();
    view.rank = t.dims() != nullptr ? t.dims()->size() : 0;
    for (std::uint32_t i = 0; i < view.rank; ++i) { view.dims[i] = extent(t.dims()->Get(i)); }
    if (t.buffer() < 0) {
        view.data = const_cast<std::uint8_t*>(weights + t.offset());
    } else if (buffers != nullptr) {
        view.data = buffers + model->buffers()->Get(static_cast<std::uint32_t>(t.buffer()))->offset() + t.offset();
    }
    return view;
}

float* Site::scratch() const {
    if (op->scratch() < 0) { return nullptr; }
    return reinterpret_cast<float*>(buffers +
                                    model->buffers()->Get(static_cast<std::uint32_t>(op->scratch()))->offset());
}

std::uint64_t Site::scratch_bytes() const {
    return op->scratch() < 0 ? 0 : model->buffers()->Get(static_cast<std::uint32_t>(op->scratch()))->bytes();
}

}  // namespace tidegate::ops
