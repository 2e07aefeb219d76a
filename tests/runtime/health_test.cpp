// SPDX-License-Identifier: MIT
// Whatever a session is fed, the next good step is a good one.
#include <doctest/doctest.h>

#include <cmath>

#include "convert.h"
#include "reference/evaluate.h"
#include "support/session.h"
#include "support/step_model.h"

namespace health_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

constexpr float kPoison[] = {NAN, -NAN, INFINITY, -INFINITY, 1e38F, -1e38F, 1e14F, -1e14F};

using Bytes = std::vector<std::uint8_t>;

RecurrentCase with_functions(CellKind cell, const std::vector<UnaryKind>& kinds) {
    RecurrentCase c = plain_case(cell, 9, 3);
    c.op.functions.clear();
    for (const UnaryKind kind : kinds) { c.op.functions.push_back({kind, kind == UnaryKind::affine ? 1.0 : 0.5, 0}); }
    return c;
}

/// Cells as everybody has them, and the flagship: their functions are bounded.
std::vector<Bytes> bounded_models() {
    std::vector<Bytes> files;
    for (const RecurrentCase& c : known_cells(20, 3)) { files.push_back(step_file(c, 1)); }
    ConvertOptions options;
    options.states = {{"h_out", "h"}, {"c_out", "c"}};
    files.push_back(convert(TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality.onnx", options).file);
    return files;
}

/// Cells whose states have no bound of their own.
std::vector<Bytes> unbounded_models() {
    std::vector<Bytes> files;
    using K = UnaryKind;
    for (RecurrentCase c : {with_functions(CellKind::rnn, {K::relu}), with_functions(CellKind::rnn, {K::affine}),
                            with_functions(CellKind::lstm, {K::sigmoid, K::relu, K::relu}),
                            with_functions(CellKind::lstm, {K::relu, K::relu, K::relu}),
                            with_functions(CellKind::gru, {K::sigmoid, K::leaky_relu}),
                            with_functions(CellKind::gru, {K::softplus, K::relu})}) {
        c.weight_scale = 0.25;  // else they grow by themselves
        files.push_back(step_file(c, 2));
    }
    return files;
}

constexpr tg_policy kPolicies[] = {TG_POLICY_REFUSE, TG_POLICY_HOLD, TG_POLICY_RESET};

tg_status spoiled_under(tg_policy policy) {
    constexpr tg_status kStatuses[] = {TG_STATE_NOT_FINITE, TG_STATE_HELD, TG_STATE_RESET};
    return kStatuses[policy];
}

std::size_t input_size(const TestSession& session) {
    tg_tensor x;
    REQUIRE(tg_input(session.get(), 0, &x) == TG_OK);
    return x.bytes / sizeof(float);
}

bool all_finite(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return std::isfinite(v); });
}

/// Poisoned steps.
struct Counts {
    int spoiled = 0;
    int taken = 0;
};

tg_health health_of(const TestSession& session) {
    tg_health health;
    REQUIRE(tg_get_health(session.get(), &health) == TG_OK);
    return health;
}

/// Feeds each poison at each place after a good step, with good steps behind it. after(session): what must hold then.
template <class After>
void poison_everywhere(const Bytes& file, tg_policy policy, Counts& counts, After after) {
    TestSession session(file);
    REQUIRE(tg_set_policy(session.get(), policy) == TG_OK);
    Random random(3);
    const auto n = static_cast<std::int64_t>(input_size(session));
    for (std::size_t at = 0; at < static_cast<std::size_t>(n); ++at) {
        for (const float poison : kPoison) {
            REQUIRE(tg_reset(session.get()) == TG_OK);
            std::vector<float> x = floats(random.tensor({n}));
            session.set(0, x);
            REQUIRE(session.run() == TG_OK);
            const Bytes before = saved(session.get());
            x[at] = poison;
            session.set(0, x);
            const tg_status status = session.run();
            const bool is_sane = std::fabs(poison) < 0x1p50F;  // then the state is to blame
            CHECK((status == TG_OK || status == (is_sane ? TG_STATE_RESET : spoiled_under(policy))));
            if (status == TG_STATE_NOT_FINITE) { CHECK(saved(session.get()) == before); }
            (status == TG_OK ? counts.taken : counts.spoiled) += 1;
            session.set(0, floats(random.tensor({n})));
            after(session);
        }
    }
}

/// Puts `id` + 1 in the place of every use of the graph input `id`.
void add_one_to(Graph& graph, ValueId id) {
    const Value& value = graph.values[static_cast<std::size_t>(id)];
    Tensor one = Tensor::zeros(value.type, {1});
    one.integers[0] = 1;
    const ElementType type = value.type;
    const Extents dims = *value.dims;
    const ValueId sum = graph.add_value("sum", type, dims), constant = graph.add_constant("one", std::move(one));
    graph.replace_uses(id, sum);
    graph.nodes.insert(graph.nodes.begin(), Node{"add", Binary{BinaryKind::add}, {id, constant}, {sum}});
    check(graph);
}

}  // namespace

TEST_CASE("one NaN, infinity or 1e38 at any place of the input leaves the next good step finite") {
    Counts counts;
    for (const Bytes& file : bounded_models()) {
        for (const tg_policy policy : kPolicies) {
            poison_everywhere(file, policy, counts, [](TestSession& session) {
                CHECK(session.run() == TG_OK);
                CHECK(all_finite(session.output(0)));
            });
        }
    }
    CHECK(counts.spoiled > 100);
    CHECK(counts.taken > 150);
}

TEST_CASE("a cell without bounds goes on after a poison, if need be from its initial state") {
    Counts counts;
    for (const Bytes& file : unbounded_models()) {
        for (const tg_policy policy : kPolicies) {
            poison_everywhere(file, policy, counts, [](TestSession& session) {
                const tg_status next = session.run();
                CHECK((next == TG_OK || next == TG_STATE_RESET));
                if (next == TG_STATE_RESET) { CHECK(session.run() == TG_OK); }
                CHECK(all_finite(session.output(0)));
            });
        }
    }
    CHECK(counts.spoiled > 200);
    CHECK(counts.taken > 10);
}

TEST_CASE("a refused step leaves no trace, a held one only counts, a reset one starts over") {
    const Bytes file = step_file(plain_case(CellKind::lstm, 20, 3), 1);
    const std::vector<float> good(3, 0.5F), bad{0.5F, NAN, 0.5F};
    for (const tg_policy policy : kPolicies) {
        TestSession session(file), undisturbed(file);
        REQUIRE(tg_set_policy(session.get(), policy) == TG_OK);
        for (TestSession* each : {&session, &undisturbed}) {
            each->set(0, good);
            REQUIRE(each->run() == TG_OK);
        }
        session.set(0, bad);
        const tg_status status = session.run();
        CHECK(bits(session.output(0))[0] == 0x7fc00000U);
        if (policy == TG_POLICY_RESET) { REQUIRE(tg_reset(undisturbed.get()) == TG_OK); }
        for (TestSession* each : {&session, &undisturbed}) {
            each->set(0, good);
            REQUIRE(each->run() == TG_OK);
        }
        CHECK(bits(session.output(0)) == bits(undisturbed.output(0)));
        const tg_health health = health_of(session);
        CHECK(health.steps == (policy == TG_POLICY_REFUSE ? 2 : 3));
        CHECK(health.refused == (status == TG_STATE_NOT_FINITE));
        CHECK(health.held == (status == TG_STATE_HELD));
        CHECK(health.reset == (status == TG_STATE_RESET));
        CHECK(health.out_of_range == 0);
    }
}

TEST_CASE("a state that cannot go on even with good inputs is reset under every policy") {
    // h' = 8 h + ..., from 8: beyond 2^50 after some 16 steps, whatever comes in.
    RecurrentCase c = with_functions(CellKind::rnn, {UnaryKind::relu});
    c.weight_scale = 60;
    for (const tg_policy policy : kPolicies) {
        TestSession session(step_file(c, 4));
        REQUIRE(tg_set_policy(session.get(), policy) == TG_OK);
        session.set(0, std::vector<float>(3, 1.0F));
        int reset = 0, good = 0;
        for (int i = 0; i < 200; ++i) {
            const tg_status status = session.run();
            CHECK((status == TG_OK || status == TG_STATE_RESET));
            (status == TG_OK ? good : reset) += 1;
        }
        CHECK(reset > 1);
        CHECK(good > 100);
        CHECK(health_of(session).reset == static_cast<std::uint64_t>(reset));
        CHECK(health_of(session).steps == 200);
    }
}

TEST_CASE("a million steps of nothing end at exact zeros or at the fixed point of the reference") {
    for (const bool bias : {false, true}) {
        for (RecurrentCase c : known_cells(8, 3)) {
            c.bias = bias;
            c.weight_scale = 1;
            Random weights(5);
            const Graph graph = step_graph(c, weights);
            TestSession session(file_of(graph));
            session.set(0, std::vector<float>(3, 3.0F));
            REQUIRE(session.run() == TG_OK);
            std::vector<Tensor> states = initial_states(graph);
            const Tensor three = Tensor::of({1, 1, 3}, {3, 3, 3}), nothing = Tensor::zeros(ElementType::f32, {1, 1, 3});
            evaluate(graph, {three}, states);
            session.set(0, std::vector<float>(3, 0.0F));
            std::vector<Tensor> want;
            constexpr int kSteps = 1000000, kReferenceSteps = 3000;
            bool right = true, subnormal = false;
            for (int i = 0; i < kSteps; ++i) {
                REQUIRE(session.run() == TG_OK);
                if (i >= kReferenceSteps && i < kSteps - 1) { continue; }
                if (i < kReferenceSteps) { want = evaluate(graph, {nothing}, states); }
                const std::vector<float> got = session.output(0);
                for (std::size_t k = 0; k < got.size(); ++k) {
                    right = right && std::fabs(static_cast<double>(got[k]) - want[0].reals[k]) < 1e-6;
                    subnormal = subnormal || std::fpclassify(got[k]) == FP_SUBNORMAL;
                }
            }
            CHECK(right);
            CHECK(!subnormal);
            if (!bias) { CHECK(bits(session.output(0)) == std::vector<std::uint32_t>(8, 0)); }
        }
    }
}

TEST_CASE("runs that are refused for a length are counted, and a restored state brings its steps") {
    RecurrentCase c = plain_case(CellKind::lstm, 5, 3);
    c.lengths = true;
    Random random(6);
    TestSession session(file_of(recurrent_graph(c, random)));
    session.set(1, std::vector<std::int32_t>{-1});
    CHECK(session.run() == TG_INPUT_OUT_OF_RANGE);
    CHECK(session.run() == TG_INPUT_OUT_OF_RANGE);
    session.set(1, std::vector<std::int32_t>{1});
    CHECK(session.run() == TG_OK);
    CHECK(health_of(session).out_of_range == 2);
    CHECK(health_of(session).steps == 1);
    REQUIRE(tg_reset(session.get()) == TG_OK);
    CHECK(health_of(session).steps == 1);
}

TEST_CASE("indices that the model computes are put into their range and counted") {
    Graph g;
    g.opset = 14;
    const ValueId data = g.add_value("data", ElementType::f32, Dims{4}),
                  at = g.add_value("at", ElementType::i32, Dims{3});
    g.inputs = {{data, {{4, ""}}, true}, {at, {{3, ""}}, true}};
    const ValueId picked = g.add_value("picked", ElementType::f32, Dims{3});
    g.nodes.push_back(Node{"pick", Gather{0}, {data, at}, {picked}});
    g.outputs = {{picked, "picked"}};
    add_one_to(g, at);
    TestSession session(file_of(g));
    session.set(0, std::vector<float>{10, 11, 12, 13});
    session.set(1, std::vector<std::int32_t>{-5, 2, -2});
    REQUIRE(session.run() == TG_OK);
    CHECK(session.output(0) == std::vector<float>{10, 13, 13});
    CHECK(health_of(session).clamped == 0);
    session.set(1, std::vector<std::int32_t>{-6, 3, 1});
    REQUIRE(session.run() == TG_OK);
    CHECK(session.output(0) == std::vector<float>{10, 13, 12});
    CHECK(health_of(session).clamped == 2);
}

TEST_CASE("lengths that the model computes are put into their range and counted") {
    RecurrentCase c = plain_case(CellKind::lstm, 5, 3);
    c.lengths = true;
    c.batch = 3;
    c.initial_h = c.initial_c = false;
    Random random(6);
    Graph g = recurrent_graph(c, random);
    add_one_to(g, g.inputs[1].value);
    TestSession session(file_of(g));
    session.set(1, std::vector<std::int32_t>{-1, 4, 2});
    REQUIRE(session.run() == TG_OK);
    CHECK(health_of(session).clamped == 0);
    session.set(1, std::vector<std::int32_t>{-2, 5, 2});
    REQUIRE(session.run() == TG_OK);
    CHECK(health_of(session).clamped == 2);
}

}  // namespace health_test
