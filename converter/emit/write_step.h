// SPDX-License-Identifier: MIT
// One step of the program as an Op of the file; its weights go to the store.
#pragma once

#include "emit/expressions.h"
#include "emit/weight_store.h"
#include "format/model_generated.h"
#include "lower/program.h"

namespace tidegate {

flatbuffers::Offset<format::Op> write_step(flatbuffers::FlatBufferBuilder& builder, const Step& step,
                                           WeightStore& weights, Expressions& expressions);

}  // namespace tidegate
