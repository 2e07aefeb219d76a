// SPDX-License-Identifier: MIT
// States that leave the session and come back: the same bits from any point on, and nothing else is let in.
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "format/crc32c.h"
#include "support/session.h"
#include "support/step_model.h"

namespace saved_state_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

using Bytes = std::vector<std::uint8_t>;

// Offsets in the header, as tidegate.h lists its fields.
constexpr std::size_t kVersion = 4, kWeightForm = 6, kSignature = 8, kPayload = 24, kModelCrc = 32, kCrc = 36,
                      kReserved = 40, kHeader = 64;

/// The same with a right CRC.
Bytes resealed(Bytes bytes) {
    const std::uint32_t front = format::crc32c(bytes.data(), kCrc);
    const std::uint32_t crc = format::crc32c(bytes.data() + kReserved, bytes.size() - kReserved, front);
    std::memcpy(bytes.data() + kCrc, &crc, sizeof(crc));
    return bytes;
}

template <class T>
Bytes with(Bytes bytes, std::size_t at, T value) {
    std::memcpy(bytes.data() + at, &value, sizeof(value));
    return resealed(std::move(bytes));
}

tg_status restore(TestSession& session, const Bytes& bytes, std::uint32_t flags = 0) {
    return tg_state_restore(session.get(), bytes.data(), bytes.size(), flags);
}

void run_steps(TestSession& session, Random& random, int steps) {
    for (int i = 0; i < steps; ++i) {
        session.set(0, floats(random.tensor({3})));
        REQUIRE(session.run() == TG_OK);
    }
}

/// Refused with this status, and the session is what it was.
void expect_refused(TestSession& session, const Bytes& bytes, tg_status status, std::uint32_t flags = 0) {
    const Bytes before = saved(session.get());
    CHECK(restore(session, bytes, flags) == status);
    CHECK(saved(session.get()) == before);
}

const RecurrentCase kLstm = plain_case(CellKind::lstm, 20, 3);

}  // namespace

TEST_CASE("continuing from a saved state gives the same bits from any of a thousand points, with any kernels") {
    constexpr int kSteps = 400;
    const std::vector<std::string> kernels = kernel_names();
    int points = 0;
    for (const RecurrentCase& cell : known_cells(21, 3)) {
        const Bytes file = step_file(cell, 1);
        TestSession original(file);
        Random data(2);
        std::vector<std::vector<float>> inputs;
        std::vector<std::vector<std::uint32_t>> outputs;
        std::vector<Bytes> states = {saved(original.get())};
        for (int i = 0; i < kSteps; ++i) {
            inputs.push_back(floats(data.tensor({3}, i % 50 == 0 ? 1e6 : 1)));
            original.set(0, inputs.back());
            REQUIRE(original.run() == TG_OK);
            outputs.push_back(bits(original.output(0)));
            states.push_back(saved(original.get()));
        }
        std::vector<std::unique_ptr<TestSession>> others;
        for (const std::string& name : kernels) { others.push_back(std::make_unique<TestSession>(file, name)); }
        for (int n = 0; n < 300; ++n, ++points) {
            TestSession& other = *others[static_cast<std::size_t>(n) % others.size()];
            const auto from = static_cast<std::size_t>(data.between(0, kSteps));
            const std::size_t to = std::min<std::size_t>(kSteps, from + static_cast<std::size_t>(data.between(0, 9)));
            REQUIRE(restore(other, states[from]) == TG_OK);
            bool same = saved(other.get()) == states[from];
            for (std::size_t i = from; i < to; ++i) {
                other.set(0, inputs[i]);
                REQUIRE(other.run() == TG_OK);
                same = same && bits(other.output(0)) == outputs[i];
            }
            CHECK(same);
            CHECK(saved(other.get()) == states[to]);
        }
    }
    CHECK(points >= 1000);
}

TEST_CASE("a saved state is read and written at any alignment, and not one byte beside it") {
    TestSession session(step_file(kLstm, 1));
    Random random(3);
    run_steps(session, random, 5);
    const Bytes state = saved(session.get());
    CHECK(state.size() == kHeader + 2 * 20 * sizeof(float));
    for (std::size_t shift = 0; shift < 9; ++shift) {
        Bytes memory(state.size() + 16, 0xa5);
        REQUIRE(tg_state_save(session.get(), memory.data() + shift, state.size()) == TG_OK);
        CHECK(std::memcmp(memory.data() + shift, state.data(), state.size()) == 0);
        for (std::size_t i = 0; i < memory.size(); ++i) {
            if (i < shift || i >= shift + state.size()) { CHECK(memory[i] == 0xa5); }
        }
        CHECK(tg_state_restore(session.get(), memory.data() + shift, state.size(), 0) == TG_OK);
    }
    Bytes small(state.size() - 1, 0xa5);
    CHECK(tg_state_save(session.get(), small.data(), small.size()) == TG_STATE_TOO_SMALL);
    CHECK(small == Bytes(state.size() - 1, 0xa5));
    CHECK(tg_state_save(session.get(), nullptr, 1000) == TG_NULL_ARGUMENT);
    CHECK(tg_state_save(nullptr, small.data(), small.size()) == TG_NULL_ARGUMENT);
    CHECK(tg_state_restore(session.get(), nullptr, 1000, 0) == TG_NULL_ARGUMENT);
    CHECK(tg_state_restore(nullptr, state.data(), state.size(), 0) == TG_NULL_ARGUMENT);
}

TEST_CASE("a saved state that is cut, lengthened or flipped anywhere is refused and changes nothing") {
    TestSession session(step_file(kLstm, 1));
    Random random(4);
    run_steps(session, random, 5);
    const Bytes state = saved(session.get());
    run_steps(session, random, 1);
    CHECK(tg_state_restore(session.get(), state.data(), 0, 0) == TG_STATE_TRUNCATED);
    for (std::size_t size = 1; size < state.size(); ++size) {
        expect_refused(session, Bytes(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(size)),
                       TG_STATE_TRUNCATED);
    }
    Bytes longer = state;
    longer.push_back(0);
    expect_refused(session, longer, TG_STATE_TRUNCATED);
    for (std::size_t bit = 0; bit < state.size() * 8; ++bit) {
        Bytes flipped = state;
        flipped[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        const bool in_size = bit / 8 >= kPayload && bit / 8 < kPayload + 8;
        expect_refused(session, flipped, bit < 32 ? TG_NOT_A_STATE : in_size ? TG_STATE_TRUNCATED : TG_STATE_CORRUPT);
    }
    CHECK(restore(session, state) == TG_OK);
    CHECK(saved(session.get()) == state);
}

TEST_CASE("a saved state of another model, version or quantization has a status of its own") {
    TestSession session(step_file(kLstm, 1));
    Random random(5);
    run_steps(session, random, 5);
    const Bytes state = saved(session.get());

    TestSession gru(step_file(plain_case(CellKind::gru, 20, 3), 1)),
        larger(step_file(plain_case(CellKind::lstm, 21, 3), 1));
    TestSession retrained(step_file(kLstm, 2));
    expect_refused(gru, state, TG_STATE_OTHER_MODEL);
    expect_refused(larger, state, TG_STATE_OTHER_MODEL);
    expect_refused(larger, state, TG_STATE_OTHER_MODEL, TG_RESTORE_OTHER_VERSION);
    expect_refused(retrained, state, TG_STATE_OTHER_VERSION);
    CHECK(restore(retrained, state, TG_RESTORE_OTHER_VERSION) == TG_OK);

    const Bytes quantized = with(state, kWeightForm, std::uint8_t{1});
    expect_refused(session, quantized, TG_STATE_OTHER_QUANTIZATION);
    CHECK(restore(session, quantized, TG_RESTORE_OTHER_VERSION) == TG_OK);
    expect_refused(session, with(state, kVersion, std::uint16_t{2}), TG_STATE_NEWER);
    expect_refused(session, with(state, kReserved, std::uint8_t{1}), TG_STATE_NEWER);
    expect_refused(session, with(state, kSignature, std::uint64_t{0}), TG_STATE_OTHER_MODEL);
    expect_refused(session, with(state, kModelCrc, std::uint32_t{0}), TG_STATE_OTHER_VERSION);
}

TEST_CASE("states move between f32 and integers only where the caller says so, and only within their limit") {
    for (const CellKind cell : {CellKind::lstm, CellKind::gru}) {
        const RecurrentCase c = plain_case(cell, 20, 3);
        TestSession floats_session(step_file(c, 1)), halves(step_file(c, 1, all_in(WeightForm::f16))),
            integers(step_file(c, 1, all_in(WeightForm::i8)));
        Random random(8);
        for (TestSession* session : {&floats_session, &halves, &integers}) { run_steps(*session, random, 5); }
        for (TestSession* from : {&floats_session, &halves, &integers}) {
            for (TestSession* to : {&floats_session, &halves, &integers}) {
                if (from == to) { continue; }
                const Bytes state = saved(from->get());
                expect_refused(*to, state, TG_STATE_OTHER_QUANTIZATION);
                REQUIRE(restore(*to, state, TG_RESTORE_OTHER_VERSION) == TG_OK);
                const Bytes moved = saved(to->get());
                CHECK(std::equal(moved.begin() + kHeader, moved.end(), state.begin() + kHeader, state.end()));
                run_steps(*to, random, 1);
            }
        }
        // h has the scale 1/127, c none.
        const Bytes state = saved(integers.get());
        for (std::size_t unit = 0; unit < 20; ++unit) {
            const std::size_t h = kHeader + unit * sizeof(float), c_at = h + 20 * sizeof(float);
            for (const float good : {1.0F, -0x1.00001p0F}) { CHECK(restore(integers, with(state, h, good)) == TG_OK); }
            REQUIRE(restore(integers, state) == TG_OK);
            for (const float bad : {0x1.000012p0F, -0x1.000012p0F, 1e9F, INFINITY, -NAN}) {
                expect_refused(integers, with(state, h, bad), TG_STATE_BAD_VALUE);
                expect_refused(integers, with(state, h, bad), TG_STATE_BAD_VALUE, TG_RESTORE_OTHER_VERSION);
            }
            if (cell == CellKind::lstm) { CHECK(restore(integers, with(state, c_at, 1e9F)) == TG_OK); }
        }
        Bytes large = with(saved(floats_session.get()), kHeader, 1.5F);
        CHECK(restore(floats_session, large) == TG_OK);
        expect_refused(integers, large, TG_STATE_BAD_VALUE, TG_RESTORE_OTHER_VERSION);
    }
}

TEST_CASE("a value that is no healthy state is refused at any place") {
    TestSession session(step_file(kLstm, 1));
    Random random(6);
    run_steps(session, random, 5);
    const Bytes state = saved(session.get());
    for (std::size_t at = kHeader; at < state.size(); at += sizeof(float)) {
        for (const float bad : {NAN, -NAN, INFINITY, -INFINITY, 0x1.000002p50F, -3e38F}) {
            expect_refused(session, with(state, at, bad), TG_STATE_BAD_VALUE);
        }
        CHECK(restore(session, with(state, at, -0x1p50F)) == TG_OK);
        CHECK(restore(session, with(state, at, 1e-44F)) == TG_OK);  // becomes +0, as a stored state would
        float kept = 1;
        std::memcpy(&kept, saved(session.get()).data() + at, sizeof(kept));
        CHECK(bits({kept})[0] == 0);
    }
}

TEST_CASE("a model without states saves its steps") {
    Random random(7);
    RecurrentCase c = plain_case(CellKind::lstm, 5, 3);
    TestSession session(file_of(recurrent_graph(c, random)));
    REQUIRE(session.run() == TG_OK);
    const Bytes state = saved(session.get());
    CHECK(state.size() == kHeader);
    TestSession other(file_of(recurrent_graph(c, random)));
    CHECK(restore(session, state) == TG_OK);
    tg_health health;
    REQUIRE(tg_get_health(session.get(), &health) == TG_OK);
    CHECK(health.steps == 1);
}

}  // namespace saved_state_test
