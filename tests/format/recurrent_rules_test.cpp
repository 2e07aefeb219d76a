// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "format/check.h"
#include "format/sizes.h"
#include "rules.h"

namespace recurrent_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;

namespace {

DirectionT& direction(Sample& s, const std::string& op, std::size_t i = 0) { return *s.recurrent(op).directions[i]; }
DirectionT& lstm(Sample& s) { return direction(s, "lstm"); }
MatrixT& gates(Sample& s) { return *lstm(s).gates; }
MatrixT& dense(Sample& s) { return *s.op("dense").params.AsDense()->matrix; }

/// The constant lengths of the rnn.
void set_length(Sample& s, std::int32_t length) {
    std::memcpy(s.model.weights.data() + s.tensor("fixed_lengths").offset + 4, &length, sizeof(length));
}

/// A matrix or vector that ends with the weights exactly, or `missing` bytes later.
std::uint64_t at_end(Sample& s, std::uint64_t bytes, std::uint64_t missing = 0) {
    const std::uint64_t offset = s.model.weights.size();
    s.model.weights.resize(offset + bytes - missing);
    return offset;
}

}  // namespace

TEST_CASE("packed matrices lie in the weights and have the size of their op") {
    constexpr std::uint64_t kGateBytes = 7 * 64;  // 4 gates of 3 units are one panel; 4 + 3 columns
    expect_verdicts(
        forecaster_sample,
        {
            {"unknown form", [](Sample& s) { gates(s).form = static_cast<MatrixForm>(3); }},
            {"unknown form of a dense layer", [](Sample& s) { dense(s).form = static_cast<MatrixForm>(255); }},
            {"three gates", [](Sample& s) { gates(s).gates = 3; }},
            {"no gates", [](Sample& s) { gates(s).gates = 0; }},
            {"2^32 - 1 gates", [](Sample& s) { gates(s).gates = UINT32_MAX; }},
            {"units are not hidden", [](Sample& s) { gates(s).units = 2; }},
            {"hidden is not the units", [](Sample& s) { s.recurrent("lstm").hidden = 2; }},
            {"input columns", [](Sample& s) { gates(s).input_cols = 3; }},
            {"state columns", [](Sample& s) { gates(s).state_cols = 2; }},
            {"panels on a multiple of 4", [](Sample& s) { gates(s).panels += 4; }},
            {"bias on a multiple of 4", [](Sample& s) { gates(s).bias += 4; }},
            allowed("panels end with the weights", [](Sample& s) { gates(s).panels = at_end(s, kGateBytes); }),
            {"panels end a byte later", [](Sample& s) { gates(s).panels = at_end(s, kGateBytes, 1); }},
            {"panels end a column later", [](Sample& s) { gates(s).panels = at_end(s, kGateBytes, 64); }},
            allowed("bias ends with the weights", [](Sample& s) { gates(s).bias = at_end(s, 64); }),
            {"bias ends a byte later", [](Sample& s) { gates(s).bias = at_end(s, 64, 1); }},
            {"panels wrap", [](Sample& s) { gates(s).panels = UINT64_MAX - 63; }},
            {"bias wraps", [](Sample& s) { gates(s).bias = UINT64_MAX - 63; }},
            {"dense units", [](Sample& s) { dense(s).units = 5; }},
            {"dense columns", [](Sample& s) { dense(s).input_cols = 2; }},
            {"dense state columns", [](Sample& s) { dense(s).state_cols = 1; }},
            {"dense gates", [](Sample& s) { dense(s).gates = 2; }},
            {"dense panels", [](Sample& s) { dense(s).panels = at_end(s, 3 * 64, 1); }},
            {"dense bias", [](Sample& s) { dense(s).bias = s.model.weights.size(); }},
            {"more than 2^24 units",
             [](Sample& s) {
                 constexpr std::int32_t kUnits = (1 << 24) + 1;
                 s.tensor("hidden").dims = s.tensor("forecast").dims = {1, kUnits};
                 for (const char* name : {"hidden", "forecast"}) {
                     move_to_end(s, s.buffer(name), std::uint64_t{kUnits} * 4);
                 }
                 s.model.forecast.reset();
                 dense(s).units = kUnits;
             }},
        });
}

TEST_CASE("a recurrent op has a cell, 1 or 2 directions, hidden units and sane parameters") {
    expect_verdicts(
        forecaster_sample,
        {
            {"unknown cell", [](Sample& s) { s.recurrent("lstm").cell = static_cast<Cell>(3); }},
            {"cell 255", [](Sample& s) { s.recurrent("lstm").cell = static_cast<Cell>(255); }},
            {"another cell", [](Sample& s) { s.recurrent("lstm").cell = Cell::rnn; }},
            {"no hidden units", [](Sample& s) { s.recurrent("lstm").hidden = 0; }},
            {"no directions", [](Sample& s) { s.recurrent("lstm").directions.clear(); }},
            {"two directions for states of one",
             [](Sample& s) { s.recurrent("lstm").directions.push_back(std::make_unique<DirectionT>(lstm(s))); }},
            allowed("no clip", [](Sample& s) { s.recurrent("lstm").clip = 0; }),
            {"negative clip", [](Sample& s) { s.recurrent("lstm").clip = -1; }},
            {"NaN clip", [](Sample& s) { s.recurrent("lstm").clip = kNan; }},
            {"infinite clip", [](Sample& s) { s.recurrent("lstm").clip = kInfinity; }},
            {"unknown order of Y", [](Sample& s) { s.recurrent("lstm").y_order = static_cast<YOrder>(3); }},
            {"two functions", [](Sample& s) { lstm(s).functions.pop_back(); }},
            {"four functions", [](Sample& s) { lstm(s).functions.emplace_back(); }},
            {"unknown function", [](Sample& s) { lstm(s).functions[1].mutate_kind(static_cast<Unary>(11)); }},
            {"function 255", [](Sample& s) { lstm(s).functions[2].mutate_kind(static_cast<Unary>(255)); }},
            {"NaN alpha", [](Sample& s) { lstm(s).functions[0].mutate_alpha(kNan); }},
            {"infinite beta", [](Sample& s) { lstm(s).functions[2].mutate_beta(-kInfinity); }},
            {"a GRU's candidate", [](Sample& s) { lstm(s).candidate_input = std::make_unique<MatrixT>(gates(s)); }},
            {"a GRU's other candidate",
             [](Sample& s) { lstm(s).candidate_state = std::make_unique<MatrixT>(gates(s)); }},
            allowed("no peepholes", [](Sample& s) { lstm(s).peepholes = -1; }),
            allowed("peepholes at 0", [](Sample& s) { lstm(s).peepholes = 0; }),
            {"peepholes -2", [](Sample& s) { lstm(s).peepholes = -2; }},
            {"peepholes -64", [](Sample& s) { lstm(s).peepholes = -64; }},
            {"peepholes on a multiple of 4", [](Sample& s) { lstm(s).peepholes += 4; }},
            allowed("peepholes end with the weights",
                    [](Sample& s) { lstm(s).peepholes = static_cast<std::int64_t>(at_end(s, 36)); }),
            {"peepholes end a byte later",
             [](Sample& s) { lstm(s).peepholes = static_cast<std::int64_t>(at_end(s, 36, 1)); }},
            {"peepholes far away", [](Sample& s) { lstm(s).peepholes = INT64_MAX - 63; }},
        });
    expect_verdicts(
        recurrent_sample,
        {
            {"no candidate of W", [](Sample& s) { direction(s, "gru", 1).candidate_input.reset(); }},
            {"no candidate of R", [](Sample& s) { direction(s, "gru", 1).candidate_state.reset(); }},
            {"candidate's units", [](Sample& s) { direction(s, "gru").candidate_input->units = 2; }},
            {"candidate's columns of W", [](Sample& s) { direction(s, "gru").candidate_input->input_cols = 3; }},
            {"candidate's columns of R", [](Sample& s) { direction(s, "gru").candidate_state->input_cols = 2; }},
            {"candidate with state columns", [](Sample& s) { direction(s, "gru").candidate_state->state_cols = 1; }},
            {"candidate's panels",
             [](Sample& s) { direction(s, "gru", 1).candidate_state->panels = s.model.weights.size() - 64; }},
            {"peepholes of a GRU", [](Sample& s) { direction(s, "gru").peepholes = 0; }},
            {"peepholes of an RNN", [](Sample& s) { direction(s, "rnn").peepholes = 0; }},
            {"three directions",
             [](Sample& s) {
                 auto& gru = s.recurrent("gru");
                 gru.directions.push_back(std::make_unique<DirectionT>(direction(s, "gru")));
                 s.tensor("y").dims[2] = 3;
                 s.tensor("y_h").dims[1] = s.tensor("h0").dims[1] = 3;
                 move_to_end(s, s.buffer("y"), 4 * 3 * 3 * 3 * 4);
                 move_to_end(s, s.buffer("y_h"), 4 * 3 * 3 * 4);
                 s.model.weights.resize(s.model.weights.size() + 1024);
                 s.tensor("h0").offset = s.model.weights.size() - 1024;
             }},
        });
}

TEST_CASE("a recurrent op's operands have the shapes of its equations") {
    expect_verdicts(
        recurrent_sample,
        {
            {"X with 4 axes",
             [](Sample& s) {
                 s.tensor("x").dims = {4, 3, 2, 1};
             }},
            {"X with 2 axes",
             [](Sample& s) {
                 s.tensor("x").dims = {12, 2};
             }},
            {"X of integers", [](Sample& s) { s.tensor("x").type = ElementType::i32; }},
            {"X with batch and time swapped",
             [](Sample& s) {
                 s.tensor("x").dims = {3, 4, 2};
             }},
            {"X is batch-first or not", [](Sample& s) { s.recurrent("gru").x_batch_first = false; }},
            {"lengths of i64",
             [](Sample& s) {
                 s.tensor("lengths").type = ElementType::i64;
                 move_to_end(s, s.buffer("lengths"), 32);
             }},
            {"lengths of f32",
             [](Sample& s) {
                 s.tensor("lengths").type = ElementType::f32;
                 s.model.ranges.clear();
             }},
            {"three lengths for four", [](Sample& s) { s.tensor("lengths").dims = {3}; }},
            {"lengths with 2 axes",
             [](Sample& s) {
                 s.tensor("lengths").dims = {4, 1};
             }},
            allowed("no lengths", [](Sample& s) { s.op("gru").inputs[1] = -1; }),
            allowed("a constant length of 3 steps", [](Sample& s) { set_length(s, 3); }),
            {"a constant length of 4", [](Sample& s) { set_length(s, 4); }},
            {"a constant length of -1", [](Sample& s) { set_length(s, -1); }},
            {"initial_h with axes swapped",
             [](Sample& s) {
                 s.tensor("h0").dims = {2, 4, 3};
             }},
            {"initial_h of integers", [](Sample& s) { s.tensor("h0").type = ElementType::i32; }},
            {"initial_h of another size",
             [](Sample& s) {
                 s.tensor("h0").dims = {4, 2, 2};
             }},
            {"initial_h flat",
             [](Sample& s) {
                 s.tensor("h0").dims = {8, 3};
             }},
            {"states batch-first or not", [](Sample& s) { s.recurrent("gru").state_batch_first = false; }},
            {"Y in another order", [](Sample& s) { s.recurrent("gru").y_order = YOrder::time_direction_batch; }},
            {"Y in the third order", [](Sample& s) { s.recurrent("gru").y_order = YOrder::time_batch_direction; }},
            allowed("Y in its order, made so",
                    [](Sample& s) {
                        s.recurrent("gru").y_order = YOrder::time_batch_direction;
                        s.tensor("y").dims = {3, 4, 2, 3};
                    }),
            {"Y flat",
             [](Sample& s) {
                 s.tensor("y").dims = {4, 3, 6};
             }},
            {"Y of integers", [](Sample& s) { s.tensor("y").type = ElementType::i32; }},
            {"Y with fewer units",
             [](Sample& s) {
                 s.tensor("back").dims = {3, 1, 4, 4};
             }},
            {"Y_h with axes swapped",
             [](Sample& s) {
                 s.tensor("y_h").dims = {2, 4, 3};
             }},
            {"Y_h of integers", [](Sample& s) { s.tensor("y_h").type = ElementType::i32; }},
            {"a GRU's initial_c", [](Sample& s) { s.op("gru").inputs[3] = s.index("h0"); }},
            {"a GRU's Y_c",
             [](Sample& s) {
                 const int y_c = add_tensor(s);
                 s.model.tensors.back()->dims = {4, 2, 3};
                 s.model.tensors.back()->buffer = add_buffer(s, 96, 0, 0);
                 s.op("gru").outputs[2] = y_c;
             }},
            {"no output",
             [](Sample& s) {
                 s.op("rnn").outputs[0] = -1;
                 s.model.outputs.erase(s.model.outputs.begin());
             }},
        });
    expect_verdicts(
        forecaster_sample,
        {
            {"initial_c of another size", [](Sample& s) { s.op("lstm").inputs[3] = s.index("row"); }},
            allowed("initial_h without initial_c", [](Sample& s) { s.op("lstm").inputs[3] = -1; }),
            {"Y_c of another size",
             [](Sample& s) {
                 s.tensor("y_c").dims = s.tensor("c").dims = {1, 3};
                 s.op("lstm").inputs[3] = -1;
                 s.model.states[1]->initial = -1;
             }},
            {"Dense makes more rows",
             [](Sample& s) {
                 s.tensor("hidden").dims = s.tensor("forecast").dims = {2, 6};
                 for (const char* name : {"hidden", "forecast"}) { move_to_end(s, s.buffer(name), 48); }
                 s.model.forecast.reset();
             }},
            allowed("Dense of one axis",
                    [](Sample& s) {
                        s.tensor("row").dims = {3};
                        s.tensor("hidden").dims = s.tensor("forecast").dims = {6};
                    }),
            {"Dense loses an axis", [](Sample& s) { s.tensor("hidden").dims = s.tensor("forecast").dims = {6}; }},
            {"Dense of integers", [](Sample& s) { s.tensor("row").type = ElementType::i32; }},
            {"Dense to integers", [](Sample& s) { s.tensor("hidden").type = ElementType::i32; }},
            {"Dense of a scalar", [](Sample& s) { s.tensor("row").dims = s.tensor("hidden").dims = {}; }},
        });
}

TEST_CASE("constant lengths and indices are limited in number") {
    // Each Gather reads its 2^20 indices; 17 of them are more than the check looks at.
    Sample sample = moves_sample();
    constexpr std::int32_t kCount = 1 << 20;
    const int picks = add_tensor(sample);
    sample.model.tensors.back()->type = ElementType::i32;
    sample.model.tensors.back()->dims = {kCount};
    sample.model.tensors.back()->offset = sample.model.weights.size();
    sample.model.weights.resize(sample.model.weights.size() + std::size_t{kCount} * 4);
    const auto add_gather = [&] {
        const auto step = static_cast<std::uint32_t>(sample.model.ops.size());
        for (Buffer& buffer : sample.model.buffers) {
            if (buffer.last() == step) { buffer.mutate_last(step + 1); }
        }
        auto op = std::make_unique<OpT>();
        op->params.Set(GatherT());
        op->inputs = {sample.index("row"), picks};
        op->outputs = {add_tensor(sample)};
        sample.model.tensors.back()->dims = {kCount};
        sample.model.tensors.back()->buffer = add_buffer(sample, std::uint64_t{kCount} * 4, step, step);
        sample.model.ops.push_back(std::move(op));
    };
    for (int i = 0; i < 15; ++i) { add_gather(); }
    CHECK(text_of(verdict_on(file_of(sample))) == "ok");
    add_gather();
    CHECK(text_of(verdict_on(file_of(sample))) == "invalid");
}

}  // namespace recurrent_rules_test
