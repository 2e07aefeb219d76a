// SPDX-License-Identifier: MIT
// Writes the models that are counted into the folder given: the air-quality forecaster's network, and cells of one step
// with linked states.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "convert.h"
#include "emit/quantize.h"
#include "support/step_model.h"

namespace {

using namespace tidegate;
using test::plain_case;

void write(const std::filesystem::path& path, const std::vector<std::uint8_t>& file) {
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    if (!out) throw std::runtime_error("cannot write " + path.string());
}

std::vector<std::uint8_t> flagship() {
    const std::string folder = TIDEGATE_SOURCE_DIR "/examples/air-quality/";
    ConvertOptions options;
    options.states = {{"h_out", "h"}, {"c_out", "c"}};
    options.forecast = read_forecast_spec(folder + "air-quality.json");
    return convert(folder + "air-quality.onnx", options).file;
}

/// The cell with weights of int8.
std::vector<std::uint8_t> int8_step_file(const test::RecurrentCase& c, std::uint32_t seed) {
    test::Random random(seed);
    Program program = lower(test::step_graph(c, random), std::nullopt);
    Quantization quantization;
    quantization.form = WeightForm::i8;
    quantize(program, quantization);
    plan(program);
    return write(program);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return std::fputs("usage: count_models FOLDER\n", stderr), 2;
    try {
        const std::filesystem::path folder = argv[1];
        std::filesystem::create_directories(folder);
        write(folder / "flagship.tide", flagship());
        write(folder / "lstm_8_64.tide", test::step_file(plain_case(CellKind::lstm, 64, 8), 1));
        write(folder / "lstm_64_64.tide", test::step_file(plain_case(CellKind::lstm, 64, 64), 2));
        write(folder / "gru_8_64.tide", test::step_file(plain_case(CellKind::gru, 64, 8), 3));
        write(folder / "lstm_8_64_i8.tide", int8_step_file(plain_case(CellKind::lstm, 64, 8), 1));
        write(folder / "lstm_64_64_i8.tide", int8_step_file(plain_case(CellKind::lstm, 64, 64), 2));
        write(folder / "gru_8_64_i8.tide", int8_step_file(plain_case(CellKind::gru, 64, 8), 3));
    } catch (const std::exception& error) { return std::fprintf(stderr, "count_models: %s\n", error.what()), 1; }
    return 0;
}
