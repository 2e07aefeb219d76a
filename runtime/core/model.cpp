// SPDX-License-Identifier: MIT
#include "core/model.h"

#include <cstring>

#include "format/check.h"
#include "tidegate/embedded.h"

namespace tidegate::core {
namespace {

tg_status status_of(format::Verdict verdict) {
    switch (verdict) {
        case format::Verdict::ok:
            return TG_OK;
        case format::Verdict::misaligned:
            return TG_FILE_MISALIGNED;
        case format::Verdict::truncated:
            return TG_FILE_TRUNCATED;
        case format::Verdict::not_a_model:
            return TG_NOT_A_MODEL;
        case format::Verdict::newer_file:
            return TG_NEWER_FILE;
        case format::Verdict::corrupt:
            return TG_CORRUPT;
        case format::Verdict::malformed:
            return TG_MALFORMED;
        case format::Verdict::invalid:
            return TG_INVALID_MODEL;
        case format::Verdict::operator_missing:
            return TG_OPERATOR_MISSING;
        case format::Verdict::too_large:
            return TG_TOO_LARGE;
    }
    return TG_INVALID_MODEL;
}

}  // namespace

tg_status describe(const ops::Site& site, const Ports& ports, std::size_t index, tg_tensor* tensor) {
    if (tensor == nullptr) { return TG_NULL_ARGUMENT; }
    *tensor = tg_tensor();
    if (index >= ports.size()) { return TG_NO_SUCH_TENSOR; }
    const format::Port* port = ports.Get(static_cast<flatbuffers::uoffset_t>(index));
    const ops::TensorView view = site.tensor(static_cast<int>(port->tensor()));
    tensor->name = port->name()->c_str();
    tensor->type = static_cast<tg_type>(view.type);
    tensor->rank = view.rank;
    std::memcpy(tensor->dims, view.dims, sizeof(tensor->dims));
    tensor->bytes = static_cast<std::size_t>(view.count() * format::element_bytes(view.type));
    tensor->data = view.data;  // null without buffers
    return TG_OK;
}

std::size_t find(const Ports& ports, const char* name) {
    for (flatbuffers::uoffset_t i = 0; i < ports.size(); ++i) {
        if (same_text(ports.Get(i)->name()->c_str(), name)) { return i; }
    }
    return ports.size();
}

format::OperatorList operators_of(const tg_model& model) { return {model.operators->list, model.operators->count}; }

ops::Site planned(const tg_model& model) {
    ops::Site site;
    site.model = root_of(&model);
    site.weights = static_cast<const std::uint8_t*>(model.weights);
    return site;
}

}  // namespace tidegate::core

using tidegate::core::describe;
using tidegate::core::planned;
using tidegate::core::root_of;

namespace {

bool is_whole(const tg_operators& operators) {
    if (operators.count != 0 && operators.list == nullptr) { return false; }
    for (std::size_t i = 0; i < operators.count; ++i) {
        if (operators.list[i] == nullptr) { return false; }
    }
    return true;
}

}  // namespace

extern "C" {

tg_status tg_open_with(const void* bytes, size_t size, const tg_operators* operators, tg_model* model) {
    if (model == nullptr) { return TG_NULL_ARGUMENT; }
    *model = tg_model();
    if (bytes == nullptr || operators == nullptr || !is_whole(*operators)) { return TG_NULL_ARGUMENT; }
    tidegate::format::View view;
    const tidegate::format::OperatorList list = {operators->list, operators->count};
    const tg_status status = tidegate::core::status_of(tidegate::format::open_file(bytes, size, list, view));
    if (status != TG_OK) { return status; }
    model->root = view.root;
    model->weights = view.weights;
    model->operators = operators;
    model->arena_bytes = view.arena_bytes;
    model->crc = view.crc;
    return TG_OK;
}

size_t tg_input_count(const tg_model* model) {
    return root_of(model) == nullptr ? 0 : root_of(model)->inputs()->size();
}

size_t tg_output_count(const tg_model* model) {
    return root_of(model) == nullptr ? 0 : root_of(model)->outputs()->size();
}

tg_status tg_model_input(const tg_model* model, size_t index, tg_tensor* tensor) {
    if (root_of(model) == nullptr) { return TG_NULL_ARGUMENT; }
    return describe(planned(*model), *root_of(model)->inputs(), index, tensor);
}

tg_status tg_model_output(const tg_model* model, size_t index, tg_tensor* tensor) {
    if (root_of(model) == nullptr) { return TG_NULL_ARGUMENT; }
    return describe(planned(*model), *root_of(model)->outputs(), index, tensor);
}

}  // extern "C"
