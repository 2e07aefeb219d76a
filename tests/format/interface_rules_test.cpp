// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "format/check.h"
#include "rules.h"

namespace interface_rules_test {

using namespace tidegate::test;
using namespace tidegate::objects;
using tidegate::format::kMaxName;
using tidegate::format::kMaxPorts;

namespace {

std::unique_ptr<PortT> port(const std::string& name, int tensor) {
    auto made = std::make_unique<PortT>();
    made->name = name;
    made->tensor = static_cast<std::uint32_t>(tensor);
    return made;
}

/// An f32 [1] held over the whole run.
int add_held(Sample& s) {
    const int tensor = add_tensor(s);
    s.model.tensors.back()->buffer = add_buffer(s, 4, 0, static_cast<std::uint32_t>(s.model.ops.size()));
    return tensor;
}

}  // namespace

TEST_CASE("ports and states have names: not empty, without zero bytes, unique in their list") {
    expect_verdicts(
        forecaster_sample,
        {
            allowed("an output named as an input", [](Sample& s) { s.model.outputs[0]->name = "features"; }),
            allowed("the longest name", [](Sample& s) { s.model.inputs[0]->name.assign(kMaxName, 'x'); }),
            {"a longer name", [](Sample& s) { s.model.inputs[0]->name.assign(kMaxName + 1, 'x'); }},
            {"an input without a name", [](Sample& s) { s.model.inputs[0]->name = ""; }},
            {"an output without a name", [](Sample& s) { s.model.outputs[0]->name = ""; }},
            {"a state without a name", [](Sample& s) { s.model.states[1]->name = ""; }},
            {"a zero byte", [](Sample& s) { s.model.inputs[0]->name = std::string("a\0b", 3); }},
            {"a zero byte at the end", [](Sample& s) { s.model.states[0]->name = std::string("a\0", 2); }},
            {"two states of a name", [](Sample& s) { s.model.states[1]->name = "h"; }},
            {"two outputs of a name",
             [](Sample& s) { s.model.outputs.push_back(port("forecast", s.index("hidden"))); }},
        });
    expect_verdicts(recurrent_sample, {{"two inputs of a name", [](Sample& s) { s.model.inputs[1]->name = "x"; }}});
}

TEST_CASE("inputs are held in the arena for the whole run and share no byte") {
    expect_verdicts(
        recurrent_sample,
        {
            allowed("another input", [](Sample& s) { s.model.inputs.push_back(port("more", add_held(s))); }),
            {"behind the last tensor",
             [](Sample& s) { s.model.inputs.push_back(port("more", static_cast<int>(s.model.tensors.size()))); }},
            {"tensor -1", [](Sample& s) { s.model.inputs.push_back(port("more", -1)); }},
            {"a constant", [](Sample& s) { s.model.inputs.push_back(port("more", add_tensor(s))); }},
            {"born late",
             [](Sample& s) {
                 s.model.inputs.push_back(port("more", add_held(s)));
                 s.model.buffers.back().mutate_first(1);
             }},
            {"dies early",
             [](Sample& s) {
                 s.model.inputs.push_back(port("more", add_held(s)));
                 s.model.buffers.back().mutate_last(1);
             }},
            {"the same input twice", [](Sample& s) { s.model.inputs.push_back(port("more", s.index("lengths"))); }},
            {"a part of another input",
             [](Sample& s) { s.model.inputs.push_back(port("more", add_view(s, "x", ElementType::f32, {1}, 20))); }},
            {"written by an op", [](Sample& s) { s.model.inputs.push_back(port("more", s.index("y_h"))); }},
            allowed("512 inputs",
                    [](Sample& s) {
                        while (s.model.inputs.size() < kMaxPorts) {
                            s.model.inputs.push_back(port("n" + std::to_string(s.model.inputs.size()), add_held(s)));
                        }
                    }),
            {"513 inputs",
             [](Sample& s) {
                 while (s.model.inputs.size() <= kMaxPorts) {
                     s.model.inputs.push_back(port("n" + std::to_string(s.model.inputs.size()), add_held(s)));
                 }
             }},
            {"513 outputs",
             [](Sample& s) {
                 while (s.model.outputs.size() <= kMaxPorts) {
                     s.model.outputs.push_back(port("n" + std::to_string(s.model.outputs.size()), s.index("back")));
                 }
             }},
            {"513 ranges", [](Sample& s) { s.model.ranges.resize(kMaxPorts + 1, s.model.ranges[0]); }},
        });
}

TEST_CASE("outputs are written by an op and live to the end") {
    expect_verdicts(
        recurrent_sample,
        {
            allowed("the same output twice",
                    [](Sample& s) { s.model.outputs.push_back(port("more", s.index("back"))); }),
            {"behind the last tensor",
             [](Sample& s) { s.model.outputs.push_back(port("more", static_cast<int>(s.model.tensors.size()))); }},
            {"a constant", [](Sample& s) { s.model.outputs.push_back(port("more", s.index("h0"))); }},
            {"a graph input", [](Sample& s) { s.model.outputs.push_back(port("more", s.index("x"))); }},
            {"dies early", [](Sample& s) { s.model.outputs.push_back(port("more", s.index("y"))); }},
            {"written by nobody", [](Sample& s) { s.model.outputs.push_back(port("more", add_held(s))); }},
            {"born after the last op",
             [](Sample& s) {
                 s.model.outputs.push_back(port("more", add_held(s)));
                 s.model.buffers.back().mutate_first(2);
             }},
            {"only partly written",
             [](Sample& s) {
                 move_to_end(s, s.buffer("y_h"), 112);
                 s.model.outputs[1]->tensor =
                     static_cast<std::uint32_t>(add_view(s, "y_h", ElementType::f32, {24}, 16));
             }},
        });
}

TEST_CASE("a state links an f32 input with an output of its shape and a constant to start with") {
    expect_verdicts(
        forecaster_sample,
        {
            allowed("no states",
                    [](Sample& s) {
                        s.model.states.clear();
                        s.model.inputs.push_back(port("h", s.index("h")));
                        s.model.inputs.push_back(port("c", s.index("c")));
                    }),
            {"input behind the last tensor", [](Sample& s) { s.model.states[1]->input = 1000; }},
            {"output behind the last tensor", [](Sample& s) { s.model.states[1]->output = 1000; }},
            {"initial behind the last tensor", [](Sample& s) { s.model.states[1]->initial = 1000; }},
            {"initial -2", [](Sample& s) { s.model.states[1]->initial = -2; }},
            {"constant input",
             [](Sample& s) { s.model.states[1]->input = static_cast<std::uint32_t>(s.index("start")); }},
            {"constant output",
             [](Sample& s) { s.model.states[1]->output = static_cast<std::uint32_t>(s.index("start")); }},
            {"initial in the arena", [](Sample& s) { s.model.states[0]->initial = s.index("c"); }},
            allowed("two states with one output",
                    [](Sample& s) { s.model.states[1]->output = s.model.states[0]->output; }),
            allowed("initial is tensor 0",
                    [](Sample& s) {
                        std::swap(s.model.tensors[0], s.model.tensors[static_cast<std::size_t>(s.index("start"))]);
                        s.model.inputs[0]->tensor = static_cast<std::uint32_t>(s.index("start"));
                        s.model.states[0]->initial = 0;
                    }),
            {"two states with one input", [](Sample& s) { s.model.states[1]->input = s.model.states[0]->input; }},
            {"input that is a graph input",
             [](Sample& s) {
                 s.model.states[1]->input =
                     static_cast<std::uint32_t>(add_view(s, "features", ElementType::f32, {1, 1, 3}));
             }},
            {"input born late",
             [](Sample& s) {
                 s.op("lstm").inputs[3] = -1;
                 s.buffer("c").mutate_first(1);
             }},
            {"output that is its input", [](Sample& s) { s.model.states[1]->output = s.model.states[1]->input; }},
            {"output that dies early", [](Sample& s) { s.buffer("y_c").mutate_last(2); }},
            {"other dims", [](Sample& s) { s.model.states[1]->output = static_cast<std::uint32_t>(s.index("row")); }},
            {"initial with other dims",
             [](Sample& s) {
                 s.tensor("start").dims = {1, 3};
             }},
            {"initial of integers", [](Sample& s) { s.tensor("start").type = ElementType::i32; }},
            {"input of integers",
             [](Sample& s) {
                 s.op("lstm").inputs[3] = -1;
                 s.tensor("c").type = ElementType::i32;
             }},
            {"output of integers",
             [](Sample& s) {
                 s.model.states[1]->output =
                     static_cast<std::uint32_t>(add_view(s, "y_c", ElementType::i32, {1, 1, 3}));
             }},
        });
}

TEST_CASE("a range names an integer input and has an extent") {
    const auto range = [](std::uint32_t tensor, std::int32_t extent) {
        return [=](Sample& s) { s.model.ranges.emplace_back(tensor, RangeKind::index, extent); };
    };
    const auto range_of = [](const std::string& name, std::int32_t extent) {
        return [=](Sample& s) {
            s.model.ranges.emplace_back(static_cast<std::uint32_t>(s.index(name)), RangeKind::length, extent);
        };
    };
    expect_verdicts(recurrent_sample, {
                                          allowed("of one index", range_of("lengths", 1)),
                                          {"empty", range_of("lengths", 0)},
                                          {"an expression that is not there", range_of("lengths", -1)},
                                          {"of an f32 input", range_of("x", 1)},
                                          {"of a constant", range_of("fixed_lengths", 3)},
                                          {"behind the last tensor", range(1000, 1)},
                                          {"of tensor -1", range(UINT32_MAX, 1)},
                                          {"of no kind",
                                           [](Sample& s) {
                                               s.model.ranges.emplace_back(
                                                   static_cast<std::uint32_t>(s.index("lengths")),
                                                   static_cast<RangeKind>(2), 3);
                                           }},
                                      });
}

}  // namespace interface_rules_test
