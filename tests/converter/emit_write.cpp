// SPDX-License-Identifier: MIT
#include <cstring>

#include "emit/weight_store.h"
#include "format/crc32c.h"
#include "format/file.h"
#include "format/model_generated.h"
#include "lower_support.h"

namespace tidegate::emit_write_test {
namespace {

using namespace test;

Graph sample_graph(std::uint32_t seed = 41) {
    Random random(seed);
    RecurrentCase c = plain_case(CellKind::gru, 19, DirectionKind::bidirectional);
    c.lengths = true;
    Graph graph = recurrent_graph(c, random);
    graph.producer = "a test";
    graph.source_sha256 = std::string(32, '\x5a');
    return graph;
}

const format::Model& model_of(const std::vector<std::uint8_t>& file) {
    return *format::GetModel(file.data() + sizeof(format::FileHeader));
}

}  // namespace

TEST_CASE("the same graph gives the same bytes, another graph others") {
    CHECK(file_of(sample_graph()) == file_of(sample_graph()));
    CHECK(file_of(sample_graph(41)) != file_of(sample_graph(42)));
}

TEST_CASE("the header tells size and CRC of what stands behind it") {
    const std::vector<std::uint8_t> file = file_of(sample_graph());
    format::FileHeader header;
    std::memcpy(&header, file.data(), sizeof(header));
    CHECK(std::memcmp(header.magic, "TIDE", 4) == 0);
    CHECK(header.major == format::kMajor);
    CHECK(header.payload_bytes == file.size() - 64);
    CHECK(header.signature_bytes == 0);
    CHECK(std::all_of(std::begin(header.reserved), std::end(header.reserved), [](std::uint8_t b) { return b == 0; }));
    CHECK(header.crc == format::file_crc(header, file.data() + 64, file.size() - 64));
}

TEST_CASE("weights lie on a multiple of 64 of the file, and so does each matrix, bias and constant") {
    for (const std::int64_t hidden : {1, 16, 19, 33}) {
        Random random(43);
        const std::vector<std::uint8_t> file = file_of(recurrent_graph(plain_case(CellKind::lstm, hidden), random));
        const format::Model& model = model_of(file);
        CHECK((model.weights()->Data() - file.data()) % 64 == 0);
        const format::Matrix& gates = *model.ops()->Get(0)->params_as_Recurrent()->directions()->Get(0)->gates();
        CHECK(gates.panels() % 64 == 0);
        CHECK(gates.bias() % 64 == 0);
    }
}

TEST_CASE("the file says what the program says") {
    const Graph graph = sample_graph();
    Program program = lower(graph, std::nullopt);
    plan(program);
    const std::vector<std::uint8_t> file = write(program);
    const format::Model& model = model_of(file);
    CHECK(model.metadata()->name()->str() == "recurrent");
    CHECK(model.metadata()->producer()->str() == "a test");
    CHECK(model.metadata()->source_sha256()->size() == 32);
    CHECK(model.metadata()->source_sha256()->Get(31) == 0x5a);
    CHECK(model.arena_bytes() == program.arena_bytes);
    REQUIRE(model.inputs()->size() == 3);
    CHECK(model.inputs()->Get(1)->name()->str() == "sequence_lens");
    REQUIRE(model.ranges()->size() == 1);
    CHECK(model.ranges()->Get(0)->tensor() == model.inputs()->Get(1)->tensor());
    CHECK(model.ranges()->Get(0)->kind() == format::RangeKind::length);
    CHECK(model.ranges()->Get(0)->extent() == 5);
    const format::Recurrent& op = *model.ops()->Get(0)->params_as_Recurrent();
    CHECK(op.cell() == format::Cell::gru);
    CHECK(op.hidden() == 19);
    REQUIRE(op.directions()->size() == 2);
    CHECK_FALSE(op.directions()->Get(0)->reverse());
    CHECK(op.directions()->Get(1)->reverse());
    CHECK(op.directions()->Get(1)->gates()->gates() == 2);
    CHECK(op.directions()->Get(1)->candidate_input()->input_cols() == 3);
    CHECK(op.directions()->Get(1)->candidate_state()->input_cols() == 19);
    for (std::size_t i = 0; i < program.buffers.size(); ++i) {
        const format::Buffer& buffer = *model.buffers()->Get(static_cast<std::uint32_t>(i));
        CHECK(buffer.offset() == program.buffers[i].offset);
        CHECK(buffer.bytes() == program.buffers[i].bytes);
        CHECK(buffer.last() == program.buffers[i].last);
    }
}

TEST_CASE("equal weights are stored once") {
    WeightStore store;
    const std::uint64_t a = store.add(std::vector<float>{1, 2, 3});
    const std::uint64_t b = store.add(std::vector<float>{1, 2, 4});
    CHECK(store.add(std::vector<float>{1, 2, 3}) == a);
    CHECK(b == a + 64);
    CHECK(store.add(Tensor::of({3}, {1, 2, 4})) == b);
    CHECK(store.bytes().size() == 128);
    CHECK(store.add(Tensor::of_i64({2}, {-1, 7})) == 128);
    std::int64_t last = 0;
    std::memcpy(&last, store.bytes().data() + 136, sizeof(last));
    CHECK(last == 7);

    GraphMaker twice, once;
    for (GraphMaker* m : {&twice, &once}) {
        Random random(44);
        const ValueId x = m->input("x", {3, 64});
        const Tensor w = random.tensor({64, 64});
        m->output(m->node(MatMul{}, {x, m->constant(w)}, {3, 64}));
        m->output(m->node(MatMul{}, {x, m->constant(m == &twice ? w : random.tensor({64, 64}))}, {3, 64}));
    }
    CHECK(file_of(once.graph).size() - file_of(twice.graph).size() == 64 * 64 * sizeof(float));
}

}  // namespace tidegate::emit_write_test
