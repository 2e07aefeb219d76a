// SPDX-License-Identifier: MIT
// The FlatBuffers verifier, and what it leaves out: strings are not counted, vectors not aligned to their elements.
#include "format/check_parts.h"

namespace tidegate::format {
namespace {

using flatbuffers::Table;
using flatbuffers::Verifier;

Verifier::Options limits() {
    Verifier::Options options;
    options.max_depth = 16;
    options.max_tables = 1u << 19;
    return options;
}

/// A table field's value once it is known to lie in the buffer.
template <class T>
bool follow(Verifier& verifier, const Table* table, flatbuffers::voffset_t field, const T*& target) {
    if (!table->VerifyTableStart(verifier) || !table->VerifyOffset(verifier, field)) { return false; }
    verifier.EndTable();
    target = table->GetPointer<const T*>(field);
    return true;
}

/// The verifier limits tables but not strings, and Column.categories is the one list of strings inside a list: a file
/// of some hundred kilobytes whose columns share one long list would keep it busy for minutes. So this is bounded
/// first.
bool categories_are_few(Verifier verifier, const std::uint8_t* payload) {
    using Tables = flatbuffers::Vector<flatbuffers::Offset<Table>>;
    using Strings = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
    const flatbuffers::uoffset_t root = verifier.VerifyOffset(std::size_t{0});
    const Table* forecast = nullptr;
    const Tables* columns = nullptr;
    if (root == 0 || !follow(verifier, reinterpret_cast<const Table*>(payload + root), Model::VT_FORECAST, forecast)) {
        return false;
    }
    if (forecast == nullptr) { return true; }
    if (!follow(verifier, forecast, Forecast::VT_COLUMNS, columns) || !verifier.VerifyVector(columns)) { return false; }
    std::uint64_t categories = 0;
    for (std::uint32_t i = 0; i < length(columns); ++i) {
        const Strings* names = nullptr;
        if (i == kMaxPorts || !follow(verifier, columns->Get(i), Column::VT_CATEGORIES, names)) { return false; }
        if (!verifier.VerifyVector(names)) { return false; }
        categories += length(names);
        if (categories > kMaxCategories) { return false; }
    }
    return true;
}

template <class V>
bool is_aligned(const V* vector, std::size_t alignment) {
    return length(vector) == 0 || reinterpret_cast<std::uintptr_t>(vector->Data()) % alignment == 0;
}

/// By hand, as the generated function compares with strncmp.
bool has_identifier(const std::uint8_t* payload) {
    const char* expected = ModelIdentifier();
    for (std::size_t i = 0; i < flatbuffers::kFileIdentifierLength; ++i) {
        if (payload[sizeof(flatbuffers::uoffset_t) + i] != static_cast<std::uint8_t>(expected[i])) { return false; }
    }
    return true;
}

}  // namespace

const Model* verified_root(const std::uint8_t* payload, std::size_t bytes) {
    constexpr std::size_t kSmallest = sizeof(flatbuffers::uoffset_t) + flatbuffers::kFileIdentifierLength;
    if (bytes <= kSmallest || bytes >= FLATBUFFERS_MAX_BUFFER_SIZE || !has_identifier(payload)) { return nullptr; }
    Verifier verifier(payload, bytes, limits());
    if (!categories_are_few(verifier, payload) || !follows_schema(verifier, payload)) { return nullptr; }
    const Model* model = GetModel(payload);
    const bool aligned = is_aligned(model->buffers(), alignof(Buffer)) && is_aligned(model->weights(), kFileAlignment);
    return aligned ? model : nullptr;
}

}  // namespace tidegate::format
