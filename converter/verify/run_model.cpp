// SPDX-License-Identifier: MIT
#include "verify/run_model.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "format/model_generated.h"
#include "graph/error.h"
#include "graph/text.h"
#include "tidegate/tidegate.h"
#include "verify/cause.h"

namespace tidegate {
namespace {

void require(tg_status status, const std::string& what) {
    if (status != TG_OK) { throw ConvertError("the runtime refused to " + what + ": " + tg_status_text(status)); }
}

ElementType type_of(tg_type type) {
    switch (type) {
        case TG_F32:
            return ElementType::f32;
        case TG_I32:
            return ElementType::i32;
        case TG_I64:
            return ElementType::i64;
        case TG_U8:
            return ElementType::u8;
        case TG_I8:
            return ElementType::i8;
        case TG_BOOL:
            return ElementType::boolean;
    }
    throw std::logic_error("the runtime names an unknown type");
}

Port port_of(const tg_tensor& tensor) {
    return {tensor.name, type_of(tensor.type), Dims(tensor.dims, tensor.dims + tensor.rank)};
}

template <class Stored, class Value>
void store(const std::vector<Value>& values, void* data) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto stored = static_cast<Stored>(values[i]);
        std::memcpy(static_cast<char*>(data) + i * sizeof stored, &stored, sizeof stored);
    }
}

template <class Stored, class Value>
void load(std::vector<Value>& values, const void* data) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        Stored stored;
        std::memcpy(&stored, static_cast<const char*>(data) + i * sizeof stored, sizeof stored);
        values[i] = static_cast<Value>(stored);
    }
}

void write_to(const Tensor& tensor, void* data) {
    switch (tensor.type) {
        case ElementType::f32:
            return store<float>(tensor.reals, data);
        case ElementType::i32:
            return store<std::int32_t>(tensor.integers, data);
        case ElementType::i64:
            return store<std::int64_t>(tensor.integers, data);
        case ElementType::u8:
            return store<std::uint8_t>(tensor.integers, data);
        case ElementType::i8:
            return store<std::int8_t>(tensor.integers, data);
        case ElementType::boolean:
            return store<std::uint8_t>(tensor.integers, data);
    }
}

Tensor read_from(const Port& port, const void* data) {
    Tensor tensor = Tensor::zeros(port.type, port.dims);
    switch (port.type) {
        case ElementType::f32:
            load<float>(tensor.reals, data);
            break;
        case ElementType::i32:
            load<std::int32_t>(tensor.integers, data);
            break;
        case ElementType::i64:
            load<std::int64_t>(tensor.integers, data);
            break;
        case ElementType::u8:
            load<std::uint8_t>(tensor.integers, data);
            break;
        case ElementType::i8:
            load<std::int8_t>(tensor.integers, data);
            break;
        case ElementType::boolean:
            load<std::uint8_t>(tensor.integers, data);
            break;
    }
    return tensor;
}

const tg_kernel_table* kernels_named(const std::string& name) {
    if (name.empty()) { return nullptr; }
    const tg_kernel_table* kernels = tg_kernels_named(name.c_str());
    if (kernels == nullptr) { throw ConvertError("this CPU has no kernels named '" + name + "'"); }
    return kernels;
}

}  // namespace

struct ModelRunner::Impl {
    void describe();
    void fit(const std::vector<Tensor>& inputs);
    void set_dims(const std::vector<std::int64_t>& values);
    [[noreturn]] void refuse(tg_status status, const std::vector<Tensor>& inputs);

    /// An axis of an input whose extent is a symbol and nothing else.
    struct SymbolAxis {
        std::size_t input, axis, symbol;
    };
    struct alignas(TG_ALIGNMENT) Block {
        unsigned char bytes[TG_ALIGNMENT];
    };
    static std::vector<Block> aligned(std::size_t bytes) {
        return std::vector<Block>((bytes + sizeof(Block) - 1) / sizeof(Block));
    }
    std::vector<SymbolAxis> symbol_axes;
    std::vector<Block> file;
    std::vector<Block> arena;
    tg_model model{};
    tg_session* session = nullptr;
    std::vector<Port> inputs;
    std::vector<Port> outputs;
};

namespace {

/// Index of the symbol that an extent of the file is, or -1.
std::int32_t symbol_of(const format::Model& model, std::int32_t extent) {
    if (extent >= 0) { return -1; }
    const format::Expression* expression = model.expressions()->Get(static_cast<std::uint32_t>(~extent));
    return expression->kind() == format::ExpressionKind::symbol ? expression->left() : -1;
}

}  // namespace

void ModelRunner::Impl::describe() {
    tg_tensor tensor{};
    inputs.clear();
    outputs.clear();
    for (std::size_t i = 0; i < tg_input_count(&model); ++i) {
        require(tg_input(session, i, &tensor), "describe an input");
        inputs.push_back(port_of(tensor));
    }
    for (std::size_t i = 0; i < tg_output_count(&model); ++i) {
        require(tg_output(session, i, &tensor), "describe an output");
        outputs.push_back(port_of(tensor));
    }
}

void ModelRunner::Impl::set_dims(const std::vector<std::int64_t>& values) {
    std::vector<std::int32_t> narrow;
    std::string wanted;
    for (std::size_t i = 0; i < values.size(); ++i) {
        tg_symbol symbol{};
        require(tg_symbol_at(&model, i, &symbol), "describe a dimension");
        if (values[i] < symbol.minimum || values[i] > symbol.maximum) {
            throw ConvertError("dimension " + in_quotes(symbol.name) + " is " + std::to_string(values[i]) +
                               ", but the model was converted for " + std::to_string(symbol.minimum) + ".." +
                               std::to_string(symbol.maximum));
        }
        narrow.push_back(static_cast<std::int32_t>(values[i]));
        wanted += (wanted.empty() ? "" : ", ") + printable(symbol.name) + "=" + std::to_string(values[i]);
    }
    require(tg_set_dims(session, narrow.data(), narrow.size()), "set " + wanted);
    describe();
}

void ModelRunner::Impl::refuse(tg_status status, const std::vector<Tensor>& given) {
    std::vector<std::int32_t> symbols(tg_symbol_count(&model));
    if (!symbols.empty()) { require(tg_get_dims(session, symbols.data(), symbols.size()), "say its dimensions"); }
    throw ConvertError(std::string("the runtime refused to run: ") + tg_status_text(status) +
                       cause_of(status, model, given, symbols));
}

/// Sets the symbols that the shapes of these inputs show; one that no input shows is at its maximum.
void ModelRunner::Impl::fit(const std::vector<Tensor>& given) {
    std::vector<std::int64_t> values;
    for (std::size_t i = 0; i < tg_symbol_count(&model); ++i) {
        tg_symbol symbol{};
        require(tg_symbol_at(&model, i, &symbol), "describe a dimension");
        values.push_back(symbol.maximum);
    }
    std::vector<const SymbolAxis*> shown(values.size(), nullptr);
    for (const SymbolAxis& at : symbol_axes) {
        if (at.axis >= given[at.input].dims.size()) { continue; }
        const std::int64_t extent = given[at.input].dims[at.axis];
        const SymbolAxis*& first = shown[at.symbol];
        if (first != nullptr && values[at.symbol] != extent) {
            throw ConvertError("axis " + std::to_string(first->axis) + " of input '" + inputs[first->input].name +
                               "' and axis " + std::to_string(at.axis) + " of input '" + inputs[at.input].name +
                               "' must be equal, given were " + std::to_string(values[at.symbol]) + " and " +
                               std::to_string(extent));
        }
        first = &at;
        values[at.symbol] = extent;
    }
    if (!values.empty()) { set_dims(values); }
}

ModelRunner::ModelRunner(std::span<const std::uint8_t> file, const std::string& kernels)
    : impl_(std::make_unique<Impl>()) {
    impl_->file = Impl::aligned(file.size());
    if (!file.empty()) { std::memcpy(impl_->file.data(), file.data(), file.size()); }
    require(tg_open(impl_->file.data(), file.size(), &impl_->model), "open the file");
    const std::size_t arena_bytes = tg_arena_size(&impl_->model);
    impl_->arena = Impl::aligned(arena_bytes);
    require(tg_start_with(&impl_->model, impl_->arena.data(), arena_bytes, kernels_named(kernels), &impl_->session),
            "start a session");
    impl_->describe();
    const auto& root = *static_cast<const format::Model*>(impl_->model.root);
    for (std::size_t i = 0; i < impl_->inputs.size(); ++i) {
        const std::uint32_t tensor = root.inputs()->Get(static_cast<std::uint32_t>(i))->tensor();
        for (std::size_t axis = 0; axis < impl_->inputs[i].dims.size(); ++axis) {
            const auto* dims = root.tensors()->Get(tensor)->dims();
            const std::int32_t symbol = symbol_of(root, dims->Get(static_cast<std::uint32_t>(axis)));
            if (symbol >= 0) { impl_->symbol_axes.push_back({i, axis, static_cast<std::size_t>(symbol)}); }
        }
    }
}

ModelRunner::~ModelRunner() = default;
const std::vector<Port>& ModelRunner::inputs() const { return impl_->inputs; }
const std::vector<Port>& ModelRunner::outputs() const { return impl_->outputs; }
std::string ModelRunner::kernels() const { return tg_kernels(impl_->session); }
std::size_t ModelRunner::arena_bytes() const { return tg_arena_size(&impl_->model); }
void ModelRunner::set_dims(const std::vector<std::int64_t>& values) { impl_->set_dims(values); }
void ModelRunner::reset() { require(tg_reset(impl_->session), "reset"); }

std::vector<Tensor> ModelRunner::run(const std::vector<Tensor>& inputs) {
    if (inputs.size() != impl_->inputs.size()) {
        throw ConvertError("the model has " + std::to_string(impl_->inputs.size()) + " inputs, given were " +
                           std::to_string(inputs.size()));
    }
    const auto has_shape_of = [](const Tensor& tensor, const Port& port) { return tensor.dims == port.dims; };
    if (!std::equal(inputs.begin(), inputs.end(), impl_->inputs.begin(), has_shape_of)) { impl_->fit(inputs); }
    tg_tensor tensor{};
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Port& port = impl_->inputs[i];
        if (inputs[i].type != port.type || inputs[i].dims != port.dims) {
            throw ConvertError("input '" + port.name + "' is " + name_of(port.type) + " " + to_text(port.dims) +
                               ", given was " + name_of(inputs[i].type) + " " + to_text(inputs[i].dims));
        }
        require(tg_input(impl_->session, i, &tensor), "give input '" + port.name + "'");
        write_to(inputs[i], tensor.data);
    }
    const tg_status status = tg_run(impl_->session);
    if (status != TG_OK) { impl_->refuse(status, inputs); }
    std::vector<Tensor> outputs;
    for (std::size_t i = 0; i < impl_->outputs.size(); ++i) {
        require(tg_output(impl_->session, i, &tensor), "give output '" + impl_->outputs[i].name + "'");
        outputs.push_back(read_from(impl_->outputs[i], tensor.data));
    }
    return outputs;
}

}  // namespace tidegate
