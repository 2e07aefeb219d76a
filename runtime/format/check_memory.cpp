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

bool tensor_is_sound(const Context& context, const Tensor& tensor) {
    const std::uint32_t bytes = element_bytes(tensor.type());
    if (bytes == 0 || length(tensor.dims()) > kMaxRank) { return false; }
    std::uint64_t count = 1;
    for (std::uint32_t i = 0; i < length(tensor.dims()); ++i) {
        const std::int32_t extent = tensor.dims()->Get(i);
        if (extent < 1) { return false; }  // negative: an expression, of which there are none
        count *= static_cast<std::uint32_t>(extent);
        if (count > kMaxElements) { return false; }
    }
    if (tensor.buffer() == -1) { return in_weights(context, tensor.offset(), count * bytes); }
    if (tensor.buffer() < 0 || static_cast<std::uint32_t>(tensor.buffer()) >= length(context.model.buffers())) {
        return false;
    }
    const Buffer& buffer = *context.model.buffers()->Get(static_cast<std::uint32_t>(tensor.buffer()));
    return tensor.offset() % bytes == 0 && within(tensor.offset(), count * bytes, buffer.bytes());
}

}  // namespace

bool in_weights(const Context& context, std::uint64_t offset, std::uint64_t bytes) {
    return offset % kFileAlignment == 0 && within(offset, bytes, context.weights_bytes);
}

bool memory_is_sound(const Context& context) {
    const auto* buffers = context.model.buffers();
    for (std::uint32_t i = 0; i < length(buffers); ++i) {
        if (!buffer_is_sound(context, *buffers->Get(i))) { return false; }
        for (std::uint32_t j = 0; j < i; ++j) {
            if (collide(*buffers->Get(i), *buffers->Get(j))) { return false; }
        }
    }
    for (const Tensor* tensor : *context.model.tensors()) {
        if (!tensor_is_sound(context, *tensor)) { return false; }
    }
    return true;
}

Shape shape_of(const Context& context, std::uint32_t tensor) {
    const Tensor& from = *context.model.tensors()->Get(tensor);
    Shape shape;
    shape.type = from.type();
    shape.rank = length(from.dims());
    for (std::uint32_t i = 0; i < shape.rank; ++i) {
        shape.dims[i] = static_cast<std::uint32_t>(from.dims()->Get(i));
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
