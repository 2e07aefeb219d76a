// SPDX-License-Identifier: MIT
// Writes vectors.bin, and known.h: the digests of its runs with the scalar kernels. usage: renew vectors.bin known.h
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <string>

#include "bits/make_vectors.h"
#include "bits/runs.h"
#include "bits/vectors.h"
#include "support/aligned_bytes.h"

namespace {

using namespace tidegate::test;

std::uint64_t digest_with_scalar_kernels(const AlignedBytes& file, const VectorRuns& runs, const std::string& name) {
    const AlignedBytes arena(kVectorArenaBytes), state(kVectorStateBytes);
    Digest digest;
    const tg_status status = digest_of({file.data(), file.size(), runs.inputs, runs.count}, tg_kernels_named("scalar"),
                                       {arena.data(), arena.size(), state.data(), state.size()}, digest);
    if (status != TG_OK) throw std::runtime_error(name + ": " + tg_status_text(status));
    return digest.value();
}

std::string known_digests(const std::vector<VectorModel>& models) {
    std::string text =
        "// SPDX-License-Identifier: MIT\n"
        "// What the runs of vectors.bin answered once, in their order: digests of outputs and states. They change "
        "with "
        "the\n"
        "// arithmetic of a kernel or with the runs, and with nothing else; docs/numbers.md has the hash of them all.\n"
        "// Written by tests/bits/renew.sh.\n"
        "#pragma once\n\n"
        "#include <cstdint>\n\n"
        "namespace tidegate::test {\n\n"
        "inline constexpr std::uint64_t kKnownDigests[] = {\n";
    for (const VectorModel& model : models) {
        const AlignedBytes file(file_of(model.sample));
        for (const VectorRuns& runs : model.runs) {
            const std::string name = name_of(model, runs);
            char digest[32];
            std::snprintf(digest, sizeof digest, "0x%016" PRIx64, digest_with_scalar_kernels(file, runs, name));
            text += std::string("    ") + digest + ",  // " + name + "\n";
        }
    }
    return text + "};\n\n}  // namespace tidegate::test\n";
}

void write(const char* path, const char* bytes, std::size_t size) {
    std::ofstream file(path, std::ios::binary);
    file.write(bytes, static_cast<std::streamsize>(size));
    if (!file.flush()) throw std::runtime_error(std::string("cannot write ") + path);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) {
        std::fprintf(stderr, "usage: renew vectors.bin known.h\n");
        return 2;
    }
    try {
        const std::vector<VectorModel> models = vector_models();
        const std::vector<std::uint8_t> vectors = make_vectors(models);
        const std::string known = known_digests(models);
        write(arguments[1], reinterpret_cast<const char*>(vectors.data()), vectors.size());
        write(arguments[2], known.data(), known.size());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "renew: %s\n", error.what());
        return 1;
    }
    return 0;
}
