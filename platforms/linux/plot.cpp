// SPDX-License-Identifier: MIT
#include "plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "data/times.h"

namespace tidegate::command {
namespace {

constexpr double kWidth = 1080, kHeight = 480;
constexpr double kLeft = 66, kRight = 1052, kTop = 116, kBottom = 432;
constexpr const char* kStyle = R"(<style>
  text { font-family: Inter, 'Helvetica Neue', 'Segoe UI', Arial, sans-serif; fill: #64748b; font-size: 13px }
  .title { font-size: 20px; font-weight: 600; fill: #0f172a }
  .axis { font-size: 12px }
  .grid { stroke: #e2e8f0; stroke-width: 1 }
  .base { stroke: #94a3b8; stroke-width: 1 }
  .band { fill: #2563eb; fill-opacity: .16 }
  .middle { fill: none; stroke: #2563eb; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
  .measured { fill: none; stroke: #0f172a; stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round }
  .origin { fill: #fff; stroke: #2563eb; stroke-width: 2 }
</style>
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '&':
                out += "&amp;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
        }
    }
    return out;
}

/// A step of 1, 2, 2.5 or 5 times a power of ten that divides `span` into about `count` parts.
double nice_step(double span, double count) {
    const double raw = std::max(span, 1e-12) / count;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
        if (factor * power >= raw) { return factor * power; }
    }
    return 10 * power;
}

/// The vertical axis: from `low` to `high` in steps.
struct Scale {
    double low, high, step;
};

Scale value_scale(const Plot& plot) {
    double low = INFINITY, high = -INFINITY;
    const auto include = [&](const std::vector<Point>& points) {
        for (const Point& point : points) {
            if (!std::isfinite(point.value)) { continue; }
            low = std::min(low, static_cast<double>(point.value));
            high = std::max(high, static_cast<double>(point.value));
        }
    };
    include(plot.measured);
    for (const Fan& fan : plot.fans) {
        include(fan.low);
        include(fan.middle);
        include(fan.high);
    }
    if (low > high) { return {0, 1, 0.2}; }
    if (low >= 0 && low < 0.5 * high) { low = 0; }
    const double step = nice_step(std::max(high - low, 1e-6 * std::max(std::abs(high), 1e-30)), 5);
    return {std::floor(low / step) * step, std::ceil(high / step) * step, step};
}

/// The space between two marks of the time axis, for at most nine of them.
std::int64_t time_step(std::int64_t span) {
    constexpr std::array<std::int64_t, 15> kSteps = {
        1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, data::kDay, 2 * data::kDay, 7 * data::kDay};
    for (const std::int64_t step : kSteps) {
        if (span / step <= 9) { return step; }
    }
    return (span / 9 / data::kDay + 1) * data::kDay;
}

/// "Thu 1 May" at midnight, else "06:30".
std::string mark_text(std::int64_t seconds, std::int64_t step) {
    if (seconds == data::midnight_before(seconds)) { return data::day_text(seconds); }
    return data::time_text(seconds).substr(11, step % 60 == 0 ? 5 : 8);
}

class Drawing {
public:
    explicit Drawing(const Plot& plot) : plot_(plot), scale_(value_scale(plot)) {}

    std::string draw() {
        add(R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:g} {:g}" width="{:g}" height="{:g}">)"
            "\n",
            kWidth, kHeight, kWidth, kHeight);
        svg_ += kStyle;
        add(R"(<rect width="{:g}" height="{:g}" fill="#fff"/>)"
            "\n",
            kWidth, kHeight);
        add(R"(<text class="title" x="28" y="38">{}</text>)"
            "\n",
            escaped(plot_.title));
        add(R"(<text x="28" y="60">{}</text>)"
            "\n",
            escaped(plot_.subtitle));
        value_axis();
        time_axis();
        for (const Fan& fan : plot_.fans) { band(fan); }
        add(R"(<path class="measured" d="{}"/>)"
            "\n",
            path(plot_.measured));
        for (const Fan& fan : plot_.fans) { middle(fan); }
        legend();
        svg_ += "</svg>\n";
        return std::move(svg_);
    }

private:
    template <class... Args>
    void add(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(svg_), format, std::forward<Args>(args)...);
    }

    double x(std::int64_t seconds) const {
        const double span = static_cast<double>(std::max<std::int64_t>(plot_.end - plot_.begin, 1));
        return kLeft + (kRight - kLeft) * static_cast<double>(seconds - plot_.begin) / span;
    }
    double y(double value) const {
        return kBottom - (kBottom - kTop) * (value - scale_.low) / (scale_.high - scale_.low);
    }

    std::string at(const Point& point) const { return fmt::format("{:.1f} {:.1f}", x(point.seconds), y(point.value)); }

    /// A line that breaks where values are missing; a value between two missing ones is a dot.
    std::string path(const std::vector<Point>& points) const {
        std::string d;
        bool drawing = false;
        for (const Point& point : points) {
            const bool known = std::isfinite(point.value);
            if (known) { d += (drawing ? "L" : "M") + at(point) + (drawing ? "" : "h0"); }
            drawing = known;
        }
        return d;
    }

    void value_axis() {
        add(R"(<text class="axis" x="28" y="{:g}">{}</text>)"
            "\n",
            kTop - 16, escaped(plot_.quantity));
        const auto steps = std::lround((scale_.high - scale_.low) / scale_.step);
        for (long i = 0; i <= steps; ++i) {
            const double value = scale_.low + static_cast<double>(i) * scale_.step;
            add(R"(<line class="grid" x1="{:g}" x2="{:g}" y1="{:.1f}" y2="{:.1f}"/>)", kLeft, kRight, y(value),
                y(value));
            add(R"(<text class="axis" x="{:g}" y="{:.1f}" text-anchor="end">{:.6g}</text>)"
                "\n",
                kLeft - 10, y(value) + 4, std::abs(value) < scale_.step * 1e-6 ? 0.0 : value);
        }
        add(R"(<line class="base" x1="{:g}" x2="{:g}" y1="{:g}" y2="{:g}"/>)"
            "\n",
            kLeft, kRight, kBottom, kBottom);
    }

    void time_axis() {
        const std::int64_t step = time_step(plot_.end - plot_.begin);
        const std::int64_t first = data::midnight_before(plot_.begin);
        const bool whole_days = step == data::kDay;  // a day's name stands in its middle
        for (std::int64_t t = first; t <= plot_.end; t += step) {
            if (t >= plot_.begin) {
                add(R"(<line class="grid" x1="{:.1f}" x2="{:.1f}" y1="{:g}" y2="{:g}"/>)"
                    "\n",
                    x(t), x(t), kTop, kBottom + 6);
            }
            const std::int64_t label = whole_days ? t + data::kDay / 2 : t;
            if (label < plot_.begin || label > plot_.end) { continue; }
            add(R"(<text class="axis" x="{:.1f}" y="{:g}" text-anchor="middle">{}</text>)"
                "\n",
                x(label), kBottom + 24, mark_text(t, step));
        }
    }

    void band(const Fan& fan) {
        std::string d;
        if (plot_.band.empty() || fan.low.empty()) { return; }
        if (std::isfinite(fan.origin.value)) { d = at(fan.origin); }
        for (const Point& point : fan.high) { d += (d.empty() ? "" : "L") + at(point); }
        for (auto point = fan.low.rbegin(); point != fan.low.rend(); ++point) { d += "L" + at(*point); }
        add(R"(<path class="band" d="M{}Z"/>)"
            "\n",
            d);
    }

    void middle(const Fan& fan) {
        std::vector<Point> line = fan.middle;
        line.insert(line.begin(), fan.origin);
        add(R"(<path class="middle" d="{}"/>)"
            "\n",
            path(line));
        if (std::isfinite(fan.origin.value)) {
            add(R"(<circle class="origin" cx="{:.1f}" cy="{:.1f}" r="3.5"/>)"
                "\n",
                x(fan.origin.seconds), y(fan.origin.value));
        }
    }

    void legend() {
        const bool banded = !plot_.band.empty();
        double left = kRight - (banded ? 364 : 266);
        add(R"(<path class="measured" d="M{:g} 34h24"/><text x="{:g}" y="38">measured</text>)"
            "\n",
            left, left + 32);
        left += 118;
        add(R"(<path class="middle" d="M{:g} 34h24"/><circle class="origin" cx="{:g}" cy="34" r="3.5"/>)", left, left);
        add(R"(<text x="{:g}" y="38">median forecast</text>)"
            "\n",
            left + 32);
        left += 156;
        if (banded) {
            add(R"(<rect class="band" x="{:g}" y="26" width="24" height="16" rx="2"/>)", left);
            add(R"(<text x="{:g}" y="38">{}</text>)"
                "\n",
                left + 32, escaped(plot_.band));
        }
    }

    const Plot& plot_;
    Scale scale_;
    std::string svg_;
};

}  // namespace

std::string draw(const Plot& plot) { return Drawing(plot).draw(); }

}  // namespace tidegate::command
