// SPDX-License-Identifier: MIT
// A time series with forecasts as fans over it, drawn as SVG.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidegate::command {

struct Point {
    std::int64_t seconds;
    float value;
};

/// A forecast from its origin on. Points are NaN where unknown.
struct Fan {
    Point origin;                          ///< the last value seen: where the band opens
    std::vector<Point> low, middle, high;  ///< of equal length
};

struct Plot {
    std::string title;
    std::string subtitle;
    std::string quantity;  ///< of the vertical axis
    std::string band;      ///< name of the band, "10–90 %"; empty: there is none
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::vector<Point> measured;
    std::vector<Fan> fans;
};

std::string draw(const Plot& plot);

}  // namespace tidegate::command
