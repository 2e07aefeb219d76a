// SPDX-License-Identifier: MIT
// The rows of the operators that move elements to and from places that are named.
#include "read/operators.h"

namespace tidegate {
namespace {

using K = AttributeKind;
using Rows = std::vector<AttributeRow>;

void tile(const NodeReader& node) { node.add(Tile{}); }
void gather_elements(const NodeReader& node) { node.add(GatherElements{node.attributes.integer("axis", 0)}); }
void gather_nd(const NodeReader& node) { node.add(GatherND{node.attributes.integer("batch_dims", 0)}); }

const Rows kMode = {{"mode", K::text}};
const Rows kAxis = {{"axis", K::integer}};
const Rows kReduction = {{"reduction", K::text}};
const Rows kAxisReduction = {{"axis", K::integer}, {"reduction", K::text}};

}  // namespace

const std::vector<OperatorRow>& move_rows() {
    static const std::vector<OperatorRow> rows = {
        {"GatherElements", 11, 2, 2, 1, kAxis, gather_elements},
        {"GatherND", 11, 2, 2, 1, {}, gather_nd},
        {"GatherND", 12, 2, 2, 1, {{"batch_dims", K::integer}}, gather_nd},
        {"Pad", 2, 1, 1, 1, {{"mode", K::text}, {"pads", K::integers}, {"value", K::real}}, translate_pad_attributes},
        {"Pad", 11, 2, 3, 1, kMode, translate_pad},
        {"Pad", 18, 2, 4, 1, kMode, translate_pad},
        {"Scatter", 9, 3, 3, 1, kAxis, translate_scatter_elements},
        {"ScatterElements", 11, 3, 3, 1, kAxis, translate_scatter_elements},
        {"ScatterElements", 16, 3, 3, 1, kAxisReduction, translate_scatter_elements},
        {"ScatterND", 11, 3, 3, 1, {}, translate_scatter_nd},
        {"ScatterND", 16, 3, 3, 1, kReduction, translate_scatter_nd},
        {"Tile", 6, 2, 2, 1, {}, tile},
    };
    return rows;
}

}  // namespace tidegate
