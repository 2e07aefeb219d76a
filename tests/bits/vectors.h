// SPDX-License-Identifier: MIT
// The form of vectors.bin: a header, a list of runs, and the model files, each on a multiple of 64 bytes. Several runs
// may share a file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tidegate::test {

/// What the runs take at most: an arena, and a saved state.
inline constexpr std::size_t kVectorArenaBytes = 64 * 1024, kVectorStateBytes = 8 * 1024;

inline constexpr char kVectorsMagic[8] = {'T', 'G', 'R', 'U', 'N', 'S', '0', '1'};

struct VectorsHeader {
    char magic[8];
    std::uint32_t count;
    std::uint32_t reserved[13];
};
static_assert(sizeof(VectorsHeader) == 64);

struct VectorsEntry {
    char name[40];         ///< ends in 0
    std::uint32_t offset;  ///< of the model file, from the header's start
    std::uint32_t bytes;
    std::uint32_t inputs;  ///< Inputs of runs.h
    std::uint32_t runs;
    std::uint32_t reserved[2];
};
static_assert(sizeof(VectorsEntry) == 64);

}  // namespace tidegate::test
