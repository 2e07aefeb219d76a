// SPDX-License-Identifier: MIT
// examples/minimal, the program that the README points at.
#include <doctest/doctest.h>

#include "shell.h"

namespace minimal_test {

using namespace tidegate::test;

TEST_CASE("the minimal example runs one step of the flagship") {
    const Outcome outcome = run_program(MINIMAL_EXAMPLE, air_quality_model());
    CHECK(outcome.code == 0);
    CHECK(outcome.out.starts_with("ok, "));
    CHECK(outcome.out.find("forecast = ") != std::string::npos);
}

TEST_CASE("the minimal example says what is wrong with its argument") {
    const Folder folder;
    write_text(folder / "text.tide", std::string(200, 'x'));
    const Outcome refused = run_program(MINIMAL_EXAMPLE, folder / "text.tide");
    CHECK(refused.code == 2);
    CHECK(refused.says("text.tide"));
    CHECK(run_program(MINIMAL_EXAMPLE, "").says("usage: minimal MODEL.tide"));
}

}  // namespace minimal_test
