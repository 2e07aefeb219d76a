// SPDX-License-Identifier: MIT
// tidegate-convert as a command: exit codes, one line on stderr, options, the file that is written or not.
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "command_place.h"
#include "onnx_builder.h"
#include "support/session.h"
#include "verify/tensor_file.h"

namespace tidegate::command_convert_test {

TEST_CASE("convert writes a file that the runtime opens, and tells its exact sizes") {
    const Place place;
    const Result result = place.run(kModel + " -o m.tide" + kStates);
    CHECK(result.status == 0);
    CHECK(result.err.empty());
    const std::vector<std::uint8_t> file = bytes(place.at("m.tide"));
    const test::TestSession session(file);
    CHECK(has(result.out, "file        " + std::to_string(file.size()) + " bytes"));
    CHECK(has(result.out, "arena       " + std::to_string(tg_arena_size(&session.model())) + " bytes"));
    CHECK(has(result.out, "nodes       8 -> 3 steps"));
    CHECK(has(result.out, "parameters  8776"));  // 4 x 32 x (16 + 32 + 2) + 72 x (32 + 1)
    CHECK(has(result.out, "input       x: f32 [1, 1, 16]"));
    CHECK(has(result.out, "output      forecast: f32 [24, 3]"));
    CHECK(has(result.out, "state       h: f32 [1, 1, 32], starts at zero"));
    CHECK(has(result.out, "self-check  3 runs"));
    CHECK(tg_input_count(&session.model()) == 1);
    CHECK(tg_output_count(&session.model()) == 1);
    CHECK(place.files() == 3);  // no temporary file stays
}

TEST_CASE("the word convert may be left out, options stand anywhere, and the bytes are always the same") {
    const Place place;
    CHECK(place.run("convert " + kModel + " -o a.tide" + kStates).status == 0);
    CHECK(place.run(kStates + " --output b.tide " + kModel).status == 0);
    CHECK(place.run("-o c.tide --state=h_out=h --state=c_out=c " + kModel).status == 0);
    CHECK(place.run("--stateful " + kModel + " -o d.tide").status == 0);
    CHECK(bytes(place.at("a.tide")) == bytes(place.at("b.tide")));
    CHECK(bytes(place.at("a.tide")) == bytes(place.at("c.tide")));
    CHECK_FALSE(bytes(place.at("d.tide")).empty());
}

TEST_CASE("--dim takes a range; the summary, the self-check and verify know it") {
    const Place place;
    test::ModelBuilder m;
    m.input("x", {"time", 4}).weights("w", {4, 3}).node("MatMul", {"x", "w"}, {"p"}).node("Tanh", {"p"}, {"y"});
    const std::string model = m.output("y").save("ranged.onnx");
    const Result result = place.run(model + " -o m.tide --dim time=5..96");
    CHECK(result.status == 0);
    CHECK(has(result.out, "input       x: f32 [time, 4], time 5..96\n"));
    CHECK(has(result.out, "output      y: f32 [time, 3]\n"));
    CHECK(has(result.out, ", 5 lengths"));
    CHECK_FALSE(has(result.out, "DIFFERENT"));
    CHECK(has(place.run(model + " -o m.tide --explain --dim x:0=1..7").out, "symbol 'time' 1..7"));
    CHECK(has(place.run(model + " -o m.tide --dim time=steps").err, "no symbolic dimension 'steps'"));
    for (const char* wrong : {"0..5", "5..4", "1..", "..5", "1...5", "1..2147483648", "a..b", "1..5x", "1e3", "-1"}) {
        CAPTURE(wrong);
        const Result refused = place.run(model + " -o n.tide --dim time=" + wrong);
        CHECK(refused.status == 2);
        CHECK(has(refused.err, "or in a range of them such as 1..96, or in the name of another"));
    }
}

TEST_CASE("without links the states are inputs and outputs; --fix-input takes numbers, .npy and .pb") {
    const Place place;
    CHECK(has(place.run(kModel + " -o a.tide").out, "input       h: f32 [1, 1, 32]"));
    Tensor zeros = Tensor::zeros(ElementType::f32, {1, 1, 32});
    write_npy(place.at("a=b.npy").string(), zeros);
    const Result result = place.run(kModel + " -o b.tide --fix-input c=0 --fix-input h=" + place.at("c.npy").string());
    CHECK(result.refused_with("c.npy"));
    write_npy(place.at("c.npy").string(), zeros);
    CHECK(place.run(kModel + " -o b.tide --fix-input c=0 --fix-input h=" + place.at("c.npy").string()).status == 0);
    CHECK(place.run(kModel + " -o c.tide --fix-input c=-0.5e0 --fix-input h=0.25").status == 0);
    CHECK(fs::exists(place.at("c.tide")));
    CHECK(place.run(kModel + " -o d.tide --fix-input h=" + place.at("a=b.npy").string()).refused_with("b.npy"));
}

TEST_CASE("--forecast adds the block, and a spec that does not fit is refused") {
    const Place place;
    CHECK(place.run(kModel + " -o m.tide" + kStates + " --forecast " + kSpec).status == 0);
    CHECK(bytes(place.at("m.tide")).size() > 0);
    CHECK(place.run(kModel + " -o n.tide --forecast " + kSpec).refused_with("--stateful"));
    std::ofstream(place.at("bad.json")) << "{\"time\": 3}\n";
    CHECK(place.run(kModel + " -o n.tide --forecast bad.json").refused_with("bad.json: time"));
    CHECK_FALSE(fs::exists(place.at("n.tide")));
}

TEST_CASE("--explain prints the graph after each stage") {
    const Place place;
    const std::string out = place.run(kModel + " -o m.tide --explain").out;
    std::size_t at = 0;
    for (const char* stage :
         {"== after read", "== after bind", "== after simplify", "== after lower", "== after plan"}) {
        at = out.find(stage, at);
        CHECK(at != std::string::npos);
    }
    CHECK(has(out, "lstm hidden=32"));
}

TEST_CASE("help and version are answers, exit code 0, on stdout") {
    const Place place;
    for (const char* words : {"--help", "-h", "convert --help", "verify --help"}) {
        const Result result = place.run(words);
        CHECK(result.status == 0);
        CHECK(result.err.empty());
        CHECK(has(result.out, "Usage: tidegate-convert"));
    }
    for (const char* option :
         {"--dim", "--fix-input", "--state", "--stateful", "--forecast", "--explain", "--output"}) {
        CHECK(has(place.run("convert --help").out, option));
    }
    CHECK(place.run("--version").out == "tidegate-convert 0.1.0\n");
}

TEST_CASE("wrong usage and refused models give exit code 2 and one line that says what is wrong") {
    const Place place;
    CHECK(place.run("").refused_with("MODEL.onnx"));
    CHECK(place.run("verify").refused_with("MODEL.onnx"));
    CHECK(place.run("verify " + kModel).refused_with("DATASET_DIR"));
    CHECK(place.run(kModel).refused_with("-o MODEL.tide is missing"));
    CHECK(place.run(kModel + " -o m.tide --bogus").refused_with("--bogus"));
    CHECK(place.run(kModel + " -o m.tide extra").refused_with("extra"));
    CHECK(place.run("nothing.onnx -o m.tide").refused_with("nothing.onnx"));
    CHECK(place.run(kSpec + " -o m.tide").refused_with("air-quality.json"));
    CHECK(place.run(kModel + " -o m.tide --dim x").refused_with("--dim 'x' lacks"));
    CHECK(place.run(kModel + " -o m.tide --dim x=0").refused_with("whole number from 1"));
    CHECK(place.run(kModel + " -o m.tide --dim x=1e3").refused_with("whole number from 1"));
    CHECK(place.run(kModel + " -o m.tide --dim x=1 --dim x=2").refused_with("--dim 'x' is there twice"));
    CHECK(place.run(kModel + " -o m.tide --state h_out").refused_with("--state"));
    CHECK(place.run(kModel + " -o m.tide --state nothing=h").refused_with("nothing"));
    CHECK(place.run(kModel + " -o m.tide --fix-input =3").refused_with("--fix-input"));
    CHECK(place.run("$'two\\nlines' -o m.tide").status == 2);
    CHECK(place.run("\"$(printf 'two\\nlines')\" -o m.tide").refused_with("lines"));
    CHECK(place.run("verify " + kModel + " nowhere").refused_with("nowhere"));
    CHECK(place.run("verify " + kModel + " . --rtol -1").refused_with("--rtol"));
    CHECK(place.files() == 2);
}

TEST_CASE("the output is written whole or not at all, and never over the model") {
    const Place place;
    CHECK(place.run(kModel + " -o nowhere/m.tide").refused_with("nowhere/m.tide"));
    CHECK(place.run(kModel + " -o /dev/full").refused_with("No space left"));
    CHECK(place.run(kModel + " -o .").refused_with("cannot write '.'"));
    fs::copy_file(kModel, place.at("m.onnx"));
    CHECK(place.run("m.onnx -o m.onnx").refused_with("is the model itself"));
    CHECK(bytes(place.at("m.onnx")) == bytes(kModel));

    std::ofstream(place.at("old.tide")) << "old";
    CHECK(place.run("m.onnx -o old.tide --state nothing=h").status == 2);
    CHECK(contents(place.at("old.tide")) == "old");
    fs::create_symlink("old.tide", place.at("link.tide"));
    CHECK(place.run("m.onnx -o link.tide").status == 0);
    CHECK(fs::is_symlink(place.at("link.tide")));
    CHECK(contents(place.at("old.tide")).substr(0, 4) == "TIDE");
    CHECK(place.files() == 5);
}

TEST_CASE("verify says ok, mismatch or refused by its exit code") {
    const std::string gru = TIDEGATE_SOURCE_DIR "/../shared/models/operators/burn-gru/";
    if (!fs::exists(gru)) {
        MESSAGE("skipped: ../shared/models is not there");
        return;
    }
    const Place place;
    CHECK(place.run("verify " + gru + "model.onnx " + gru + "test_data_set_0").status == 0);
    const Result strict = place.run("verify " + gru + "model.onnx " + gru + "test_data_set_0 --rtol 0 --atol 1e-30");
    CHECK(strict.status == 1);
    CHECK(strict.err.empty());
    CHECK(has(strict.out, "largest absolute error"));
    CHECK(place.run("verify " + gru + "model.onnx " + gru).status == 0);  // all data sets in it
    CHECK(place.run("verify " + gru + "model.onnx " + gru + "..").status == 2);
}

}  // namespace tidegate::command_convert_test
