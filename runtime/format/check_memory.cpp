// SPDX-License-Identifier: MIT
// The arena plan: where buffers and tensors lie, and that nothing alive shares a byte.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

bool buffer_is_sound(const Context& context, const Buffer& buffer) {
    return buffer.offset() % kBufferAlignment == 0 &&
           within(buffer.offset(), buffer.bytes(), context.model.arena_bytes()) && buffer.first() <= buffer.last() &&
           buffer.last() <= context.steps;
}

bool collide(const Buffer& a, const Buffer& b) {
    const bool same_bytes = a.offset() < b.offset() + b.bytes() && b.offset() < a.offset() + a.bytes();
    const bool same_steps = a.first() <= b.last() && b.first() <= a.last();
    return same_bytes && same_steps;
}

/// Bytes of the tensor with the extents that `extent_of` gives; 0 if one is below 1 or the product too large.
template <class ExtentOf>
std::uint64_t bytes_of(const Tensor& tensor, ExtentOf extent_of) {
    std::uint64_t count = 1;
    for (std::uint32_t i = 0; i < length(tensor.dims()); ++i) {
        const std::int32_t extent = extent_of(tensor.dims()->Get(i));
        if (extent < 1) { return 0; }
        count *= static_cast<std::uint32_t>(extent);
        if (count > kMaxElements) { return 0; }
    }
    return count * element_bytes(tensor.type());
}

bool tensor_is_sound(const Context& context, const Tensor& tensor) {
    const std::uint32_t element = element_bytes(tensor.type());
    if (element == 0 || length(tensor.dims()) > kMaxRank) { return false; }
    for (std::uint32_t i = 0; i < length(tensor.dims()); ++i) {
        const std::int32_t extent = tensor.dims()->Get(i);
        if (!context.extents.exists(extent) || (tensor.buffer() == -1 && Extents::is_expression(extent))) {
            return false;
        }
    }
    const Extents& extents = context.extents;
    const std::uint64_t bytes = bytes_of(tensor, [&](std::int32_t extent) { return extents.value(extent); });
    const std::uint64_t most = bytes_of(tensor, [&](std::int32_t extent) { return extents.highest(extent); });
    if (bytes == 0 || most == 0) { return false; }
    if (tensor.buffer() == -1) { return in_weights(context, tensor.offset(), bytes); }
    if (tensor.buffer() < 0 || static_cast<std::uint32_t>(tensor.buffer()) >= length(context.model.buffers())) {
        return false;
    }
    const Buffer& buffer = *context.model.buffers()->Get(static_cast<std::uint32_t>(tensor.buffer()));
    return tensor.offset() % element == 0 && within(tensor.offset(), most, buffer.bytes());
}

}  // namespace

bool in_weights(const Context& context, std::uint64_t offset, std::uint64_t bytes) {
    return offset % kFileAlignment == 0 && within(offset, bytes, context.weights_bytes);
}

bool buffers_are_sound(const Context& context) {
    const auto* buffers = context.model.buffers();
    for (std::uint32_t i = 0; i < length(buffers); ++i) {
        if (!buffer_is_sound(context, *buffers->Get(i))) { return false; }
        for (std::uint32_t j = 0; j < i; ++j) {
            if (collide(*buffers->Get(i), *buffers->Get(j))) { return false; }
        }
    }
    return true;
}

bool tensors_are_sound(const Context& context) {
    for (const Tensor* tensor : *context.model.tensors()) {
        if (!tensor_is_sound(context, *tensor)) { return false; }
    }
    return true;
}

bool has_fixed_dims(const Context& context, std::uint32_t tensor) {
    const auto* dims = context.model.tensors()->Get(tensor)->dims();
    for (std::uint32_t i = 0; i < length(dims); ++i) {
        if (Extents::is_expression(dims->Get(i))) { return false; }
    }
    return true;
}

Shape shape_of(const Context& context, std::uint32_t tensor) {
    const Tensor& from = *context.model.tensors()->Get(tensor);
    Shape shape;
    shape.type = from.type();
    shape.rank = length(from.dims());
    for (std::uint32_t i = 0; i < shape.rank; ++i) {
        shape.dims[i] = static_cast<std::uint32_t>(context.extents.value(from.dims()->Get(i)));
        shape.count *= shape.dims[i];
    }
    shape.place = {from.buffer(), from.offset(), shape.count * element_bytes(shape.type)};
    return shape;
}

bool Shape::has_dims_of(const Shape& other) const {
    bool same = rank == other.rank;
    for (std::uint32_t i = 0; i < rank; ++i) { same = same && dims[i] == other.dims[i]; }
    return same;
}

}  // namespace tidegate::format
