// SPDX-License-Identifier: MIT
// Builds a sample op by op; lifetimes and places come at the end.
#pragma once

#include <memory>

#include "sample.h"

namespace tidegate::test {

class Maker {
public:
    using Dims = std::vector<std::int32_t>;
    using Type = objects::ElementType;
    using Form = objects::MatrixForm;

    /// These return the extent that stands for it in dims.
    std::int32_t symbol(const std::string& name, std::int32_t minimum, std::int32_t maximum);
    std::int32_t expression(const objects::Expression& made);

    /// A tensor in a buffer of its own.
    void value(const std::string& name, Type type, const Dims& dims);
    /// The bytes of `whole` from `offset` on.
    void view(const std::string& name, const std::string& whole, const Dims& dims, std::uint64_t offset = 0);
    void constant(const std::string& name, Type type, const Dims& dims, const void* bytes, std::size_t size);
    /// Offset of `floats` small values in the weights.
    std::uint64_t weights(std::size_t floats);
    /// Of small random weights; halves of all sizes below 1/2, subnormal ones among them.
    std::unique_ptr<objects::MatrixT> matrix(std::uint32_t gates, std::uint32_t units, std::uint32_t input_cols,
                                             std::uint32_t state_cols, Form form = Form::f32_panels);

    void input(const std::string& name);
    void output(const std::string& name);
    void state(const std::string& name, const std::string& input, const std::string& output);
    void range(const std::string& name, objects::RangeKind kind, std::int32_t extent);

    /// Names of operands; an empty one is missing. What needs scratch gets the least that will do.
    template <class Params>
    void op(const std::string& name, Params params, const std::vector<std::string>& inputs,
            const std::vector<std::string>& outputs) {
        auto made = std::make_unique<objects::OpT>();
        made->name = name;
        made->params.Set(std::move(params));
        for (const std::string& operand : inputs) { made->inputs.push_back(index(operand)); }
        for (const std::string& operand : outputs) { made->outputs.push_back(index(operand)); }
        if (const std::uint64_t bytes = scratch_bytes(*made)) { made->scratch = buffer(bytes); }
        sample_.model.ops.push_back(std::move(made));
    }

    /// Lifetimes from the ops and ports; each buffer at the lowest place that is free while it lives.
    Sample finish();

    objects::ModelT& model() { return sample_.model; }

private:
    int index(const std::string& name) const { return name.empty() ? -1 : sample_.tensors.at(name); }
    int buffer(std::uint64_t bytes);
    static std::uint64_t scratch_bytes(const objects::OpT& op);
    std::uint32_t word();
    /// Offset of zeros in the weights.
    std::uint64_t reserve(std::size_t bytes);
    std::uint64_t halves(std::size_t count);
    void fill_integers(objects::MatrixT& matrix);
    void add(const std::string& name, Type type, const Dims& dims, int buffer, std::uint64_t offset);
    void set_lifetimes();
    void place(std::size_t buffer);

    Sample sample_;
    std::uint32_t seed_ = 1;
};

}  // namespace tidegate::test
