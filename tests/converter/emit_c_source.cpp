// SPDX-License-Identifier: MIT
// --emit-c: the C that is written, compiled and linked as a user would, and the operator table that it holds.
#include <doctest/doctest.h>

#include "command_place.h"
#include "emit/c_source.h"
#include "support/session.h"
#include "tidegate/embedded.h"

namespace tidegate::emit_c_source_test {
namespace {

/// Steps the emitted model `gate` ten times; every input number is its index in a fixed sequence.
const char* const kProgram = R"(
#include <stdio.h>
#include "gate.h"
TG_ALIGNED static unsigned char arena[GATE_ARENA_BYTES];
int main(void) {
    tg_model model;
    tg_session* session;
    tg_tensor x, y;
    if (tg_open_with(gate_tide, GATE_TIDE_BYTES, &gate_operators, &model) != TG_OK) return 2;
    if (tg_start(&model, arena, sizeof arena, &session) != TG_OK) return 3;
    tg_input(session, 0, &x);
    tg_output(session, 0, &y);
    unsigned n = 0;
    for (int step = 0; step < 10; ++step) {
        for (size_t i = 0; i < x.bytes / sizeof(float); ++i) ((float*)x.data)[i] = (float)(++n % 17) / 8 - 1;
        if (tg_run(session) != TG_OK) return 4;
        fwrite(y.data, 1, y.bytes, stdout);
    }
    return 0;
}
)";

std::vector<std::uint8_t> ten_steps(tg_session* session) {
    std::vector<std::uint8_t> all;
    tg_tensor x, y;
    REQUIRE(tg_input(session, 0, &x) == TG_OK);
    REQUIRE(tg_output(session, 0, &y) == TG_OK);
    unsigned n = 0;
    for (int step = 0; step < 10; ++step) {
        for (std::size_t i = 0; i < x.bytes / sizeof(float); ++i) {
            static_cast<float*>(x.data)[i] = static_cast<float>(++n % 17) / 8 - 1;
        }
        REQUIRE(tg_run(session) == TG_OK);
        const auto* bytes = static_cast<const std::uint8_t*>(y.data);
        all.insert(all.end(), bytes, bytes + y.bytes);
    }
    return all;
}

const std::vector<std::uint8_t>& flagship_file() {
    static const std::vector<std::uint8_t> file = [] {
        const Place place;
        REQUIRE(place.run(kModel + " -o m.tide" + kStates).status == 0);
        return bytes(place.at("m.tide"));
    }();
    return file;
}

tg_status open_with(const std::vector<const tg_operator*>& rows, const std::vector<std::uint8_t>& file) {
    const test::AlignedBytes copy(file);
    const tg_operators table = {rows.data(), rows.size()};
    tg_model model;
    const tg_status status = tg_open_with(copy.data(), copy.size(), &table, &model);
    CHECK((status == TG_OK) == (model.root != nullptr));
    return status;
}

}  // namespace

TEST_CASE("a model emitted as C compiles, links with the library and gives the bits of its file") {
    const Place place;
    const Result result = place.run(kModel + " -o gate.tide --emit-c gate.c" + kStates);
    REQUIRE(result.status == 0);
    CHECK(has(result.out, "C           tg_op_lstm_stream, tg_op_dense, tg_op_binary\n"));
    std::ofstream(place.at("main.c")) << kProgram;
    const std::string compile =
        "cd '" + place.at("").string() +
        "' && '" TIDEGATE_CC "' -std=c99 -Wall -Wextra -Wpedantic -Werror -I '" TIDEGATE_SOURCE_DIR
        "/runtime/include' -c main.c gate.c && " TIDEGATE_LINK " main.o gate.o '" TIDEGATE_LIBRARY "' -o main";
    REQUIRE(std::system(compile.c_str()) == 0);
    REQUIRE(std::system(("'" + place.at("main").string() + "' > '" + place.at("y").string() + "'").c_str()) == 0);
    const test::TestSession session(bytes(place.at("gate.tide")));
    CHECK(bytes(place.at("y")) == ten_steps(session.get()));
}

TEST_CASE("without -o only the C is written, and twice the same") {
    const Place place;
    REQUIRE(place.run(kModel + " --emit-c a-b.c" + kStates + " --forecast " + kSpec).status == 0);
    const std::string source = contents(place.at("a-b.c")), header = contents(place.at("a-b.h"));
    CHECK(place.files() == 4);  // and what the command printed
    CHECK(has(source, "#include \"a-b.h\""));
    CHECK(has(source, "const tg_operators a_b_operators = "));
    CHECK(has(source, "{&tg_op_lstm_stream, &tg_op_dense, &tg_op_binary};"));
    CHECK(has(header, "#define A_B_ARENA_BYTES "));
    CHECK(has(header, "#define A_B_FORECASTER_ARENA_BYTES "));
    REQUIRE(place.run(kModel + " --emit-c a-b.c" + kStates + " --forecast " + kSpec).status == 0);
    CHECK(contents(place.at("a-b.c")) == source);
    CHECK(contents(place.at("a-b.h")) == header);
}

TEST_CASE("names that C or the library would not take are refused before anything is written") {
    const Place place;
    const auto emit = [&](const std::string& path) { return place.run(kModel + " --emit-c " + path + kStates); };
    CHECK(emit("model.tide").refused_with("must end in .c"));
    CHECK(emit("model").refused_with("must end in .c"));
    CHECK(emit("9lives.c").refused_with("no digit first"));
    CHECK(emit("'a+b.c'").refused_with("use letters, digits and _"));
    CHECK(emit("tg.c").refused_with("the library's own"));
    CHECK(emit("TG-all.c").refused_with("the library's own"));
    CHECK(emit("nowhere/model.c").refused_with("cannot write"));
    CHECK(place.run(kModel + " -o m.c --emit-c m.c" + kStates).refused_with("write the same file"));
    CHECK(place.files() == 2);
}

TEST_CASE("an operator that the table lacks has its own status, and nothing else is looked at less") {
    const std::vector<std::uint8_t>& file = flagship_file();
    CHECK(open_with({&tg_op_lstm_stream, &tg_op_dense, &tg_op_binary}, file) == TG_OK);
    CHECK(open_with({&tg_op_lstm_stream, &tg_op_binary}, file) == TG_OPERATOR_MISSING);
    CHECK(open_with({&tg_op_dense, &tg_op_binary}, file) == TG_OPERATOR_MISSING);
    CHECK(open_with({&tg_op_gru_stream, &tg_op_gru, &tg_op_dense, &tg_op_binary}, file) == TG_OPERATOR_MISSING);
    CHECK(open_with({}, file) == TG_OPERATOR_MISSING);
    tg_model model;
    CHECK(tg_open_with(file.data(), file.size(), nullptr, &model) == TG_NULL_ARGUMENT);
    CHECK(open_with({&tg_op_lstm_stream, nullptr, &tg_op_dense, &tg_op_binary}, file) == TG_NULL_ARGUMENT);
    const tg_operators no_list = {nullptr, 2};
    CHECK(tg_open_with(file.data(), file.size(), &no_list, &model) == TG_NULL_ARGUMENT);
    for (const std::size_t at : {std::size_t{70}, file.size() / 2, file.size() - 1}) {
        std::vector<std::uint8_t> damaged = file;
        damaged[at] ^= 1;
        CHECK(open_with({&tg_op_lstm_stream, &tg_op_dense, &tg_op_binary}, damaged) == TG_CORRUPT);
    }
}

TEST_CASE("a wider operator in the place of a narrow one gives the same bits") {
    const test::TestSession narrow(flagship_file());
    const std::vector<std::uint8_t> want = ten_steps(narrow.get());
    const test::AlignedBytes file(flagship_file());
    for (const tg_operator* cell : {&tg_op_lstm, &tg_op_recurrent}) {
        const tg_operator* const rows[] = {cell, &tg_op_dense, &tg_op_binary};
        const tg_operators table = {rows, 3};
        tg_model model;
        REQUIRE(tg_open_with(file.data(), file.size(), &table, &model) == TG_OK);
        CHECK(tg_op_operator(&model, 0) == cell);
        const test::AlignedBytes arena(tg_arena_size(&model));
        tg_session* session = nullptr;
        REQUIRE(tg_start(&model, arena.data(), arena.size(), &session) == TG_OK);
        CHECK(ten_steps(session) == want);
    }
}

TEST_CASE("every operator has a name that --emit-c writes") {
    for (std::size_t i = 0; i < tg_all_operators.count; ++i) { CHECK(!c_name(tg_all_operators.list[i]).empty()); }
    CHECK(c_name(nullptr).empty());
}

}  // namespace tidegate::emit_c_source_test
