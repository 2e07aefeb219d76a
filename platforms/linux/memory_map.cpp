// SPDX-License-Identifier: MIT
#include "memory_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "format/elements.h"
#include "format/model_generated.h"

namespace tidegate::command {
namespace {

// What runtime/core/session.h lays out, the same on every target. The runtime does not export it; the tests compare.
constexpr std::uint64_t kSessionBytes = 184;
constexpr std::uint64_t kPortBytes = 16;
constexpr std::uint64_t kStateBytes = 32;
constexpr std::uint64_t kRangeBytes = 40;
constexpr std::uint64_t kValueBytes = 4;

using format::length;

std::vector<SessionPart> session_parts(const format::Model& model, std::uint64_t session_bytes) {
    std::vector<SessionPart> parts;
    std::uint64_t at = 0;
    const auto add = [&](std::string what, std::uint64_t bytes) {
        if (bytes > 0) { parts.push_back({std::move(what), at, bytes}); }
        at += bytes;
    };
    const std::uint64_t values = length(model.symbols()) + std::uint64_t{2} * length(model.expressions());
    add("session", kSessionBytes);
    add("values of symbols and expressions", (values * kValueBytes + 7) / 8 * 8);
    add("input ports", model.inputs()->size() * kPortBytes);
    add("output ports", model.outputs()->size() * kPortBytes);
    add("states", length(model.states()) * kStateBytes);
    add("ranges", length(model.ranges()) * kRangeBytes);
    add(fmt::format("op slots ({}), padded to 64", model.ops()->size()), session_bytes - at);
    return parts;
}

/// What the tensors of a model are, in words, by buffer.
class Labels {
public:
    explicit Labels(const format::Model& model)
        : model_(model), roles_(model.tensors()->size()), scratch_(length(model.buffers())) {
        for (const format::Port* port : *model.inputs()) { name(port->tensor(), "input " + port->name()->str()); }
        for (flatbuffers::uoffset_t i = 0; i < length(model.states()); ++i) {
            const format::State& state = *model.states()->Get(i);
            name(state.input(), "state " + state.name()->str());
            name(state.output(), "next state " + state.name()->str());
        }
        for (const format::Port* port : *model.outputs()) { name(port->tensor(), "output " + port->name()->str()); }
        for (flatbuffers::uoffset_t i = 0; i < model.ops()->size(); ++i) { name_results(i); }
    }

    std::vector<std::vector<std::string>> by_buffer() const {
        std::vector<std::vector<std::string>> holds = scratch_;
        for (flatbuffers::uoffset_t i = 0; i < model_.tensors()->size(); ++i) {
            const std::int32_t buffer = model_.tensors()->Get(i)->buffer();
            if (buffer < 0 || roles_[i].empty()) { continue; }
            holds[static_cast<std::size_t>(buffer)].push_back(fmt::format("{}", fmt::join(roles_[i], " = ")));
        }
        return holds;
    }

private:
    void name(std::int64_t tensor, std::string role) {
        roles_.at(static_cast<std::size_t>(tensor)).push_back(std::move(role));
    }

    void name_results(flatbuffers::uoffset_t index) {
        constexpr const char* kRecurrent[] = {"Y", "Y_h", "Y_c"};
        const format::Op& op = *model_.ops()->Get(index);
        const bool named = op.name() != nullptr && op.name()->size() > 0;
        const std::string of = named ? op.name()->str() : fmt::format("op {}", index);
        for (flatbuffers::uoffset_t k = 0; k < op.outputs()->size(); ++k) {
            const char* what = op.params_as_Recurrent() != nullptr ? kRecurrent[k] : "result";
            if (op.outputs()->Get(k) >= 0) { name(op.outputs()->Get(k), fmt::format("{} of {}", what, of)); }
        }
        if (op.scratch() >= 0) { scratch_.at(static_cast<std::size_t>(op.scratch())).push_back("scratch of " + of); }
    }

    const format::Model& model_;
    std::vector<std::vector<std::string>> roles_;    ///< per tensor
    std::vector<std::vector<std::string>> scratch_;  ///< per buffer
};

/// Of the buffers' part of the arena, what none of them uses. buffers: by offset.
std::uint64_t unused_bytes(const std::vector<MappedBuffer>& buffers, std::uint64_t begin, std::uint64_t end) {
    std::uint64_t unused = 0;
    for (const MappedBuffer& buffer : buffers) {
        unused += buffer.offset > begin ? buffer.offset - begin : 0;
        begin = std::max(begin, buffer.offset + buffer.bytes);
    }
    return unused + (end > begin ? end - begin : 0);
}

}  // namespace

MemoryMap memory_map_of(const ModelFile& file) {
    const auto& model = *static_cast<const format::Model*>(file.model().root);
    const std::uint64_t arena_bytes = tg_arena_size(&file.model());
    MemoryMap map;
    map.buffer_bytes = model.arena_bytes();
    map.session_bytes = arena_bytes - map.buffer_bytes;
    map.steps = model.ops()->size() + 1;
    map.session = session_parts(model, map.session_bytes);
    const std::vector<std::vector<std::string>> holds = Labels(model).by_buffer();
    for (std::size_t i = 0; i < holds.size(); ++i) {
        const format::Buffer& buffer = *model.buffers()->Get(static_cast<flatbuffers::uoffset_t>(i));
        map.buffers.push_back(
            {map.session_bytes + buffer.offset(), buffer.bytes(), buffer.first(), buffer.last(), holds[i]});
    }
    std::stable_sort(map.buffers.begin(), map.buffers.end(), [](const MappedBuffer& a, const MappedBuffer& b) {
        return std::tie(a.offset, a.first) < std::tie(b.offset, b.first);
    });
    map.padding_bytes = unused_bytes(map.buffers, map.session_bytes, arena_bytes);
    return map;
}

}  // namespace tidegate::command
