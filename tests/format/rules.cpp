// SPDX-License-Identifier: MIT
#include "rules.h"

#include <doctest/doctest.h>

#include "format/file.h"

namespace tidegate::test {

void expect_verdicts(Sample (*make)(), const std::vector<Rule>& rules) {
    for (const Rule& rule : rules) {
        Sample sample = make();
        rule.damage(sample);
        INFO(rule.broken);
        CHECK(text_of(verdict_on(file_of(sample))) == text_of(rule.verdict));
    }
}

int add_tensor(Sample& sample) {
    auto tensor = std::make_unique<objects::TensorT>();
    tensor->dims = {1};
    sample.model.tensors.push_back(std::move(tensor));
    return static_cast<int>(sample.model.tensors.size()) - 1;
}

int add_buffer(Sample& sample, std::uint64_t bytes, std::uint32_t first, std::uint32_t last) {
    sample.model.buffers.emplace_back(sample.model.arena_bytes, bytes, first, last);
    sample.model.arena_bytes += format::align_up(bytes, format::kBufferAlignment);
    return static_cast<int>(sample.model.buffers.size()) - 1;
}

void move_to_end(Sample& sample, objects::Buffer& buffer, std::uint64_t bytes) {
    buffer.mutate_offset(sample.model.arena_bytes);
    buffer.mutate_bytes(bytes);
    sample.model.arena_bytes += format::align_up(bytes, format::kBufferAlignment);
}

int add_view(Sample& sample, const std::string& of, objects::ElementType type, const std::vector<std::int32_t>& dims,
             std::uint64_t offset) {
    auto tensor = std::make_unique<objects::TensorT>(sample.tensor(of));
    tensor->type = type;
    tensor->dims = dims;
    tensor->offset += offset;
    sample.model.tensors.push_back(std::move(tensor));
    return static_cast<int>(sample.model.tensors.size()) - 1;
}

void append_relu(Sample& sample, int x, int y) {
    const auto end = static_cast<std::uint32_t>(sample.model.ops.size());
    for (objects::Buffer& buffer : sample.model.buffers) {
        if (buffer.last() == end) { buffer.mutate_last(end + 1); }
    }
    auto op = std::make_unique<objects::OpT>();
    objects::UnaryOpT relu;
    relu.function = std::make_unique<objects::Function>(objects::Unary::relu, 0.0F, 0.0F);
    op->params.Set(std::move(relu));
    op->inputs = {x};
    op->outputs = {y};
    sample.model.ops.push_back(std::move(op));
}

void set_params_type(std::vector<std::uint8_t>& payload, std::size_t op, std::uint8_t type) {
    auto* model = flatbuffers::GetMutableRoot<objects::Model>(payload.data());
    auto* table = model->mutable_ops()->GetMutableObject(static_cast<flatbuffers::uoffset_t>(op));
    const bool changed =
        reinterpret_cast<flatbuffers::Table*>(table)->SetField<std::uint8_t>(objects::Op::VT_PARAMS_TYPE, type, 0);
    REQUIRE(changed);
}

}  // namespace tidegate::test
