// SPDX-License-Identifier: MIT
// The rows of the operators of sequences of tensors.
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

/// Of no elements, whatever their type would be.
void empty(const NodeReader& node) { translate_sequence_construct(node); }

}  // namespace

const std::vector<OperatorRow>& sequence_rows() {
    static const std::vector<OperatorRow> rows = {
        {"ConcatFromSequence",
         11,
         1,
         1,
         1,
         {{"axis", K::integer}, {"new_axis", K::integer}},
         translate_concat_from_sequence,
         true},
        {"SequenceAt", 11, 2, 2, 1, {}, translate_sequence_at, true},
        {"SequenceConstruct", 11, 1, kAnyNumber, 1, {}, translate_sequence_construct},
        {"SequenceEmpty", 11, 0, 0, 1, {{"dtype", K::integer}}, empty},
        {"SequenceErase", 11, 1, 2, 1, {}, translate_sequence_erase, true},
        {"SequenceInsert", 11, 2, 3, 1, {}, translate_sequence_insert, true},
        {"SequenceLength", 11, 1, 1, 1, {}, translate_sequence_length, true},
        {"SplitToSequence", 11, 1, 2, 1, {{"axis", K::integer}, {"keepdims", K::integer}}, translate_split_to_sequence},
    };
    return rows;
}

}  // namespace tidegate
