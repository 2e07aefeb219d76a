// SPDX-License-Identifier: MIT
// The distrust of bytes: the only code of the runtime that looks at a file as something an enemy may have written.
//
// open_file() goes through these steps in this order; none can be skipped, and the first that fails decides:
//   base address modulo 64 -> header, magic -> major version -> sizes -> reserved bytes -> CRC-32C -> no signature
//   (none is known yet) -> FlatBuffers verifier -> feature bits -> operators -> everything below.
//
// What holds after Verdict::ok, so that a session never asks again (the bytes must not change from then on):
//
// Types       Every enum has one of its named values; every count is within the limits at the end of this file.
// Symbols     Names as ports'; 1 <= minimum <= maximum. Operands of an expression come before it; its bounds contain
// what
//             follows from theirs, its planned value is theirs put together; divisors are at least 1.
// Dimensions  Everything below holds with all symbols at their maxima; is_sound_at() says whether it does elsewhere.
//             Whatever the symbols are, a tensor lies inside its buffer. States' tensors have no expressions.
// Tensors     Rank <= kMaxRank, every extent >= 1, at most kMaxElements elements. A constant (buffer -1) lies in
//             `weights` on a multiple of 64; any other lies in its buffer on a multiple of its element's size.
// Buffers     On a multiple of kBufferAlignment, inside arena_bytes, first <= last <= ops.length. Two buffers that
// share
//             a byte are never live at the same step.
// Writes      A buffer is written by the op of its step `first` and by no other. Outputs of an op are never constants,
//             never share bytes with one another, with its scratch or its inputs, and never touch a buffer of a graph
//             input or of a state's input.
// Reads       All that op k reads is a constant, inside a graph input or a state's input, or inside one output of the
// op
//             that wrote the buffer before k. Buffers are live at every step that touches them.
// Ops         inputs and outputs have exactly the length that model.fbs lists (Recurrent: 4 and 3; Concat: 1 or more);
//             -1 only for sequence_lens, initial_h, initial_c, Y, Y_h, Y_c (not all three), and c only for lstm. Types
//             and dims are what the op computes from its inputs and parameters. Parameters are finite.
// Matrices    Panels and bias (and peepholes) lie in `weights` on multiples of 64; gates, units and columns fit the op.
// Scratch     Recurrent has one: at least recurrent_scratch_bytes(), live at its step only. Other ops have none.
// Lengths     Constant sequence_lens are in [0, T], constant Gather indices in [-extent, extent). Those that lie in the
//             arena are the ops' to clamp; `ranges` names graph inputs of i32 or i64 with an extent of 1 or more.
// Slices      Every element of start + i * step is inside its axis; steps are not 0.
// Loops       A Loop's body ends with its LoopEnd, and so do those inside of it, at most kMaxLoopDepth deep; the trips
//             of loops inside one another multiply to at most kMaxTrips. What a body reads from before it, what the
//             Loop walks and all that it writes lives up to the LoopEnd; what a body writes dies in it. The LoopEnd
//             also writes the Loop's current values and stacked tensors; next values lie in no buffer of the Loop's.
// Interface   Ports and states have names: 1 to kMaxName bytes, no zero among them, unique per list. Graph inputs and
//             states' inputs are live over 0..ops.length and share no bytes; outputs and states' outputs are written by
//             an op and live up to ops.length. A state's tensors are f32 of one shape; its initial value is a constant
//             within its limit.
// Forecast    input is an f32 tensor of features.length elements, output one of horizon * quantiles.length. References
//             to columns and categories exist; the target is numeric; scales are finite and not 0; quantiles ascend in
//             (0, 1); 1 or 4 or 5 time columns; periods and steps are positive.
//
// Not promised: that integer divisors are not 0, that booleans in weights are 0 or 1, that results are finite.
// Time: O(bytes + buffers^2 + operands * ports). Stack: under 1 KB, no recursion beyond the schema's depth of 7.
#pragma once

#include <cstddef>
#include <cstdint>

#include "format/file.h"

namespace tidegate::format {

struct Model;
struct OperatorList;  ///< operator_list.h

/// Why a file was refused. The same names as tg_status.
enum class Verdict : std::uint8_t {
    ok,
    misaligned,        ///< the first byte is not on a multiple of kFileAlignment
    truncated,         ///< fewer bytes than a header, or than the header says
    not_a_model,       ///< the magic number is missing
    newer_file,        ///< another major version, or a feature that this version does not know
    corrupt,           ///< the CRC, the declared size or a reserved byte is wrong
    malformed,         ///< the FlatBuffers verifier refused the payload
    invalid,           ///< something promised above does not hold
    operator_missing,  ///< the operator list lacks one that the model uses
    too_large          ///< the arena would not fit the address space
};

/// A file that was found good. Points into its bytes.
struct View {
    const Model* root = nullptr;
    const std::uint8_t* weights = nullptr;  ///< on a multiple of 64; null if there are none
    std::uint64_t weights_bytes = 0;
    std::uint64_t arena_bytes = 0;  ///< of all buffers; at most half of the address space
    std::uint32_t crc = 0;
};

/// Fills `view` if the verdict is ok, else leaves it empty. `bytes` may be null (truncated).
Verdict open_file(const void* bytes, std::size_t size, const OperatorList& operators, View& view);

/// Checks a model that open_file() found good once more, at other dimensions: `values` of its expressions (extents.h).
/// What it found good at the planned dimensions and cannot change with them is not looked at again.
bool is_sound_at(const Model& model, const OperatorList& operators, const std::int32_t* values);

/// Bits of Model.features that this version knows.
inline constexpr std::uint64_t kKnownFeatures = 0;

// Limits of this version: far beyond any real model, small enough that no product wraps and no check takes seconds.
inline constexpr std::uint64_t kMaxElements = 0x7FFFFFFF;  ///< of one tensor: strides fit 32 bits
inline constexpr std::uint64_t kMaxArenaBytes = std::uint64_t{1} << 40;
inline constexpr std::uint32_t kMaxMatrixSide = std::uint32_t{1} << 24;  ///< units; columns of input and of state
inline constexpr std::uint32_t kMaxBuffers = 1u << 14;
inline constexpr std::uint32_t kMaxTensors = 1u << 16;
inline constexpr std::uint32_t kMaxOps = 1u << 15;
inline constexpr std::uint32_t kMaxOperands = 1u << 17;  ///< inputs and outputs of all ops together
/// Constant lengths and Gather indices of all ops together; initial values of all states that have a limit.
inline constexpr std::uint64_t kMaxIndices = 1u << 24;
inline constexpr std::uint32_t kMaxLoopDepth = 4;
inline constexpr std::uint64_t kMaxTrips = 1u << 24;
inline constexpr std::uint32_t kMaxPorts = 512;  ///< inputs, outputs, states, ranges, columns: of each
inline constexpr std::uint32_t kMaxExpressions = 1u << 12;
inline constexpr std::uint32_t kMaxName = 1024;        ///< bytes
inline constexpr std::uint32_t kMaxCategories = 4096;  ///< of all columns together
inline constexpr std::uint32_t kMaxGapSteps = 1000000;
inline constexpr std::int64_t kMaxSeconds = std::int64_t{1} << 53;  ///< period, |origin|: exact in double

}  // namespace tidegate::format
