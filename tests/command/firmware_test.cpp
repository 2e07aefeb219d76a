// SPDX-License-Identifier: MIT
// examples/firmware/expected.txt, which every board prints, against the command that reads the same day as a table.
#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "shell.h"

namespace firmware_test {

using namespace tidegate::test;

namespace {

/// The bits behind each line that starts with "+": three quantiles.
std::vector<std::uint32_t> expected_bits() {
    std::ifstream file(TIDEGATE_SOURCE_DIR "/examples/firmware/expected.txt");
    std::vector<std::uint32_t> bits;
    for (std::string line; std::getline(file, line);) {
        if (line[0] != '+') { continue; }
        std::istringstream words(line);
        std::string word;
        for (int skipped = 0; skipped < 4; ++skipped) { words >> word; }
        while (words >> word) { bits.push_back(static_cast<std::uint32_t>(std::stoul(word, nullptr, 16))); }
    }
    return bits;
}

/// origin,timestamp,step,q0.1,q0.5,q0.9: numbers that read back as the same floats.
std::vector<std::uint32_t> bits_of_table(const std::string& csv) {
    std::istringstream lines(csv);
    std::vector<std::uint32_t> bits;
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::istringstream fields(line);
        std::string field;
        for (int skipped = 0; skipped < 3; ++skipped) { std::getline(fields, field, ','); }
        while (std::getline(fields, field, ',')) {
            const float value = std::strtof(field.c_str(), nullptr);
            bits.push_back(0);
            std::memcpy(&bits.back(), &value, sizeof(value));
        }
    }
    return bits;
}

}  // namespace

TEST_CASE("the boards' forecast is the command's, bit for bit") {
    const Folder folder;
    std::ifstream file(TIDEGATE_SOURCE_DIR "/examples/air-quality/beijing_pm25_2010_2014_hourly.csv");
    std::string day;
    for (std::string line; std::getline(file, line);) {
        if (day.empty() || line.find(",2014,3,1,") != std::string::npos) { day += line + "\n"; }
    }
    write_text(folder / "day.csv", day);
    const Outcome outcome = tidegate_command("forecast " + air_quality_model() + " " + (folder / "day.csv") +
                                             " --out " + (folder / "forecast.csv"));
    REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
    const std::vector<std::uint32_t> bits = expected_bits();
    CHECK(bits.size() == 72);
    CHECK(bits_of_table(read_text(folder / "forecast.csv")) == bits);
}

}  // namespace firmware_test
