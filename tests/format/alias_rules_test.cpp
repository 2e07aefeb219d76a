// SPDX-License-Identifier: MIT
// Operands, lifetimes and aliases: an op reads only what was written and writes only where nobody reads.
#include <doctest/doctest.h>

#include "rules.h"

namespace alias_rules_test {

using namespace tidegate::test;
using tidegate::format::Verdict;
using namespace tidegate::objects;

namespace {

/// A tensor [1, 6] in a buffer of its own; returns its index.
int add_row(Sample& s, std::uint32_t first, std::uint32_t last) {
    const int tensor = add_tensor(s);
    s.model.tensors.back()->dims = {1, 6};
    s.model.tensors.back()->buffer = add_buffer(s, 24, first, last);
    return tensor;
}

/// A constant [1, 6]; returns its index.
int add_constant_row(Sample& s) {
    const int tensor = add_tensor(s);
    s.model.tensors.back()->dims = {1, 6};
    return tensor;
}

}  // namespace

TEST_CASE("every op has its number of operands, and they exist") {
    expect_verdicts(forecaster_sample,
                    {
                        {"input behind the last tensor",
                         [](Sample& s) { s.op("dense").inputs[0] = static_cast<int>(s.model.tensors.size()); }},
                        {"output behind the last tensor",
                         [](Sample& s) { s.op("dense").outputs[0] = static_cast<int>(s.model.tensors.size()); }},
                        {"input -2", [](Sample& s) { s.op("lstm").inputs[1] = -2; }},
                        {"lowest input", [](Sample& s) { s.op("lstm").inputs[1] = INT32_MIN; }},
                        {"X is missing", [](Sample& s) { s.op("lstm").inputs[0] = -1; }},
                        {"input of Dense is missing", [](Sample& s) { s.op("dense").inputs[0] = -1; }},
                        {"output of Dense is missing", [](Sample& s) { s.op("dense").outputs[0] = -1; }},
                        {"three inputs of Recurrent", [](Sample& s) { s.op("lstm").inputs.pop_back(); }},
                        {"five inputs of Recurrent", [](Sample& s) { s.op("lstm").inputs.push_back(-1); }},
                        {"two outputs of Recurrent", [](Sample& s) { s.op("lstm").outputs.pop_back(); }},
                        {"four outputs of Recurrent", [](Sample& s) { s.op("lstm").outputs.push_back(-1); }},
                        {"no inputs", [](Sample& s) { s.op("dense").inputs.clear(); }},
                        {"no outputs", [](Sample& s) { s.op("scale").outputs.clear(); }},
                        {"two outputs of Unary", [](Sample& s) { s.op("scale").outputs.push_back(s.index("y_c")); }},
                    });
    expect_verdicts(moves_sample, {
                                      {"no inputs of Concat", [](Sample& s) { s.op("concat").inputs.clear(); }},
                                      {"one input of Binary", [](Sample& s) { s.op("add").inputs.pop_back(); }},
                                      {"three of MatMul", [](Sample& s) { s.op("matmul").inputs.push_back(0); }},
                                      {"a hole in Concat", [](Sample& s) { s.op("concat").inputs[1] = -1; }},
                                      {"one input of Gather", [](Sample& s) { s.op("pick").inputs.pop_back(); }},
                                  });
}

TEST_CASE("an op of an unknown or another kind is refused") {
    for (int type = 0; type < 256; ++type) {
        std::vector<std::uint8_t> payload = payload_of(forecaster_sample().model);
        set_params_type(payload, 1, static_cast<std::uint8_t>(type));
        const bool is_right = type == static_cast<int>(OpParams::Dense);
        REQUIRE((verdict_on(sealed(payload)) == Verdict::ok) == is_right);
    }
}

TEST_CASE("an op reads only what is written before it, and all of it") {
    expect_verdicts(
        forecaster_sample,
        {
            allowed("a constant", [](Sample& s) { s.op("scale").inputs[0] = add_constant_row(s); }),
            allowed("tensor 0, made by an op",
                    [](Sample& s) {
                        const int other = s.index("hidden");
                        std::swap(s.model.tensors[0], s.model.tensors[static_cast<std::size_t>(other)]);
                        s.model.inputs[0]->tensor = static_cast<std::uint32_t>(other);
                        s.op("dense").outputs[0] = s.op("scale").inputs[0] = 0;
                    }),
            {"what nobody writes", [](Sample& s) { s.op("scale").inputs[0] = add_row(s, 0, 3); }},
            {"what nobody writes, born with it", [](Sample& s) { s.op("scale").inputs[0] = add_row(s, 2, 3); }},
            {"what it writes itself", [](Sample& s) { s.op("scale").inputs[0] = s.index("forecast"); }},
            {"what is written later",
             [](Sample& s) {
                 const int late = add_row(s, 3, 4);
                 append_relu(s, s.index("forecast"), late);
                 s.op("scale").inputs[0] = late;
                 s.model.buffers.back().mutate_first(3);
             }},
            {"what died before",
             [](Sample& s) {
                 move_to_end(s, s.buffer("hidden"));
                 s.buffer("hidden").mutate_last(1);
             }},
            {"more than was written",
             [](Sample& s) {
                 move_to_end(s, s.buffer("hidden"), 32);
                 s.op("scale").inputs[0] = add_view(s, "hidden", ElementType::f32, {1, 6}, 8);
             }},
            {"more than the graph input",
             [](Sample& s) {
                 s.buffer("features").mutate_bytes(32);
                 move_to_end(s, s.buffer("features"), 32);
                 s.tensor("x").offset = 16;
             }},
            allowed("a part of a graph input",
                    [](Sample& s) {
                        const int part = add_view(s, "features", ElementType::f32, {2}, 8);
                        const int y = add_tensor(s);
                        s.model.tensors.back()->dims = {2};
                        s.model.tensors.back()->buffer = add_buffer(s, 8, 3, 3);
                        append_relu(s, part, y);
                        s.model.buffers.back().mutate_last(3);
                    }),
        });
}

TEST_CASE("an op writes only into buffers that are born with it") {
    expect_verdicts(forecaster_sample, {
                                           allowed("a buffer of its own",
                                                   [](Sample& s) {
                                                       const int row = add_row(s, 3, 3);
                                                       append_relu(s, s.index("hidden"), row);
                                                       s.model.buffers.back().mutate_last(3);
                                                       s.buffer("hidden").mutate_last(3);
                                                       move_to_end(s, s.buffer("hidden"));
                                                   }),
                                           {"a constant",
                                            [](Sample& s) {
                                                const int row = add_constant_row(s);
                                                append_relu(s, s.index("forecast"), row);
                                            }},
                                           {"a constant, by an op that has scratch",
                                            [](Sample& s) {
                                                s.op("lstm").outputs[0] = add_tensor(s);
                                                s.model.tensors.back()->dims = {1, 1, 1, 3};
                                            }},
                                           {"a buffer that was written before",
                                            [](Sample& s) {
                                                const int again = add_view(s, "hidden", ElementType::f32, {1, 6});
                                                append_relu(s, s.index("forecast"), again);
                                                s.buffer("hidden").mutate_last(4);
                                                move_to_end(s, s.buffer("hidden"));
                                            }},
                                           {"a buffer that lives before it is written",
                                            [](Sample& s) {
                                                move_to_end(s, s.buffer("hidden"));
                                                s.buffer("hidden").mutate_first(0);
                                            }},
                                           {"a buffer that is born later",
                                            [](Sample& s) {
                                                move_to_end(s, s.buffer("hidden"));
                                                s.buffer("hidden").mutate_first(2);
                                            }},
                                           {"another part of a graph input's buffer",
                                            [](Sample& s) {
                                                move_to_end(s, s.buffer("features"), 32);
                                                s.tensor("y_c").buffer = s.tensor("features").buffer;
                                                s.tensor("y_c").offset = 16;
                                            }},
                                           {"another part of a state's buffer",
                                            [](Sample& s) {
                                                move_to_end(s, s.buffer("c"), 32);
                                                s.tensor("y_c").buffer = s.tensor("c").buffer;
                                                s.tensor("y_c").offset = 16;
                                            }},
                                           {"the bytes of another output",
                                            [](Sample& s) {
                                                s.tensor("y_c").buffer = s.tensor("y_h").buffer;
                                                s.tensor("y_c").offset = 0;
                                            }},
                                           {"one element of another output",
                                            [](Sample& s) {
                                                move_to_end(s, s.buffer("y_h"), 20);
                                                s.tensor("y_c").buffer = s.tensor("y_h").buffer;
                                                s.tensor("y_c").offset = 8;
                                            }},
                                           allowed("the bytes behind another output",
                                                   [](Sample& s) {
                                                       move_to_end(s, s.buffer("y_h"), 24);
                                                       s.tensor("y_c").buffer = s.tensor("y_h").buffer;
                                                       s.tensor("y_c").offset = 12;
                                                   }),
                                           {"its scratch",
                                            [](Sample& s) {
                                                const int y = add_tensor(s);
                                                s.model.tensors.back()->dims = {1, 1, 1, 3};
                                                s.model.tensors.back()->buffer = s.op("lstm").scratch;
                                                s.op("lstm").outputs[0] = y;
                                            }},
                                       });
}

TEST_CASE("recurrent ops have scratch of their own, other ops none") {
    expect_verdicts(
        forecaster_sample,
        {
            {"none", [](Sample& s) { s.op("lstm").scratch = -1; }},
            {"-2", [](Sample& s) { s.op("lstm").scratch = -2; }},
            {"behind the last buffer",
             [](Sample& s) { s.op("lstm").scratch = static_cast<int>(s.model.buffers.size()); }},
            {"one byte short", [](Sample& s) { s.scratch("lstm").mutate_bytes(s.scratch("lstm").bytes() - 1); }},
            allowed("one byte more",
                    [](Sample& s) { move_to_end(s, s.scratch("lstm"), s.scratch("lstm").bytes() + 1); }),
            allowed("in buffer 0",
                    [](Sample& s) {
                        std::swap(s.model.buffers[0], s.scratch("lstm"));
                        for (const char* name : {"features", "x"}) { s.tensor(name).buffer = s.op("lstm").scratch; }
                        s.op("lstm").scratch = 0;
                    }),
            {"live after its step",
             [](Sample& s) {
                 move_to_end(s, s.scratch("lstm"));
                 s.scratch("lstm").mutate_last(1);
             }},
            {"live at another step",
             [](Sample& s) {
                 move_to_end(s, s.scratch("lstm"));
                 s.scratch("lstm").mutate_last(1);
                 s.scratch("lstm").mutate_first(1);
             }},
            {"scratch of Dense", [](Sample& s) { s.op("dense").scratch = add_buffer(s, 4096, 1, 1); }},
        });
    expect_verdicts(recurrent_sample, {{"live before its step", [](Sample& s) {
                                            move_to_end(s, s.scratch("rnn"));
                                            s.scratch("rnn").mutate_first(0);
                                        }}});
}

}  // namespace alias_rules_test
