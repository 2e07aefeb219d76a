// SPDX-License-Identifier: MIT
// What all operators share: the inputs of a node, the size guard, walking a row-major index.
#include "reference/evaluate.h"
#include "reference/ops.h"

namespace tidegate::reference {

const Tensor& Operands::at(std::size_t i) const {
    const Tensor* tensor = maybe(i);
    if (tensor == nullptr) { throw ShapeFault("input " + std::to_string(i) + " is missing"); }
    return *tensor;
}

const Tensor& Operands::real(std::size_t i) const {
    const Tensor& tensor = at(i);
    if (!tensor.is_real()) {
        throw ShapeFault("input " + std::to_string(i) + " is " + name_of(tensor.type) + ", not " +
                         name_of(ElementType::f32));
    }
    return tensor;
}

const Tensor* Operands::maybe_real(std::size_t i) const { return maybe(i) == nullptr ? nullptr : &real(i); }

const std::vector<std::int64_t>& Operands::integers(std::size_t i) const {
    const Tensor& tensor = at(i);
    if (tensor.is_real() || tensor.dims.size() > 1) {
        throw ShapeFault("input " + std::to_string(i) + " is not a list of integers");
    }
    return tensor.integers;
}

const std::vector<std::int64_t>* Operands::maybe_integers(std::size_t i) const {
    return maybe(i) == nullptr ? nullptr : &integers(i);
}

Tensor allocate(ElementType type, const Dims& dims) {
    if (element_count(dims) > kMaxReferenceElements) {
        throw ShapeFault("a result of shape " + to_text(dims) + " is too large");
    }
    return Tensor::zeros(type, dims);
}

bool next_index(Dims& index, const Dims& dims) {
    for (std::size_t i = dims.size(); i-- > 0;) {
        if (++index[i] < dims[i]) { return true; }
        index[i] = 0;
    }
    return false;
}

void copy_element(const Tensor& x, std::int64_t from, Tensor& y, std::int64_t to) {
    if (x.is_real()) {
        y.reals[static_cast<std::size_t>(to)] = x.reals[static_cast<std::size_t>(from)];
    } else {
        y.integers[static_cast<std::size_t>(to)] = x.integers[static_cast<std::size_t>(from)];
    }
}

}  // namespace tidegate::reference
