// SPDX-License-Identifier: MIT
// Weights of integers and halves: where they lie, their scales, and the memory for the integers of vectors.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "format/check.h"
#include "format/sizes.h"
#include "rules.h"

namespace form_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;
namespace format = tidegate::format;

namespace {

DirectionT& lstm(Sample& s) { return *s.recurrent("lstm").directions[0]; }
DirectionT& gru(Sample& s, std::size_t i = 0) { return *s.recurrent("gru").directions[i]; }
DenseT& dense(Sample& s) { return *s.op("dense").params.AsDense(); }

/// A matrix that ends with the weights exactly, or `missing` bytes later.
std::uint64_t at_end(Sample& s, std::uint64_t bytes, std::uint64_t missing = 0) {
    const std::uint64_t offset = s.model.weights.size();
    s.model.weights.resize(static_cast<std::size_t>(offset + bytes - missing));
    return offset;
}

/// Each of the values, as the scale or limit that `part` names.
template <class Part>
std::vector<Rule> values(const char* what, Part part, const std::vector<float>& values, bool good) {
    std::vector<Rule> rules;
    for (const float value : values) {
        const auto set = [part, value](Sample& s) { part(s, value); };
        rules.push_back(good ? allowed(what, set) : Rule{what, set});
    }
    return rules;
}

const std::vector<float> kGoodScales = {0, -0.0F, 0x1p-100F, 1, 0x1p100F};
const std::vector<float> kBadScales = {-1,        kNan,       -kNan,  kInfinity,      -kInfinity,
                                       0x1p-101F, -0x1p-100F, 1e-45F, 0x1.000002p100F};

/// The LSTM's inputs are so many, and there is room for all that follows from it.
void set_input_columns(Sample& s, std::uint32_t cols) {
    s.tensor("x").dims[2] = static_cast<std::int32_t>(cols);
    move_to_end(s, s.buffer("x"), 2 * 3 * std::uint64_t{cols} * sizeof(float));
    MatrixT& gates = *lstm(s).gates;
    gates.input_cols = cols;
    move_to_end(s, s.scratch("lstm"), format::recurrent_scratch_bytes({4, gates.units, cols, true}));
    const format::MatrixForm form = format::MatrixForm::i8_panels;
    gates.panels = at_end(s, format::panel_count(4, gates.units) *
                                 (format::column_bytes(form, cols) + format::column_bytes(form, gates.state_cols)));
}

}  // namespace

TEST_CASE("weights of integers and halves lie in the weights, with a scale for each row of integers") {
    constexpr std::uint64_t kPanels = 2 * (1 + 2) * 64;  // two panels; 2 and 5 columns are one and two quads
    constexpr std::uint64_t kRows = 2 * 2 * 128;         // of two panels, W and R
    constexpr std::uint64_t kHalves = 7 * 32;            // one panel of 5 + 2 columns
    expect_verdicts(
        quantized_sample,
        {
            allowed("panels end with the weights", [](Sample& s) { lstm(s).gates->panels = at_end(s, kPanels); }),
            {"panels end a byte later", [](Sample& s) { lstm(s).gates->panels = at_end(s, kPanels, 1); }},
            {"panels on a multiple of 32", [](Sample& s) { lstm(s).gates->panels += 32; }},
            allowed("rows end with the weights", [](Sample& s) { lstm(s).gates->rows = at_end(s, kRows); }),
            {"rows end a byte later", [](Sample& s) { lstm(s).gates->rows = at_end(s, kRows, 1); }},
            {"rows end a panel later", [](Sample& s) { lstm(s).gates->rows = at_end(s, kRows, 256); }},
            allowed("rows at 0", [](Sample& s) { lstm(s).gates->rows = 0; }),
            {"rows on a multiple of 4", [](Sample& s) { lstm(s).gates->rows += 4; }},
            {"rows behind the weights", [](Sample& s) { lstm(s).gates->rows = s.model.weights.size(); }},
            {"rows wrap", [](Sample& s) { lstm(s).gates->rows = UINT64_MAX - 63; }},
            allowed("a dense layer's rows end with the weights",
                    [](Sample& s) { dense(s).matrix->rows = at_end(s, 128); }),
            {"a dense layer's rows end a byte later", [](Sample& s) { dense(s).matrix->rows = at_end(s, 128, 1); }},
            allowed("halves end with the weights", [](Sample& s) { gru(s).gates->panels = at_end(s, kHalves); }),
            {"halves end a byte later", [](Sample& s) { gru(s).gates->panels = at_end(s, kHalves, 1); }},
            {"halves with rows", [](Sample& s) { gru(s).gates->rows = 64; }},
            {"halves of a candidate with rows", [](Sample& s) { gru(s, 1).candidate_state->rows = 64; }},
        });
    expect_verdicts(forecaster_sample,
                    {
                        {"f32 with rows", [](Sample& s) { lstm(s).gates->rows = 64; }},
                        {"a dense layer of f32 with rows", [](Sample& s) { dense(s).matrix->rows = 64; }},
                    });
}

TEST_CASE("all matrices of an op have one form") {
    const auto form = [](MatrixT& (*matrix)(Sample&), MatrixForm to) {
        return [=](Sample& s) { matrix(s).form = to; };
    };
    const auto gates = [](Sample& s) -> MatrixT& { return *gru(s).gates; };
    const auto other_gates = [](Sample& s) -> MatrixT& { return *gru(s, 1).gates; };
    const auto input = [](Sample& s) -> MatrixT& { return *gru(s).candidate_input; };
    const auto state = [](Sample& s) -> MatrixT& { return *gru(s, 1).candidate_state; };
    std::vector<Rule> rules;
    for (const MatrixForm other : {MatrixForm::f32_panels, MatrixForm::i8_panels}) {
        rules.push_back({"the gates", form(gates, other)});
        rules.push_back({"the other direction's gates", form(other_gates, other)});
        rules.push_back({"the candidate's W", form(input, other)});
        rules.push_back({"the other candidate's R", form(state, other)});
    }
    // Room for any form: nothing but the form is wrong.
    for (Rule& rule : rules) {
        rule.damage = [damage = rule.damage](Sample& s) {
            at_end(s, 4096);
            damage(s);
        };
    }
    expect_verdicts(quantized_sample, rules);
}

TEST_CASE("a scale is 0 or positive and of ordinary size, and only integers have one") {
    const auto input = [](Sample& s, float value) { lstm(s).input_scale = value; };
    const auto state = [](Sample& s, float value) { lstm(s).state_scale = value; };
    const auto of_dense = [](Sample& s, float value) { dense(s).input_scale = value; };
    expect_verdicts(quantized_sample, values("the input's", input, kGoodScales, true));
    expect_verdicts(quantized_sample, values("the input's", input, kBadScales, false));
    expect_verdicts(quantized_sample, values("the state's", state, kGoodScales, true));
    expect_verdicts(quantized_sample, values("the state's", state, kBadScales, false));
    expect_verdicts(quantized_sample, values("a dense layer's", of_dense, kGoodScales, true));
    expect_verdicts(quantized_sample, values("a dense layer's", of_dense, kBadScales, false));
    expect_verdicts(quantized_sample, {
                                          {"halves with a scale of x", [](Sample& s) { gru(s).input_scale = 1; }},
                                          {"halves with a scale of h", [](Sample& s) { gru(s, 1).state_scale = 1; }},
                                      });
    expect_verdicts(forecaster_sample, {
                                           {"f32 with a scale of x", [](Sample& s) { lstm(s).input_scale = 1; }},
                                           {"f32 with a scale of h", [](Sample& s) { lstm(s).state_scale = 1; }},
                                           {"a dense layer of f32", [](Sample& s) { dense(s).input_scale = 1; }},
                                       });
}

TEST_CASE("sums of integers stay within 32 bits: at most 2^17 columns") {
    expect_verdicts(quantized_sample, {
                                          allowed("as many columns", [](Sample& s) { set_input_columns(s, 1U << 17); }),
                                          {"one more", [](Sample& s) { set_input_columns(s, (1U << 17) + 1); }},
                                      });
}

TEST_CASE("what multiplies integers has scratch for those of a vector, and nothing else of a dense layer has") {
    constexpr std::uint64_t kLstm = format::recurrent_scratch_bytes({4, 5, 2, true});
    static_assert(kLstm == format::recurrent_scratch_bytes({4, 5, 2, false}) + 64);
    const auto scratch_bytes = [](const char* op, std::uint64_t bytes) {
        return [=](Sample& s) { s.scratch(op).mutate_bytes(bytes); };
    };
    expect_verdicts(
        quantized_sample,
        {
            allowed("an LSTM's is enough", scratch_bytes("lstm", kLstm)),
            {"an LSTM's is a byte too small", scratch_bytes("lstm", kLstm - 1)},
            {"an LSTM's is as of f32", scratch_bytes("lstm", kLstm - 64)},
            allowed("a dense layer's is enough", scratch_bytes("dense", 16)),
            {"a dense layer's is a byte too small", scratch_bytes("dense", 15)},
            {"a dense layer has none", [](Sample& s) { s.op("dense").scratch = -1; }},
            {"a dense layer's is behind the last buffer", [](Sample& s) { s.op("dense").scratch = 1000; }},
            {"a dense layer's lives longer",
             [](Sample& s) { move_to_end(s, s.scratch("dense")), s.scratch("dense").mutate_last(3); }},
            {"a dense layer's lives earlier",
             [](Sample& s) { move_to_end(s, s.scratch("dense")), s.scratch("dense").mutate_first(1); }},
            {"a dense layer's is its output", [](Sample& s) { s.op("dense").scratch = s.tensor("result").buffer; }},
        });
    expect_verdicts(forecaster_sample, {{"a dense layer of f32 has some",
                                         [](Sample& s) { s.op("dense").scratch = add_buffer(s, 16, 1, 1); }}});
}

TEST_CASE("the limit of a state is 0 or positive and finite") {
    const auto limit = [](Sample& s, float value) { s.model.states[0]->limit = value; };
    expect_verdicts(quantized_sample, values("limit", limit, {0, -0.0F, 1e-45F, 1, 3e38F}, true));
    expect_verdicts(quantized_sample, values("limit", limit, {-1e-45F, -1, kNan, -kNan, kInfinity, -kInfinity}, false));
}

TEST_CASE("a state starts within its limit") {
    const auto starts_at = [](float last, float limit) {
        return [=](Sample& s) {
            const std::vector<float> start = {0, 1, -1, 0.5F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last};
            auto tensor = std::make_unique<TensorT>();
            tensor->dims = {1, 3, 5};
            tensor->buffer = -1;
            std::vector<std::uint8_t>& weights = s.model.weights;
            tensor->offset = weights.size();
            weights.resize(weights.size() + 64);
            std::memcpy(&weights[static_cast<std::size_t>(tensor->offset)], start.data(), 15 * sizeof(float));
            s.model.states[0]->initial = static_cast<std::int32_t>(s.model.tensors.size());
            s.model.states[0]->limit = limit;
            s.model.tensors.push_back(std::move(tensor));
        };
    };
    expect_verdicts(quantized_sample, {
                                          allowed("at the limit", starts_at(-1, 1)),
                                          allowed("no limit", starts_at(1e30F, 0)),
                                          allowed("no limit, negative zero", starts_at(2, -0.0F)),
                                          {"just beyond", starts_at(std::nextafter(1.0F, 2.0F), 1)},
                                          {"just below", starts_at(-std::nextafter(1.0F, 2.0F), 1)},
                                          {"NaN", starts_at(kNan, 1)},
                                          {"infinite", starts_at(-kInfinity, 3e38F)},
                                      });
}

}  // namespace form_rules_test
