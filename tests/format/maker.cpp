// SPDX-License-Identifier: MIT
#include "maker.h"

#include <algorithm>
#include <cstring>

#include "format/sizes.h"

namespace tidegate::test {
namespace {

std::uint64_t element_bytes(objects::ElementType type) {
    switch (type) {
        case objects::ElementType::i64:
            return 8;
        case objects::ElementType::f32:
        case objects::ElementType::i32:
            return 4;
        default:
            return 1;
    }
}

bool collide(const objects::Buffer& a, const objects::Buffer& b) {
    return a.offset() < b.offset() + b.bytes() && b.offset() < a.offset() + a.bytes() && a.first() <= b.last() &&
           b.first() <= a.last();
}

}  // namespace

int Maker::buffer(std::uint64_t bytes) {
    sample_.model.buffers.emplace_back(0, bytes, UINT32_MAX, 0);
    return static_cast<int>(sample_.model.buffers.size()) - 1;
}

void Maker::add(const std::string& name, Type type, const Dims& dims, int buffer, std::uint64_t offset) {
    auto tensor = std::make_unique<objects::TensorT>();
    tensor->type = type;
    tensor->dims = dims;
    tensor->buffer = buffer;
    tensor->offset = offset;
    sample_.tensors[name] = static_cast<int>(sample_.model.tensors.size());
    sample_.model.tensors.push_back(std::move(tensor));
}

std::int32_t Maker::symbol(const std::string& name, std::int32_t minimum, std::int32_t maximum) {
    auto made = std::make_unique<objects::SymbolT>();
    made->name = name;
    made->minimum = minimum;
    made->maximum = maximum;
    model().symbols.push_back(std::move(made));
    const auto index = static_cast<std::int32_t>(model().symbols.size()) - 1;
    return expression({objects::ExpressionKind::symbol, index, 0, minimum, maximum, maximum});
}

std::int32_t Maker::expression(const objects::Expression& made) {
    model().expressions.push_back(made);
    return ~(static_cast<std::int32_t>(model().expressions.size()) - 1);
}

void Maker::value(const std::string& name, Type type, const Dims& dims) {
    std::uint64_t bytes = element_bytes(type);
    for (const std::int32_t extent : dims) {
        const std::int32_t most =
            extent >= 0 ? extent : model().expressions[static_cast<std::size_t>(~extent)].highest();
        bytes *= static_cast<std::uint64_t>(most);
    }
    add(name, type, dims, buffer(bytes), 0);
}

void Maker::view(const std::string& name, const std::string& whole, const Dims& dims, std::uint64_t offset) {
    const objects::TensorT& of = sample_.tensor(whole);
    add(name, of.type, dims, of.buffer, of.offset + offset);
}

std::uint64_t Maker::reserve(std::size_t bytes) {
    std::vector<std::uint8_t>& weights = sample_.model.weights;
    const std::size_t offset = weights.size();
    weights.resize(static_cast<std::size_t>(format::align_up(offset + bytes, format::kFileAlignment)));
    return offset;
}

std::uint32_t Maker::word() { return seed_ = seed_ * 1664525 + 1013904223; }  // Numerical Recipes' generator

void Maker::constant(const std::string& name, Type type, const Dims& dims, const void* bytes, std::size_t size) {
    const std::uint64_t offset = reserve(size);
    std::memcpy(model().weights.data() + offset, bytes, size);
    add(name, type, dims, -1, offset);
}

std::uint64_t Maker::weights(std::size_t floats) {
    const std::uint64_t offset = reserve(floats * sizeof(float));
    for (std::size_t i = 0; i < floats; ++i) {
        const float value = static_cast<float>(static_cast<std::int32_t>(word())) * 0x1p-32F;
        std::memcpy(model().weights.data() + offset + i * sizeof(float), &value, sizeof(float));
    }
    return offset;
}

std::uint64_t Maker::halves(std::size_t count) {
    const std::uint64_t offset = reserve(count * sizeof(std::uint16_t));
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t random = word() >> 8, exponent = (random >> 16) % 14;  // 0: subnormal, 13: from 1/4 on
        const auto half = static_cast<std::uint16_t>((random & 0x83ff) | exponent << 10);
        std::memcpy(model().weights.data() + offset + i * sizeof half, &half, sizeof half);
    }
    return offset;
}

/// Panels and rows of integers from -127 to 127, zero in the columns that fill a quad.
void Maker::fill_integers(objects::MatrixT& matrix) {
    constexpr std::uint32_t kRows = format::kPanelRows, kQuad = 4;
    const std::uint64_t panels = format::panel_count(matrix.gates, matrix.units);
    const std::uint32_t cols[] = {matrix.input_cols, matrix.state_cols};
    const std::uint32_t parts = format::column_parts(matrix.state_cols);
    const auto bytes_of = [](std::uint32_t n) { return format::column_bytes(format::MatrixForm::i8_panels, n); };
    matrix.panels = reserve(static_cast<std::size_t>(panels * (bytes_of(cols[0]) + bytes_of(cols[1]))));
    matrix.rows = reserve(static_cast<std::size_t>(panels * parts * 2 * kRows * sizeof(float)));
    std::uint8_t* at = model().weights.data() + matrix.panels;
    std::uint8_t* row_at = model().weights.data() + matrix.rows;
    for (std::uint64_t i = 0; i < panels * parts; ++i) {
        const std::uint32_t count = cols[i % parts];
        float scales[kRows];
        std::int32_t corrections[kRows] = {};
        for (float& scale : scales) { scale = static_cast<float>((word() >> 8) + (1 << 24)) * 0x1p-33F; }
        for (std::uint32_t col = 0; col < bytes_of(count) / kRows; ++col) {
            for (std::uint32_t row = 0; row < kRows; ++row) {
                const std::int32_t weight = col < count ? static_cast<std::int32_t>((word() >> 8) % 255) - 127 : 0;
                at[(col / kQuad * kRows + row) * kQuad + col % kQuad] = static_cast<std::uint8_t>(weight);
                corrections[row] -= 128 * weight;
            }
        }
        at += bytes_of(count);
        std::memcpy(row_at, scales, sizeof scales);
        std::memcpy(row_at + sizeof scales, corrections, sizeof corrections);
        row_at += sizeof scales + sizeof corrections;
    }
}

std::unique_ptr<objects::MatrixT> Maker::matrix(std::uint32_t gates, std::uint32_t units, std::uint32_t input_cols,
                                                std::uint32_t state_cols, Form form) {
    auto matrix = std::make_unique<objects::MatrixT>();
    matrix->form = form;
    matrix->gates = gates;
    matrix->units = units;
    matrix->input_cols = input_cols;
    matrix->state_cols = state_cols;
    const std::size_t rows = static_cast<std::size_t>(format::panel_count(gates, units)) * format::kPanelRows;
    const std::size_t count = rows * (input_cols + state_cols);
    if (form == Form::i8_panels) {
        fill_integers(*matrix);
    } else {
        matrix->panels = form == Form::f16_panels ? halves(count) : weights(count);
    }
    matrix->bias = weights(rows);
    return matrix;
}

std::uint64_t Maker::scratch_bytes(const objects::OpT& op) {
    if (const objects::DenseT* dense = op.params.AsDense()) {
        return dense->matrix->form == Form::i8_panels ? format::quantized_bytes(dense->matrix->input_cols) : 0;
    }
    if (const objects::ConvT* conv = op.params.AsConv()) {
        format::WindowSize largest;
        for (const auto& part : conv->parts) {
            largest.cols = std::max(largest.cols, part->matrix->input_cols);
            largest.units = part->matrix->units;
            largest.quantized = part->matrix->form == Form::i8_panels;
        }
        return format::window_lane_bytes(largest);
    }
    const objects::RecurrentT* recurrent = op.params.AsRecurrent();
    if (recurrent == nullptr) { return 0; }
    const objects::MatrixT& gates = *recurrent->directions[0]->gates;
    return format::recurrent_scratch_bytes(
        {gates.gates, recurrent->hidden, gates.input_cols, gates.form == Form::i8_panels});
}

namespace {

std::unique_ptr<objects::PortT> port(const std::string& name, int tensor) {
    auto made = std::make_unique<objects::PortT>();
    made->name = name;
    made->tensor = static_cast<std::uint32_t>(tensor);
    return made;
}

}  // namespace

void Maker::input(const std::string& name) { model().inputs.push_back(port(name, index(name))); }
void Maker::output(const std::string& name) { model().outputs.push_back(port(name, index(name))); }

void Maker::state(const std::string& name, const std::string& input, const std::string& output) {
    auto state = std::make_unique<objects::StateT>();
    state->name = name;
    state->input = static_cast<std::uint32_t>(index(input));
    state->output = static_cast<std::uint32_t>(index(output));
    model().states.push_back(std::move(state));
}

void Maker::range(const std::string& name, objects::RangeKind kind, std::int32_t extent) {
    model().ranges.emplace_back(static_cast<std::uint32_t>(index(name)), kind, extent);
}

void Maker::set_lifetimes() {
    const auto touch_buffer = [this](std::size_t buffer, std::size_t step) {
        objects::Buffer& b = model().buffers[buffer];
        b.mutate_first(std::min(b.first(), static_cast<std::uint32_t>(step)));
        b.mutate_last(std::max(b.last(), static_cast<std::uint32_t>(step)));
    };
    const auto touch = [&](std::size_t tensor, std::size_t step) {
        const int buffer = model().tensors[tensor]->buffer;
        if (buffer >= 0) { touch_buffer(static_cast<std::size_t>(buffer), step); }
    };
    const std::size_t end = model().ops.size();
    for (const auto& input : model().inputs) { touch(input->tensor, 0), touch(input->tensor, end); }
    for (const auto& output : model().outputs) { touch(output->tensor, end); }
    for (const auto& state : model().states) {
        touch(state->input, 0), touch(state->input, end), touch(state->output, end);
    }
    for (std::size_t step = 0; step < end; ++step) {
        const objects::OpT& op = *model().ops[step];
        for (const auto* operands : {&op.inputs, &op.outputs}) {
            for (const int operand : *operands) {
                if (operand >= 0) { touch(static_cast<std::size_t>(operand), step); }
            }
        }
        if (op.scratch >= 0) { touch_buffer(static_cast<std::size_t>(op.scratch), step); }
    }
    for (std::size_t step = end; step-- > 0;) {
        const objects::LoopT* loop = model().ops[step]->params.AsLoop();
        if (loop == nullptr) { continue; }
        const std::size_t last = step + loop->steps + 1;
        for (const int output : model().ops[step]->outputs) {
            if (output >= 0) { touch(static_cast<std::size_t>(output), last); }
        }
        for (objects::Buffer& b : model().buffers) {  // it is there when the body runs again
            if (b.first() <= step && b.last() > step && b.last() < last) {
                b.mutate_last(static_cast<std::uint32_t>(last));
            }
        }
    }
}

void Maker::place(std::size_t buffer) {
    objects::Buffer& placed = model().buffers[buffer];
    const auto is_blocked = [&] {
        return std::any_of(model().buffers.begin(), model().buffers.begin() + static_cast<std::ptrdiff_t>(buffer),
                           [&](const objects::Buffer& other) { return collide(other, placed); });
    };
    while (is_blocked()) { placed.mutate_offset(placed.offset() + format::kBufferAlignment); }
    model().arena_bytes =
        std::max(model().arena_bytes, format::align_up(placed.offset() + placed.bytes(), format::kBufferAlignment));
}

Sample Maker::finish() {
    set_lifetimes();
    for (std::size_t i = 0; i < model().buffers.size(); ++i) { place(i); }
    return std::move(sample_);
}

}  // namespace tidegate::test
