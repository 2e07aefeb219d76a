// SPDX-License-Identifier: MIT
#include "exported.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "read/operators.h"
#include "read/schema.h"

namespace tidegate::test {
namespace {

namespace fs = std::filesystem;

void add_data_sets(ExportedModel& model) {
    for (const auto& entry : fs::directory_iterator(model.folder)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("test_data_set_")) { model.data_sets.push_back(entry.path().string()); }
    }
    std::sort(model.data_sets.begin(), model.data_sets.end());
    model.has_stream = fs::is_directory(model.folder / "stream");
    if (model.has_stream) { model.data_sets.push_back((model.folder / "stream").string()); }
}

void read_info(ExportedModel& model) {
    std::ifstream file(model.folder / "info.json");
    const nlohmann::json info = nlohmann::json::parse(file);
    const nlohmann::json ranges = info.value("ranges", nlohmann::json::object());
    for (const auto& [symbol, limits] : ranges.items()) {
        model.ranges.emplace(symbol, DimRange(limits.at(0).get<std::int64_t>(), limits.at(1).get<std::int64_t>()));
    }
    model.same = info.value("same", std::map<std::string, std::string>());
    if (info.contains("tolerance")) {
        const double tolerance = info.at("tolerance").get<double>();
        model.tolerance = {tolerance, tolerance};
    }
}

void collect_missing(const onnx::GraphProto& graph, const std::map<std::string, std::int64_t>& opsets,
                     std::set<std::string>& missing) {
    for (const onnx::NodeProto& node : graph.node()) {
        const std::string domain = node.domain() == "ai.onnx" ? "" : node.domain();
        const auto opset = opsets.find(domain);
        try {
            find_operator(domain, node.op_type(), opset == opsets.end() ? 1 : opset->second);
        } catch (const std::exception&) { missing.insert(node.op_type()); }
        for (const onnx::AttributeProto& attribute : node.attribute()) {
            if (attribute.has_g()) { collect_missing(attribute.g(), opsets, missing); }
        }
    }
}

}  // namespace

fs::path exporters_folder() { return fs::path(TIDEGATE_SOURCE_DIR) / "tests" / "exporters"; }

std::vector<ExportedModel> exported_models() {
    std::vector<ExportedModel> models;
    for (const auto& exporter : fs::directory_iterator(exporters_folder())) {
        if (!exporter.is_directory()) { continue; }
        for (const auto& entry : fs::directory_iterator(exporter.path())) {
            if (!fs::exists(entry.path() / "model.onnx")) { continue; }
            ExportedModel model;
            model.name = (exporter.path().filename() / entry.path().filename()).string();
            model.folder = entry.path();
            add_data_sets(model);
            read_info(model);
            models.push_back(model);
        }
    }
    std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return models;
}

std::map<std::string, Expectation> read_expectations() {
    std::map<std::string, Expectation> result;
    std::ifstream file(exporters_folder() / "expected.txt");
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') { continue; }
        std::istringstream words(line);
        std::string name;
        Expectation expectation;
        words >> name >> expectation.at_sizes >> expectation.at_ranges >> std::ws;
        std::getline(words, expectation.because);
        if (!result.emplace(name, expectation).second) { throw std::runtime_error(name + " is there twice"); }
    }
    return result;
}

std::set<std::string> missing_operators(const ExportedModel& m) {
    onnx::ModelProto model;
    std::ifstream file(m.folder / "model.onnx", std::ios::binary);
    if (!model.ParseFromIstream(&file)) { throw std::runtime_error(m.name + " cannot be read"); }
    std::map<std::string, std::int64_t> opsets;
    for (const onnx::OperatorSetIdProto& opset : model.opset_import()) {
        opsets[opset.domain() == "ai.onnx" ? "" : opset.domain()] = opset.version();
    }
    std::set<std::string> missing;
    collect_missing(model.graph(), opsets, missing);
    return missing;
}

Verdict verdict_of(const Verified& result, const Verdict& expected) {
    if (result.passed) { return "verifies"; }
    if (!result.refused) { return "wrong"; }
    return expected == "refused" ? "refused" : "not-yet";
}

}  // namespace tidegate::test
