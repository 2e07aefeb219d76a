// SPDX-License-Identifier: MIT
// A .tide file run through the runtime's public API, with tensors of the workshop.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "graph/tensor.h"

namespace tidegate {

struct Port {
    std::string name;
    ElementType type = ElementType::f32;
    Dims dims;
};

/// One session with its own aligned copies of file and arena; states live as long as it does.
class ModelRunner {
public:
    /// kernels: the name of an instruction set, empty for the best. Throws ConvertError with the runtime's status text.
    explicit ModelRunner(std::span<const std::uint8_t> file, const std::string& kernels = "");
    ~ModelRunner();
    ModelRunner(const ModelRunner&) = delete;
    ModelRunner& operator=(const ModelRunner&) = delete;

    /// As they are at the present dimensions.
    const std::vector<Port>& inputs() const;
    const std::vector<Port>& outputs() const;
    std::string kernels() const;
    std::size_t arena_bytes() const;

    /// One run; inputs in the order of inputs(), rounded to their type. Shapes other than the present ones set the
    /// symbolic dimensions that the inputs' axes show. Throws ConvertError on a wrong type, shape or value, and when
    /// the runtime refuses the run.
    std::vector<Tensor> run(const std::vector<Tensor>& inputs);
    /// All symbolic dimensions, in the file's order. Throws ConvertError and changes nothing if the runtime refuses.
    void set_dims(const std::vector<std::int64_t>& values);
    /// States back to their initial values.
    void reset();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tidegate
