// SPDX-License-Identifier: MIT
// tidegate-convert with words that it does not know.
#include <doctest/doctest.h>

#include "converter/command_place.h"
#include "terminal/nearest.h"

namespace tidegate::usage_words_test {

TEST_CASE("the nearest word is the one that is begun, or differs by a letter for each three") {
    const std::vector<std::string> known = {"--dim", "--fix-input", "--fp16-weights", "--int8", "--int8-only"};
    using terminal::nearest;
    CHECK(nearest("--dmi", known) == "--dim");
    CHECK(nearest("--dims", known) == "--dim");
    CHECK(nearest("-int8", known) == "--int8");
    CHECK(nearest("--fp16", known) == "--fp16-weights");
    CHECK(nearest("--fix_inptu", known) == "--fix-input");
    CHECK(nearest("--int8only", known) == "--int8-only");
    CHECK(nearest("--quantize", known).empty());
    CHECK(nearest("--d", known).empty());
    CHECK(nearest("--", known).empty());
    CHECK(nearest("", known).empty());
    CHECK(nearest(std::string(100000, 'x'), known).empty());
    CHECK(nearest("dam", {"dum", "dim"}) == "dum");  // of equals the first
}

TEST_CASE("unknown options are named in the order in which they were given, with the nearest one that exists") {
    const Place place;
    const Result result = place.run("check --foo --jsn " + kModel + " --stat h_out=h");
    CHECK(result.refused_with(
        "unknown option '--foo'; unknown option '--jsn', did you mean '--json'?; unknown option '--stat', did you mean "
        "'--state'? (see --help)"));
    CHECK(place.run("--dmi time=3 " + kModel).refused_with("unknown option '--dmi', did you mean '--dim'?"));
    CHECK(place.run("--output=m.tide --calibrat=x.csv").refused_with("'--calibrat', did you mean '--calibrate'?"));
    CHECK(place.run(kModel + " too many -o m.tide").refused_with("not expected: "));
}

TEST_CASE("a command that is written wrong is no model's name, unless it is a file") {
    const Place place;
    CHECK(place.run("chekc " + kModel).refused_with("no file 'chekc'; did you mean the command 'check'?"));
    CHECK(place.run("verfy " + kModel + " data").refused_with("did you mean the command 'verify'?"));
    CHECK(place.run("model -o m.tide").refused_with("'model' does not exist"));
    CHECK(place.run("check.onnx -o m.tide").refused_with("'check.onnx' does not exist"));
    fs::copy_file(kModel, place.at("chekc"));
    CHECK(place.run("chekc -o m.tide").status == 0);
}

}  // namespace tidegate::usage_words_test
