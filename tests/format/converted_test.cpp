// SPDX-License-Identifier: MIT
// Files of the converter: all pass the check, and damage to them is refused or runs within its memory.
#include <doctest/doctest.h>

#include <algorithm>

#include "convert.h"
#include "exerciser.h"
#include "sample.h"
#include "support/recurrent_graph.h"

namespace converted_test {

using namespace tidegate::test;

namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::size_t kLargestFile = 256 * 1024, kLargestArena = 1024 * 1024;

Bytes air_quality_file() {
    const std::string example = TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality";
    tidegate::ConvertOptions options;
    options.states = {{"h_out", "h"}, {"c_out", "c"}};
    options.forecast = tidegate::read_forecast_spec(example + ".json");
    return tidegate::convert(example + ".onnx", options).file;
}

/// A recurrent node with random attributes, sizes and optional operands.
tidegate::test::RecurrentCase random_case(Random& random) {
    using namespace tidegate;
    RecurrentCase c;
    c.op.cell = static_cast<CellKind>(random.between(0, 2));
    c.op.direction = static_cast<DirectionKind>(random.between(0, 2));
    c.op.hidden = random.between(1, 37);
    c.op.clip = random.coin() ? 1.5 : 0;
    c.op.linear_before_reset = random.coin();
    c.op.input_forget = c.op.cell == CellKind::lstm && random.coin();
    c.op.x_batch_first = random.coin();
    c.op.state_batch_first = random.coin();
    c.op.y_order = static_cast<YOrder>(random.between(0, 2));
    const int functions = c.op.cell == CellKind::lstm ? 3 : c.op.cell == CellKind::gru ? 2 : 1;
    for (int i = 0; i < functions * c.op.directions(); ++i) {
        c.op.functions.push_back({i % 3 == 0 ? UnaryKind::sigmoid : UnaryKind::tanh, 0, 0});
    }
    c.steps = random.between(1, 7);
    c.batch = random.between(1, 3);
    c.inputs = random.between(1, 19);
    c.bias = random.coin();
    c.peepholes = c.op.cell == CellKind::lstm && random.coin();
    c.initial_h = random.coin();
    c.initial_c = random.coin();
    c.lengths = random.coin();
    c.y = random.coin();
    c.y_c = c.op.cell == CellKind::lstm && random.coin();
    c.y_h = !c.y || random.coin();
    return c;
}

/// Damages about `tries` places, evenly spread, and reports.
void damage(Exerciser& exerciser, const Bytes& good, std::size_t tries, Bits compare = Bits::of_all_tables) {
    REQUIRE(exerciser.exercise(good) == TG_OK);
    const std::size_t bits = (good.size() - 64) * 8;
    const std::size_t stride = std::max<std::size_t>(1, bits / tries) | 1;  // odd: all bits of a byte have their turn
    for (std::size_t bit = 64 * 8; bit < good.size() * 8; bit += stride) {
        Bytes file = good;
        file[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        reseal(file);
        exerciser.exercise(file, compare);
    }
}

}  // namespace

TEST_CASE("the air-quality file passes; damaged under a right CRC it is refused or runs within its memory") {
    Exerciser exerciser(kLargestFile, kLargestArena);
    const Bytes file = air_quality_file();
    damage(exerciser, file, 1000);
    // The structure lies before the weights or behind them: all of its bits.
    const auto* model = flatbuffers::GetRoot<tidegate::objects::Model>(file.data() + 64);
    const auto first = static_cast<std::size_t>(model->weights()->data() - file.data());
    const std::size_t last = first + model->weights()->size();
    std::size_t tried = 0;
    for (std::size_t at = 64; at < file.size(); at == first - 1 ? at = last : ++at) {
        Bytes damaged = file;
        damaged[at] ^= static_cast<std::uint8_t>(1u << at % 8);
        reseal(damaged);
        exerciser.exercise(damaged);
        ++tried;
    }
    MESSAGE(tried << " bytes of structure damaged; in all " << exerciser.opened << " files opened");
    CHECK(exerciser.run > 1);
}

TEST_CASE(
    "files of random recurrent nodes in every form of weights pass; damaged under a right CRC they are refused or run "
    "within their memory") {
    Random random(7);
    Exerciser exerciser(kLargestFile, kLargestArena);
    for (int i = 0; i < 60; ++i) {
        const tidegate::Graph graph = recurrent_graph(random_case(random), random);
        const auto form = static_cast<tidegate::WeightForm>(i % 3);
        damage(exerciser, tidegate::test::file_of(graph, tidegate::test::all_in(form)), 200,
               form == tidegate::WeightForm::f32 ? Bits::of_all_tables : Bits::of_each_table);
    }
    MESSAGE("60 models; " << exerciser.opened << " files opened, " << exerciser.run << " run");
    CHECK(exerciser.run >= 60);
}

}  // namespace converted_test
