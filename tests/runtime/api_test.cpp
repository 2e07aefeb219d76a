// SPDX-License-Identifier: MIT
// The C API at its door: every wrong call has a status of its own and changes nothing.
#include <doctest/doctest.h>

#include "support/session.h"
#include "support/step_model.h"

namespace api_test {

using namespace tidegate;
using namespace tidegate::test;

namespace {

std::vector<std::uint8_t> small_model(bool lengths = false) {
    Random random(1);
    RecurrentCase c = plain_case(CellKind::lstm, 5, 3);
    c.steps = 3;
    c.batch = 2;
    c.lengths = lengths;
    return file_of(recurrent_graph(c, random));
}

/// One step, h and c in the session.
std::vector<std::uint8_t> step_model() { return step_file(plain_case(CellKind::lstm, 20, 3), 2); }

}  // namespace

TEST_CASE("every status has a sentence") {
    for (int s = 0; s < TG_STATUS_COUNT; ++s) {
        CHECK(std::string(tg_status_text(static_cast<tg_status>(s))).size() > 1);
    }
    CHECK(std::string(tg_status_text(TG_STATUS_COUNT)) == "unknown status");
}

TEST_CASE("null pointers are refused everywhere") {
    const AlignedBytes file(small_model());
    tg_model model;
    tg_session* session = nullptr;
    tg_tensor tensor;
    CHECK(tg_open(nullptr, 64, &model) == TG_NULL_ARGUMENT);
    CHECK(tg_open(file.data(), file.size(), nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_arena_size(nullptr) == 0);
    const tg_model nothing{};
    CHECK(tg_arena_size(&nothing) == 0);
    CHECK(tg_input_count(nullptr) == 0);
    CHECK(tg_output_count(&nothing) == 0);
    REQUIRE(tg_open(file.data(), file.size(), &model) == TG_OK);
    const AlignedBytes arena(tg_arena_size(&model));
    CHECK(tg_start(nullptr, arena.data(), arena.size(), &session) == TG_NULL_ARGUMENT);
    CHECK(tg_start(&nothing, arena.data(), arena.size(), &session) == TG_NULL_ARGUMENT);
    CHECK(tg_start(&model, nullptr, arena.size(), &session) == TG_NULL_ARGUMENT);
    CHECK(tg_start(&model, arena.data(), arena.size(), nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_run(nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_reset(nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_input(nullptr, 0, &tensor) == TG_NULL_ARGUMENT);
    CHECK(tg_model_input(nullptr, 0, &tensor) == TG_NULL_ARGUMENT);
    REQUIRE(tg_start(&model, arena.data(), arena.size(), &session) == TG_OK);
    CHECK(tg_input(session, 0, nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_output_named(session, nullptr, &tensor) == TG_NULL_ARGUMENT);
    CHECK(tg_set_policy(nullptr, TG_POLICY_HOLD) == TG_NULL_ARGUMENT);
    CHECK(tg_set_policy(session, static_cast<tg_policy>(3)) == TG_NO_SUCH_POLICY);
    CHECK(tg_get_health(session, nullptr) == TG_NULL_ARGUMENT);
    CHECK(tg_symbol_count(nullptr) == 0);
    CHECK(tg_state_size(nullptr) == 0);
    CHECK(tg_kernels_named(nullptr) == nullptr);
    CHECK(tg_session_model(session)->crc == model.crc);
}

TEST_CASE("an arena that is misaligned by 1 to 63, or one byte short, is refused") {
    const AlignedBytes file(small_model());
    tg_model model;
    REQUIRE(tg_open(file.data(), file.size(), &model) == TG_OK);
    const std::size_t size = tg_arena_size(&model);
    const AlignedBytes arena(size + 64);
    tg_session* session = nullptr;
    for (std::size_t off = 1; off < 64; ++off) {
        CHECK(tg_start(&model, arena.data() + off, size, &session) == TG_ARENA_MISALIGNED);
        CHECK(session == nullptr);
    }
    CHECK(tg_start(&model, arena.data(), size - 1, &session) == TG_ARENA_TOO_SMALL);
    CHECK(tg_start(&model, arena.data(), 0, &session) == TG_ARENA_TOO_SMALL);
    CHECK(tg_start(&model, arena.data(), size, &session) == TG_OK);
}

TEST_CASE("a session writes nothing outside its arena") {
    const AlignedBytes file(small_model());
    tg_model model;
    REQUIRE(tg_open(file.data(), file.size(), &model) == TG_OK);
    const std::size_t size = tg_arena_size(&model);
    AlignedBytes arena(size + 128);
    std::memset(arena.data(), 0xa5, size + 128);
    tg_session* session = nullptr;
    REQUIRE(tg_start(&model, arena.data() + 64, size, &session) == TG_OK);
    REQUIRE(tg_run(session) == TG_OK);
    for (std::size_t i = 0; i < 64; ++i) {
        CHECK(arena.data()[i] == 0xa5);
        CHECK(arena.data()[64 + size + i] == 0xa5);
    }
}

TEST_CASE("inputs and outputs are found by index and by name") {
    TestSession session(small_model());
    CHECK(tg_input_count(&session.model()) == 3);
    CHECK(tg_output_count(&session.model()) == 3);
    tg_tensor x;
    REQUIRE(tg_input_named(session.get(), "X", &x) == TG_OK);
    CHECK(std::string(x.name) == "X");
    CHECK(x.type == TG_F32);
    CHECK(x.rank == 3);
    CHECK(x.dims[0] == 3);
    CHECK(x.bytes == 3 * 2 * 3 * sizeof(float));
    tg_tensor y;
    REQUIRE(tg_output(session.get(), 0, &y) == TG_OK);
    CHECK(std::string(y.name) == "Y");
    tg_tensor described;
    REQUIRE(tg_model_output(&session.model(), 0, &described) == TG_OK);
    CHECK(described.data == nullptr);
    CHECK(described.bytes == y.bytes);
    CHECK(tg_input(session.get(), 3, &x) == TG_NO_SUCH_TENSOR);
    CHECK(tg_output(session.get(), SIZE_MAX, &y) == TG_NO_SUCH_TENSOR);
    CHECK(tg_input_named(session.get(), "x", &x) == TG_NO_SUCH_TENSOR);
    CHECK(tg_output_named(session.get(), "", &x) == TG_NO_SUCH_TENSOR);
}

TEST_CASE("kernels are listed best first, scalar last, and can be chosen by name") {
    const std::vector<std::string> names = kernel_names();
    REQUIRE(!names.empty());
    CHECK(names.back() == "scalar");
    CHECK(tg_kernels_named("none such") == nullptr);
    TestSession best(small_model());
    CHECK(std::string(tg_kernels(best.get())) == names.front());
    TestSession scalar(small_model(), "scalar");
    CHECK(std::string(tg_kernels(scalar.get())) == "scalar");
}

TEST_CASE("sequence lengths out of range are refused before anything is run") {
    TestSession session(small_model(true));
    session.set(0, std::vector<float>(18, 0.5F));
    session.set(1, std::vector<std::int32_t>{3, 0});
    REQUIRE(session.run() == TG_OK);
    const std::vector<float> before = session.output(0);
    session.set(0, std::vector<float>(18, 0.25F));
    for (const std::vector<std::int32_t>& bad : {std::vector<std::int32_t>{4, 0}, {0, -1}, {INT32_MIN, INT32_MAX}}) {
        session.set(1, bad);
        CHECK(session.run() == TG_INPUT_OUT_OF_RANGE);
        CHECK(session.output(0) == before);
    }
}

TEST_CASE("sessions on one model do not touch each other, and a reset starts over") {
    const AlignedBytes file(step_model());
    tg_model model;
    REQUIRE(tg_open(file.data(), file.size(), &model) == TG_OK);
    const AlignedBytes memory_a(tg_arena_size(&model)), memory_b(tg_arena_size(&model));
    tg_session *a = nullptr, *b = nullptr;
    REQUIRE(tg_start(&model, memory_a.data(), memory_a.size(), &a) == TG_OK);
    REQUIRE(tg_start(&model, memory_b.data(), memory_b.size(), &b) == TG_OK);
    auto step = [](tg_session* s, float x) {
        tg_tensor in, out;
        tg_input(s, 0, &in);
        tg_output(s, 0, &out);
        for (int i = 0; i < 3; ++i) { static_cast<float*>(in.data)[i] = x; }
        REQUIRE(tg_run(s) == TG_OK);
        return static_cast<float*>(out.data)[7];
    };
    const float a1 = step(a, 1), a2 = step(a, 1);
    CHECK(a1 != a2);
    CHECK(step(b, 1) == a1);
    CHECK(step(b, 1) == a2);
    REQUIRE(tg_reset(a) == TG_OK);
    CHECK(step(a, 1) == a1);
    CHECK(step(b, -1) != a1);
}

}  // namespace api_test
