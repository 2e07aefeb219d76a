// SPDX-License-Identifier: MIT
// The same bits on every core: does the runs of vectors.bin with every kernel table that this CPU runs, says
// "kernels=NAME hash=H subnormals=S" for each, and fails if a digest is not the known one. Runs on a bare board too.
#include <cstring>

#include "bits/portable/known.h"
#include "bits/runs.h"
#include "bits/vectors.h"
#include "support/embed.h"
#include "support/line.h"

TIDEGATE_EMBED(tidegate_vectors, TIDEGATE_VECTORS);

namespace {

using namespace tidegate::test;

constexpr std::size_t kKnown = sizeof kKnownDigests / sizeof *kKnownDigests;
alignas(TG_ALIGNMENT) std::uint8_t arena[kVectorArenaBytes];
alignas(TG_ALIGNMENT) std::uint8_t state[kVectorStateBytes];

/// The exception of docs/numbers.md.
bool flushes_subnormals(const char* kernels) { return std::strcmp(kernels, "neon-vfpv4") == 0; }

const VectorsEntry* entries() {
    return reinterpret_cast<const VectorsEntry*>(tidegate_vectors_begin + sizeof(VectorsHeader));
}

bool is_whole() {
    VectorsHeader header;
    std::memcpy(&header, tidegate_vectors_begin, sizeof header);
    if (std::memcmp(header.magic, kVectorsMagic, sizeof header.magic) == 0 && header.count == kKnown) return true;
    Line() << "vectors.bin has not the runs that known.h has digests of";
    return false;
}

/// All runs with one table.
bool same_bits(const tg_kernel_table* kernels) {
    Digest ordinary, subnormal;
    bool same = true;
    for (std::size_t i = 0; i < kKnown; ++i) {
        const VectorsEntry& entry = entries()[i];
        const Runs runs{tidegate_vectors_begin + entry.offset, entry.bytes, static_cast<Inputs>(entry.inputs),
                        entry.runs};
        const bool subnormals = make_subnormals(runs.inputs);
        Digest digest;
        const tg_status status = digest_of(runs, kernels, {arena, sizeof arena, state, sizeof state}, digest);
        (subnormals ? subnormal : ordinary).add(digest.value());
        const bool as_known =
            digest.value() == kKnownDigests[i] || (subnormals && flushes_subnormals(tg_kernels_name(kernels)));
        if (as_known && status == TG_OK) continue;
        Line() << entry.name << ": " << tg_status_text(status) << ", 0x" << digest.value() << ", known is 0x"
               << kKnownDigests[i];
        same = false;
    }
    Line() << "kernels=" << tg_kernels_name(kernels) << " hash=" << ordinary.value()
           << " subnormals=" << subnormal.value();
    return same;
}

}  // namespace

int main() {
    if (!is_whole()) return 1;
    bool same = true;
    for (std::size_t i = 0; tg_kernels_at(i) != nullptr; ++i) same = same_bits(tg_kernels_at(i)) && same;
    return same ? 0 : 1;
}
