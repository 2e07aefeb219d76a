// SPDX-License-Identifier: MIT
// The accuracy report, for people and for programs.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "accuracy/accuracy.h"
#include "graph/text.h"

namespace tidegate {
namespace {

using Json = nlohmann::ordered_json;

/// "38.2", "exact" without noise, "none" without a signal.
std::string decibels(double sqnr) {
    if (std::isinf(sqnr)) { return sqnr > 0 ? "exact" : "none"; }
    return fmt::format("{:.1f}", sqnr);
}

constexpr std::size_t kWidestName = 40;

/// The end of a long name tells more than its beginning.
std::string shortened(const std::string& name) {
    return name.size() <= kWidestName ? name : "..." + name.substr(name.size() - (kWidestName - 3));
}

/// Rows of one width.
class Table {
public:
    explicit Table(const AccuracyReport& report) {
        for (const LayerReport& r : report.layers) { widen(shortened(printable(r.layer.name)), r.layer.kind); }
        for (const auto& [name, errors] : report.outputs) { widen(shortened(printable(name)), "output"); }
    }
    template <class... Cells>
    std::string line(const std::string& name, const std::string& kind, Cells... cells) const {
        std::string text = fmt::format("  {:<{}}  {:<{}}", name, name_, kind, kind_);
        ((text += fmt::format(" {:>9}", cells)), ...);
        return text + "\n";
    }
    std::string row(const std::string& name, const std::string& kind, const std::string& form, const std::string& scale,
                    const ErrorSums& e, const std::string& alone) const {
        return line(shortened(printable(name)), kind, form, scale, fmt::format("{:.3g}", e.largest),
                    fmt::format("{:.3g}", e.mean()), decibels(e.sqnr()), alone);
    }

private:
    void widen(const std::string& name, const std::string& kind) {
        name_ = std::max(name_, name.size());
        kind_ = std::max(kind_, kind.size());
    }
    std::size_t name_ = 0, kind_ = 0;
};

std::string scale_of(const LayerReport& r) {
    if (r.form != WeightForm::i8) { return ""; }
    return r.input_scale > 0 ? fmt::format("{:.3g}", r.input_scale) : "dynamic";
}

std::string forecast_line(const ForecastErrors& before, const ForecastErrors& after) {
    return fmt::format("  forecasts: MAE {:.4f} with fp32, {:.4f} now ({:+.3f} %), {} targets\n", before.mae, after.mae,
                       100 * (after.mae / before.mae - 1), before.targets);
}

/// JSON has no infinities.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

void add_errors(Json& json, const ErrorSums& e) {
    json["largest_error"] = number(e.largest);
    json["mean_error"] = number(e.mean());
    json["largest_magnitude"] = e.largest_reference;
    json["relative_error"] = number(e.relative());
    json["sqnr_db"] = number(e.sqnr());
}

Json json_of(const LayerReport& report) {
    Json json = {{"node", report.layer.name}, {"kind", report.layer.kind}, {"form", name_of(report.form)}};
    if (!report.note.empty()) { json["note"] = report.note; }
    if (report.form == WeightForm::i8) {
        json["input_scale"] = report.input_scale > 0 ? Json(report.input_scale) : Json("dynamic");
    }
    if (report.form == WeightForm::i8) { json["equalized"] = !report.exponents.empty(); }
    if (report.alone) { json["alone_sqnr_db"] = number(*report.alone); }
    if (report.alone_at_layer) { json["alone_at_layer_sqnr_db"] = number(*report.alone_at_layer); }
    add_errors(json, report.errors);
    return json;
}

/// Lines of which a reader sees the first and the last; --report has all.
std::string shortened(const std::vector<std::string>& lines, const char* what) {
    constexpr std::size_t kFirst = 24, kLast = 6;
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines.size() > kFirst + kLast + 1 && i == kFirst) {
            text += fmt::format("  ... {} more {}; --report FILE.json has all\n", lines.size() - kFirst - kLast, what);
            i = lines.size() - kLast;
        }
        text += lines[i];
    }
    return text;
}

}  // namespace

const char* name_of(WeightForm form) {
    switch (form) {
        case WeightForm::f16:
            return "fp16";
        case WeightForm::i8:
            return "int8";
        default:
            return "fp32";
    }
}

std::string to_text(const AccuracyReport& report) {
    const double share = static_cast<double>(report.bytes_after) / static_cast<double>(report.bytes_before);
    std::string text = fmt::format("accuracy    {} against fp32: {} bytes instead of {} ({:.2f})\n",
                                   name_of(report.form), report.bytes_after, report.bytes_before, share);
    if (!report.not_made.empty()) { return text + "  not measured: " + report.not_made + "\n"; }
    text +=
        fmt::format("  on {}; errors are absolute, SQNR in dB, alone: with only this layer quantized\n", report.source);
    const Table table(report);
    text += table.line("layer", "", "form", "scale", "largest", "mean", "SQNR", "alone");
    std::vector<std::string> rows, notes, warnings;
    rows.reserve(report.layers.size());
    warnings.reserve(report.warnings.size());
    for (const LayerReport& r : report.layers) {
        rows.push_back(table.row(r.layer.name, r.layer.kind, name_of(r.form), scale_of(r), r.errors,
                                 r.alone ? decibels(*r.alone) : ""));
        if (!r.note.empty()) { notes.push_back(fmt::format("  {} {}\n", in_quotes(r.layer.name), r.note)); }
    }
    for (const std::string& warning : report.warnings) { warnings.push_back("  warning: " + warning + "\n"); }
    text += shortened(rows, "layers");
    for (const auto& [name, errors] : report.outputs) { text += table.row(name, "output", "", "", errors, ""); }
    if (report.forecast_before && report.forecast_after) {
        text += forecast_line(*report.forecast_before, *report.forecast_after);
    }
    return text + shortened(notes, "notes") + shortened(warnings, "warnings");
}

std::string to_json(const AccuracyReport& report) {
    Json json = {{"form", name_of(report.form)},
                 {"bytes", {{"fp32", report.bytes_before}, {"quantized", report.bytes_after}}}};
    json["data"] = {{"source", report.source}, {"runs", report.runs}, {"steps", report.steps}};
    if (!report.not_made.empty()) { json["not_measured"] = report.not_made; }
    json["layers"] = Json::array();
    for (const LayerReport& layer : report.layers) { json["layers"].push_back(json_of(layer)); }
    json["outputs"] = Json::array();
    for (const auto& [name, errors] : report.outputs) {
        Json output = {{"name", name}};
        add_errors(output, errors);
        json["outputs"].push_back(std::move(output));
    }
    if (report.forecast_before && report.forecast_after) {
        json["forecast"] = {{"mae_fp32", report.forecast_before->mae},
                            {"mae_quantized", report.forecast_after->mae},
                            {"targets", report.forecast_before->targets}};
    }
    json["warnings"] = report.warnings;
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tidegate
