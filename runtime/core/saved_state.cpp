// SPDX-License-Identifier: MIT
// States as bytes that outlive the session: written between two runs, distrusted when they come back.
#include <cstring>

#include "core/session.h"
#include "format/crc32c.h"
#include "format/elements.h"
#include "kernels/float_mode.h"

namespace tidegate::core {
namespace {

constexpr char kStateMagic[4] = {'T', 'I', 'D', 'S'};
constexpr std::uint16_t kStateVersion = 1;

/// Little-endian. Behind it: every state in f32, row-major in ONNX's order, in the order of Model.states.
struct StateHeader {
    char magic[4];
    std::uint16_t version;
    std::uint8_t weight_form;  ///< the largest MatrixForm of the model's recurrent ops
    std::uint8_t reserved0;    ///< zero
    std::uint64_t signature;   ///< of names and shapes of the states
    std::uint64_t steps;
    std::uint64_t payload_bytes;
    std::uint32_t model_crc;
    std::uint32_t crc;  ///< CRC-32C of the header but this field, then of the payload
    std::uint8_t reserved[24];
};
static_assert(sizeof(StateHeader) == 64);

/// FNV-1a, 64 bits.
class Hash {
public:
    void add(const void* bytes, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            value_ = (value_ ^ static_cast<const std::uint8_t*>(bytes)[i]) * 0x100000001b3u;
        }
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xcbf29ce484222325u;
};

std::uint64_t signature_of(const ops::Site& site) {
    Hash hash;
    for (std::uint32_t i = 0; i < length(site.model->states()); ++i) {
        const format::State& state = *site.model->states()->Get(i);
        const ops::TensorView view = site.tensor(static_cast<int>(state.input()));
        hash.add(state.name()->c_str(), state.name()->size() + std::size_t{1});
        hash.add(&view.rank, sizeof(view.rank));
        hash.add(view.dims, view.rank * sizeof(view.dims[0]));
    }
    return hash.value();
}

std::uint8_t weight_form_of(const format::Model& model) {
    std::uint8_t form = 0;
    for (const format::Op* op : *model.ops()) {
        const format::Recurrent* recurrent = op->params_as_Recurrent();
        if (recurrent == nullptr) { continue; }
        const auto own = static_cast<std::uint8_t>(recurrent->directions()->Get(0)->gates()->form());
        form = own > form ? own : form;
    }
    return form;
}

std::uint64_t payload_bytes_of(const ops::Site& site) {
    std::uint64_t bytes = 0;
    for (std::uint32_t i = 0; i < length(site.model->states()); ++i) {
        bytes += site.tensor(static_cast<int>(site.model->states()->Get(i)->input())).count() * sizeof(float);
    }
    return bytes;
}

StateHeader header_of(const ops::Site& site, const tg_model& model) {
    StateHeader header = {};
    std::memcpy(header.magic, kStateMagic, sizeof(header.magic));
    header.version = kStateVersion;
    header.weight_form = weight_form_of(*site.model);
    header.signature = signature_of(site);
    header.payload_bytes = payload_bytes_of(site);
    header.model_crc = model.crc;
    return header;
}

std::uint32_t crc_of(const StateHeader& header, const void* payload) {
    constexpr std::size_t kAt = offsetof(StateHeader, crc);
    const std::uint32_t front = format::crc32c(&header, kAt);
    const std::uint32_t whole = format::crc32c(header.reserved, sizeof(header.reserved), front);
    return format::crc32c(payload, static_cast<std::size_t>(header.payload_bytes), whole);
}

bool is_blank(const StateHeader& header) {
    std::uint8_t any = header.reserved0;
    for (const std::uint8_t byte : header.reserved) { any |= byte; }
    return any == 0;
}

/// Is it a whole, undamaged saved state? Of which model does not matter yet.
tg_status check_saved(const std::uint8_t* bytes, std::size_t size, StateHeader& header) {
    if (size < sizeof(header)) { return TG_STATE_TRUNCATED; }
    std::memcpy(&header, bytes, sizeof(header));
    for (std::size_t i = 0; i < sizeof(kStateMagic); ++i) {
        if (header.magic[i] != kStateMagic[i]) { return TG_NOT_A_STATE; }
    }
    if (header.payload_bytes != size - sizeof(header)) { return TG_STATE_TRUNCATED; }
    if (crc_of(header, bytes + sizeof(header)) != header.crc) { return TG_STATE_CORRUPT; }
    return header.version == kStateVersion && is_blank(header) ? TG_OK : TG_STATE_NEWER;
}

tg_status check_origin(const StateHeader& saved, const StateHeader& own, std::uint32_t flags) {
    if (saved.signature != own.signature || saved.payload_bytes != own.payload_bytes) { return TG_STATE_OTHER_MODEL; }
    if ((flags & TG_RESTORE_OTHER_VERSION) != 0) { return TG_OK; }
    if (saved.weight_form != own.weight_form) { return TG_STATE_OTHER_QUANTIZATION; }
    return saved.model_crc == own.model_crc ? TG_OK : TG_STATE_OTHER_VERSION;
}

bool values_are_sane(const Session& session, const std::uint8_t* bytes) {
    const auto* states = session.site().model->states();
    for (std::uint32_t i = 0; i < session.state_count(); ++i) {
        const float limit = states->Get(i)->limit();
        const std::uint64_t count = session.state(i).count;
        if (!format::are_within(bytes, count, limit > 0 ? limit : kLargestState)) { return false; }
        bytes += count * sizeof(float);
    }
    return true;
}

}  // namespace

std::uint64_t saved_state_bytes(const tg_model& model) {
    return sizeof(StateHeader) + payload_bytes_of(planned(model));
}

void save_state(const Session& session, std::uint8_t* bytes) {
    StateHeader header = header_of(session.site(), session.model());
    header.steps = session.health().steps;
    std::uint8_t* at = bytes + sizeof(header);
    for (std::uint32_t i = 0; i < session.state_count(); ++i) {
        const std::size_t size = static_cast<std::size_t>(session.state(i).count) * sizeof(float);
        std::memcpy(at, session.state(i).current, size);
        at += size;
    }
    header.crc = crc_of(header, bytes + sizeof(header));
    std::memcpy(bytes, &header, sizeof(header));
}

tg_status restore_state(Session& session, const std::uint8_t* bytes, std::size_t size, std::uint32_t flags) {
    StateHeader header;
    const tg_status whole = check_saved(bytes, size, header);
    if (whole != TG_OK) { return whole; }
    const tg_status known = check_origin(header, header_of(session.site(), session.model()), flags);
    if (known != TG_OK) { return known; }
    const std::uint8_t* at = bytes + sizeof(header);
    if (!values_are_sane(session, at)) { return TG_STATE_BAD_VALUE; }
    const kernels::FloatMode ieee;
    for (std::uint32_t i = 0; i < session.state_count(); ++i) {
        const std::size_t count = static_cast<std::size_t>(session.state(i).count);
        std::memcpy(session.state(i).current, at, count * sizeof(float));
        if (session.state(i).exact == 0) { session.kernels().flush_tiny(session.state(i).current, count); }
        at += count * sizeof(float);
    }
    session.set_steps(header.steps);
    return TG_OK;
}

}  // namespace tidegate::core

extern "C" {

using tidegate::core::Session;

size_t tg_state_size(const tg_model* model) {
    if (tidegate::core::root_of(model) == nullptr) { return 0; }
    return static_cast<size_t>(tidegate::core::saved_state_bytes(*model));
}

tg_status tg_state_save(const tg_session* session, void* bytes, size_t size) {
    if (session == nullptr || bytes == nullptr) { return TG_NULL_ARGUMENT; }
    if (size < tg_state_size(tg_session_model(session))) { return TG_STATE_TOO_SMALL; }
    tidegate::core::save_state(*static_cast<const Session*>(session), static_cast<std::uint8_t*>(bytes));
    return TG_OK;
}

tg_status tg_state_restore(tg_session* session, const void* bytes, size_t size, uint32_t flags) {
    if (session == nullptr || bytes == nullptr) { return TG_NULL_ARGUMENT; }
    return tidegate::core::restore_state(*static_cast<Session*>(session), static_cast<const std::uint8_t*>(bytes), size,
                                         flags);
}

}  // extern "C"
