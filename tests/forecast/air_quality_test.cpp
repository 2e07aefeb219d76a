// SPDX-License-Identifier: MIT
// The flagship from ONNX to forecasts, against PyTorch's own (examples/air-quality/reference.csv, made by train.py).
#include <doctest/doctest.h>

#include <charconv>
#include <ctime>
#include <fstream>
#include <map>
#include <sstream>

#include "leaky_model.h"

using namespace tidegate;
using namespace tidegate::test;

namespace {

const std::string kFolder = TIDEGATE_SOURCE_DIR "/examples/air-quality/";

std::vector<std::uint8_t> flagship() {
    ConvertOptions options;
    options.states = {{"h_out", "h"}, {"c_out", "c"}};
    options.forecast = read_forecast_spec(kFolder + "air-quality.json");
    return convert(kFolder + "air-quality.onnx", options).file;
}

std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> fields;
    std::istringstream stream(line);
    for (std::string field; std::getline(stream, field, ',');) { fields.push_back(field); }
    return fields;
}

std::int64_t utc(int year, int month, int day, int hour) {
    std::tm time{};
    time.tm_year = year - 1900;
    time.tm_mon = month - 1;
    time.tm_mday = day;
    time.tm_hour = hour;
    return timegm(&time);
}

std::int64_t utc(const std::string& iso) {
    return utc(std::stoi(iso.substr(0, 4)), std::stoi(iso.substr(5, 2)), std::stoi(iso.substr(8, 2)),
               std::stoi(iso.substr(11, 2)));
}

/// A row "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir" in the order of the spec's columns.
std::vector<float> values_of(const std::vector<std::string>& row) {
    const std::map<std::string, float> winds = {{"NE", 0.0F}, {"NW", 1.0F}, {"SE", 2.0F}, {"cv", 3.0F}};
    const auto number = [&](std::size_t i) { return row[i] == "NA" ? kNaN : std::stof(row[i]); };
    return {number(5), number(6), number(7), number(8), number(10), number(12), number(11), winds.at(row[9])};
}

/// [origin] -> [24][3]
std::map<std::int64_t, std::vector<float>> reference() {
    std::map<std::int64_t, std::vector<float>> forecasts;
    std::ifstream file(kFolder + "reference.csv");
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        const std::vector<std::string> fields = split(line);
        for (std::size_t q = 2; q < 5; ++q) { forecasts[utc(fields[0])].push_back(std::stof(fields[q])); }
    }
    return forecasts;
}

}  // namespace

TEST_CASE("the flagship forecasts Beijing's air as PyTorch does") {
    const TestForecaster f(flagship());
    REQUIRE(f.info().columns == 8);
    const std::map<std::int64_t, std::vector<float>> expected = reference();
    REQUIRE(expected.size() == 200);
    std::ifstream data(kFolder + "beijing_pm25_2010_2014_hourly.csv");
    std::string line;
    std::getline(data, line);
    std::size_t compared = 0;
    double worst = 0;
    for (std::int64_t last = expected.rbegin()->first, t = 0; t < last && std::getline(data, line);) {
        const std::vector<std::string> row = split(line);
        t = utc(std::stoi(row[1]), std::stoi(row[2]), std::stoi(row[3]), std::stoi(row[4]));
        REQUIRE(f.push(t, values_of(row)) == TG_OK);
        const auto wanted = expected.find(t);
        if (wanted == expected.end()) { continue; }
        const std::vector<float> found = f.read();
        REQUIRE(found.size() == wanted->second.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            const double miss =
                std::abs(found[i] - wanted->second[i]) / std::max(1.0, double{std::abs(wanted->second[i])});
            worst = std::max(worst, miss);
            ++compared;
        }
    }
    CHECK(compared == 200 * 72);
    // Both are fp32 with their own sums and sigmoids: measured 1e-5 or less; 38,000 steps of state do not add up.
    MESSAGE("largest relative difference " << worst);
    CHECK(worst < 2e-3);
}
