// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "convert.h"
#include "emit/plan.h"
#include "lower_support.h"

namespace tidegate::emit_plan_test {
namespace {

using Engine = std::mt19937;

std::uint32_t below(Engine& engine, std::uint32_t limit) {
    return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(engine);
}

std::vector<ProgramBuffer> random_buffers(Engine& engine) {
    std::vector<ProgramBuffer> buffers(1 + below(engine, 40));
    const std::uint32_t steps = 1 + below(engine, 25);
    for (ProgramBuffer& b : buffers) {
        b.bytes = 1 + below(engine, below(engine, 2) == 0 ? 40 : 5000);
        b.first = below(engine, steps);
        b.last = b.first + below(engine, steps - b.first);
    }
    return buffers;
}

/// Plays the run byte by byte: every step writes the buffers that begin, then looks whether all live ones are intact.
bool survives(const std::vector<ProgramBuffer>& buffers, std::uint64_t bytes) {
    std::vector<int> memory(bytes, -1);
    std::uint32_t end = 0;
    for (const ProgramBuffer& b : buffers) { end = std::max(end, b.last); }
    for (std::uint32_t step = 0; step <= end; ++step) {
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            if (buffers[i].first != step) { continue; }
            if (buffers[i].offset + buffers[i].bytes > bytes || buffers[i].offset % 16 != 0) { return false; }
            std::fill_n(memory.begin() + static_cast<std::ptrdiff_t>(buffers[i].offset), buffers[i].bytes,
                        static_cast<int>(i));
        }
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            if (step < buffers[i].first || step > buffers[i].last) { continue; }
            for (std::uint64_t at = 0; at < buffers[i].bytes; ++at) {
                if (memory[buffers[i].offset + at] != static_cast<int>(i)) { return false; }
            }
        }
    }
    return true;
}

bool same_places(const std::vector<ProgramBuffer>& a, const std::vector<ProgramBuffer>& b) {
    return std::ranges::equal(a, b, {}, &ProgramBuffer::offset, &ProgramBuffer::offset);
}

}  // namespace

TEST_CASE("the simulator of these tests sees an overlap") {
    CHECK(survives({{16, 0, 0, 2}, {16, 16, 1, 1}}, 32));
    CHECK_FALSE(survives({{17, 0, 0, 2}, {16, 16, 1, 1}}, 33));
    CHECK(survives({{16, 0, 0, 1}, {16, 0, 2, 3}}, 16));
    CHECK_FALSE(survives({{16, 0, 0, 1}, {16, 0, 1, 3}}, 16));
}

TEST_CASE("buffers never overlap while they are live, over random lifetimes") {
    Engine engine(1);
    for (int round = 0; round < 400; ++round) {
        CAPTURE(round);
        std::vector<ProgramBuffer> buffers = random_buffers(engine);
        const std::uint64_t bytes = place(buffers);
        CHECK(survives(buffers, bytes));
        CHECK(bytes >= peak_live_bytes(buffers));
    }
}

TEST_CASE("the plan is within 2 % of the lower bound on average and takes it where nothing is nested") {
    Engine engine(2);
    double ratio = 0;
    constexpr int kRounds = 300;
    for (int round = 0; round < kRounds; ++round) {
        std::vector<ProgramBuffer> buffers = random_buffers(engine);
        const std::uint64_t bytes = place(buffers);
        ratio += static_cast<double>(bytes) / static_cast<double>(peak_live_bytes(buffers)) / kRounds;
    }
    MESSAGE("planned bytes / lower bound: ", ratio);
    CHECK(ratio < 1.02);

    std::vector<ProgramBuffer> chain;  // a chain of layers: each buffer is read by the next step only
    for (std::uint32_t k = 0; k < 20; ++k) { chain.push_back({64 + 16 * (k % 5), 0, k, k + 1}); }
    CHECK(place(chain) == peak_live_bytes(chain));
}

TEST_CASE("the same buffers always get the same offsets") {
    Engine engine(3);
    for (int round = 0; round < 50; ++round) {
        std::vector<ProgramBuffer> a = random_buffers(engine), b = a;
        CHECK(place(a) == place(b));
        CHECK(same_places(a, b));
        std::vector<ProgramBuffer> again = a;  // offsets that were there before do not matter
        place(again);
        CHECK(same_places(a, again));
    }
}

TEST_CASE("lifetimes: inputs and states for the whole run, outputs to its end, views counted, scratch at its step") {
    using namespace test;
    GraphMaker m;
    Random random(1);
    const ValueId x = m.input("x", {2, 4});
    const ValueId h = m.state_input("h", {2, 4});
    const ValueId a = m.node(Unary{{UnaryKind::relu}}, {x}, {2, 4});    // step 0
    const ValueId flat = m.node(Reshape{}, {a, m.integers({8})}, {8});  // a view
    const ValueId b = m.node(Unary{{UnaryKind::tanh}}, {x}, {2, 4});    // step 1
    const ValueId c = m.node(Binary{BinaryKind::add}, {b, h}, {2, 4});  // step 2
    const ValueId d = m.node(Unary{{UnaryKind::relu}}, {flat}, {8});    // step 3 reads a
    m.output(d);
    m.state(h, c);
    Program program = m.lowered();
    plan(program);
    REQUIRE(kinds(program) == std::vector<std::string>{"unary", "unary", "binary", "unary"});
    const auto life = [&](TensorId id) {
        const BufferId buffer = program.tensors[static_cast<std::size_t>(id)].buffer;
        const ProgramBuffer& b_ = program.buffers[static_cast<std::size_t>(buffer)];
        return std::pair(b_.first, b_.last);
    };
    using Life = std::pair<std::uint32_t, std::uint32_t>;
    CHECK(life(program.inputs[0].tensor) == Life{0, 4});
    CHECK(life(program.states[0].input) == Life{0, 4});
    CHECK(life(program.steps[0].outputs[0]) == Life{0, 3});
    CHECK(life(program.steps[1].outputs[0]) == Life{1, 2});
    CHECK(life(program.states[0].output) == Life{2, 4});
    CHECK(life(program.outputs[0].tensor) == Life{3, 4});

    Program recurrent = lower(recurrent_graph(plain_case(CellKind::lstm, 5), random), std::nullopt);
    plan(recurrent);
    REQUIRE(recurrent.steps[0].scratch >= 0);
    const ProgramBuffer& scratch = recurrent.buffers[static_cast<std::size_t>(recurrent.steps[0].scratch)];
    CHECK(Life{scratch.first, scratch.last} == Life{0, 0});
}

}  // namespace tidegate::emit_plan_test
