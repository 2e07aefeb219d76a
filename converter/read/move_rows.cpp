// SPDX-License-Identifier: MIT
// The rows of the operators that move elements to and from places that are named.
#include "read/row_parts.h"

namespace tidegate {
namespace {

using namespace rows;

void gather_elements(const NodeReader& node) { node.add(GatherElements{node.attributes.integer("axis", 0)}); }
void gather_nd(const NodeReader& node) { node.add(GatherND{node.attributes.integer("batch_dims", 0)}); }

const Rows kMode = {{"mode", K::text}};
const Rows kReduction = {{"reduction", K::text}};
const Rows kAxisReduction = kAxis + kReduction;
const Rows kResize11 = {{"coordinate_transformation_mode", K::text},
                        {"cubic_coeff_a", K::real},
                        {"exclude_outside", K::integer},
                        {"extrapolation_value", K::real},
                        {"mode", K::text},
                        {"nearest_mode", K::text}};
const Rows kResize18 = kResize11 + AttributeRow{"antialias", K::integer} + AttributeRow{"axes", K::integers} +
                       AttributeRow{"keep_aspect_ratio_policy", K::text};

}  // namespace

const std::vector<OperatorRow>& move_rows() {
    static const std::vector<OperatorRow> rows = {
        {"DepthToSpace", 1, 1, 1, 1, {{"blocksize", K::integer}}, translate_depth_to_space},
        {"DepthToSpace", 11, 1, 1, 1, {{"blocksize", K::integer}, {"mode", K::text}}, translate_depth_to_space},
        {"Einsum", 12, 1, kAnyNumber, 1, {{"equation", K::text}}, translate_einsum},
        {"EyeLike", 9, 1, 1, 1, {{"dtype", K::integer}, {"k", K::integer}}, translate_eye_like},
        {"GatherElements", 11, 2, 2, 1, kAxis, gather_elements},
        {"GatherND", 11, 2, 2, 1, {}, gather_nd},
        {"GatherND", 12, 2, 2, 1, {{"batch_dims", K::integer}}, gather_nd},
        {"NonZero", 9, 1, 1, 1, {}, plain<NonZero>},
        {"OneHot", 9, 3, 3, 1, kAxis, translate_one_hot},
        {"Pad", 2, 1, 1, 1, {{"mode", K::text}, {"pads", K::integers}, {"value", K::real}}, translate_pad_attributes},
        {"Pad", 11, 2, 3, 1, kMode, translate_pad},
        {"Pad", 18, 2, 4, 1, kMode, translate_pad},
        {"Resize", 10, 2, 2, 1, kMode, translate_upsample},
        {"Resize", 11, 1, 4, 1, kResize11, translate_resize},
        {"Resize", 18, 1, 4, 1, kResize18, translate_resize},
        {"ReverseSequence",
         10,
         2,
         2,
         1,
         {{"batch_axis", K::integer}, {"time_axis", K::integer}},
         translate_reverse_sequence},
        {"Scatter", 9, 3, 3, 1, kAxis, translate_scatter_elements},
        {"ScatterElements", 11, 3, 3, 1, kAxis, translate_scatter_elements},
        {"ScatterElements", 16, 3, 3, 1, kAxisReduction, translate_scatter_elements},
        {"ScatterND", 11, 3, 3, 1, {}, translate_scatter_nd},
        {"ScatterND", 16, 3, 3, 1, kReduction, translate_scatter_nd},
        {"Size", 1, 1, 1, 1, {}, translate_size},
        {"SpaceToDepth", 1, 1, 1, 1, {{"blocksize", K::integer}}, translate_space_to_depth},
        {"Tile", 6, 2, 2, 1, {}, plain<Tile>},
        {"Trilu", 14, 1, 2, 1, {{"upper", K::integer}}, translate_trilu},
        {"Upsample", 7, 1, 1, 1, {{"mode", K::text}, {"scales", K::reals}}, translate_upsample},
        {"Upsample", 9, 2, 2, 1, kMode, translate_upsample},
    };
    return rows;
}

}  // namespace tidegate
