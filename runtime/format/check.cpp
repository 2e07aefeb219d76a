// SPDX-License-Identifier: MIT
#include "format/check.h"

#include <cstring>

#include "format/check_parts.h"
#include "format/crc32c.h"

namespace tidegate::format {
namespace {

constexpr std::uint64_t kAddressSpace = static_cast<std::size_t>(-1);
constexpr std::uint64_t kLargestArena = kAddressSpace / 2 < kMaxArenaBytes ? kAddressSpace / 2 : kMaxArenaBytes;

/// Header, sizes and CRC: after ok, `header` is what the writer wrote and the payload lies behind it.
Verdict check_header(const std::uint8_t* bytes, std::size_t size, FileHeader& header) {
    if (reinterpret_cast<std::uintptr_t>(bytes) % kFileAlignment != 0) { return Verdict::misaligned; }
    if (bytes == nullptr || size < sizeof(FileHeader)) { return Verdict::truncated; }
    std::memcpy(&header, bytes, sizeof(header));
    for (std::size_t i = 0; i < sizeof(kMagic); ++i) {
        if (header.magic[i] != kMagic[i]) { return Verdict::not_a_model; }
    }
    if (header.major != kMajor) { return Verdict::newer_file; }
    const std::uint64_t behind = size - sizeof(FileHeader);
    if (!within(header.payload_bytes, header.signature_bytes, behind)) { return Verdict::truncated; }
    if (header.payload_bytes + header.signature_bytes != behind) { return Verdict::corrupt; }
    for (const std::uint8_t byte : header.reserved) {
        if (byte != 0) { return Verdict::corrupt; }
    }
    const auto payload_bytes = static_cast<std::size_t>(header.payload_bytes);
    if (file_crc(header, bytes + sizeof(header), payload_bytes) != header.crc) { return Verdict::corrupt; }
    return header.signature_bytes == 0 ? Verdict::ok : Verdict::newer_file;
}

bool counts_are_in_limits(const Model& model) {
    return length(model.buffers()) <= kMaxBuffers && length(model.tensors()) <= kMaxTensors &&
           length(model.ops()) >= 1 && length(model.ops()) <= kMaxOps && length(model.inputs()) <= kMaxPorts &&
           length(model.outputs()) <= kMaxPorts && length(model.states()) <= kMaxPorts &&
           length(model.ranges()) <= kMaxPorts;
}

Verdict check_model(const Context& context) {
    const Model& model = context.model;
    if ((model.features() & ~kKnownFeatures) != 0) { return Verdict::newer_file; }
    if (!counts_are_in_limits(model)) { return Verdict::invalid; }
    if (model.arena_bytes() > kLargestArena) { return Verdict::too_large; }
    const Verdict known = operators_are_known(context);
    if (known != Verdict::ok) { return known; }
    const bool sound = symbols_are_sound(model) && buffers_are_sound(context) && tensors_are_sound(context) &&
                       operands_exist(context) && interface_is_sound(context) && ops_are_sound(context) &&
                       forecast_is_sound(context);
    return sound ? Verdict::ok : Verdict::invalid;
}

Context context_of(const Model& model, const OperatorList& operators, const std::int32_t* values) {
    const auto* weights = model.weights();
    return {model,
            length(weights) == 0 ? nullptr : weights->data(),
            length(weights),
            length(model.ops()),
            Extents(model, values),
            operators};
}

}  // namespace

Verdict open_file(const void* bytes, std::size_t size, const OperatorList& operators, View& view) {
    view = View();
    const auto* file = static_cast<const std::uint8_t*>(bytes);
    FileHeader header;
    const Verdict header_verdict = check_header(file, size, header);
    if (header_verdict != Verdict::ok) { return header_verdict; }
    const Model* model = verified_root(file + sizeof(FileHeader), static_cast<std::size_t>(header.payload_bytes));
    if (model == nullptr) { return Verdict::malformed; }
    const Context context = context_of(*model, operators, nullptr);
    const Verdict verdict = check_model(context);
    if (verdict != Verdict::ok) { return verdict; }
    view.root = model;
    view.weights = context.weights;
    view.weights_bytes = context.weights_bytes;
    view.arena_bytes = model->arena_bytes();
    view.crc = header.crc;
    return Verdict::ok;
}

bool is_sound_at(const Model& model, const OperatorList& operators, const std::int32_t* values) {
    const Context context = context_of(model, operators, values);
    return tensors_are_sound(context) && interface_is_sound(context) && ops_are_sound(context) &&
           forecast_is_sound(context);
}

}  // namespace tidegate::format
