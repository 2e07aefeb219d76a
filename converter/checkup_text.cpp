// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "checkup.h"
#include "graph/text.h"

namespace tidegate {
namespace {

using Json = nlohmann::ordered_json;

/// "12 Add, 3 LSTM"
std::string counted(const std::map<std::string, std::size_t>& counts) {
    std::string text;
    for (const auto& [name, count] : counts) { text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name); }
    return text;
}

std::string joined(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

std::string dim_options(const Checkup& checkup) {
    std::string text;
    for (const OpenDimension& dimension : checkup.open) {
        text += fmt::format(" --dim {}={}", printable(dimension.key), dimension.value.value_or("N"));
    }
    return text;
}

std::string problem_lines(const ProblemGroup& group) {
    if (group.op.empty()) { return "problem     " + group.what + "\n"; }
    std::string text = fmt::format("problem     {}: {}\n", group.op, group.what);
    for (const std::string& node : group.nodes) { text += fmt::format("            node '{}'\n", node); }
    return text;
}

std::string verdict(const Checkup& checkup) {
    if (checkup.converts) { return "converts    yes\n"; }
    if (checkup.sizes) { return fmt::format("converts    not as called; with{} it does\n", dim_options(checkup)); }
    return "converts    no\n";
}

std::string size_lines(const Checkup& checkup) {
    if (!checkup.sizes) { return fmt::format("constants   {} bytes\n", checkup.constant_bytes); }
    const Sizes& sizes = *checkup.sizes;
    std::string text = fmt::format("nodes       {} -> {} steps\n", sizes.nodes, sizes.steps);
    if (!sizes.folded.empty()) { text += fmt::format("folds away  {}\n", counted(sizes.folded)); }
    return text + fmt::format("parameters  {}\nfile        {} bytes\narena       {} bytes{}\n", sizes.parameters,
                              sizes.file_bytes, sizes.arena_bytes,
                              checkup.converts ? "" : " with" + dim_options(checkup));
}

Json json_of(const std::vector<PortLine>& ports) {
    Json list = Json::array();
    for (const PortLine& port : ports) {
        list.push_back({{"name", port.name}, {"type", port.type}, {"shape", port.shape}});
    }
    return list;
}

Json json_of(const Sizes& sizes) {
    return {{"nodes", sizes.nodes},           {"folds_away", sizes.folded},     {"steps", sizes.steps},
            {"parameters", sizes.parameters}, {"file_bytes", sizes.file_bytes}, {"arena_bytes", sizes.arena_bytes}};
}

}  // namespace

std::string to_text(const Checkup& checkup) {
    std::string text = verdict(checkup);
    text += fmt::format("producer    {}\nopset       {}\n", checkup.producer.empty() ? "unknown" : checkup.producer,
                        checkup.opset);
    for (const PortLine& port : checkup.inputs) {
        text += fmt::format("input       {}: {} {}\n", port.name, port.type, port.shape);
    }
    for (const PortLine& port : checkup.outputs) {
        text += fmt::format("output      {}: {} {}\n", port.name, port.type, port.shape);
    }
    for (const OpenDimension& dimension : checkup.open) {
        const std::string key = printable(dimension.key);
        text += fmt::format("dimension   {} of {}: give --dim {}=N, or --dim {}=1..N for lengths chosen at run time\n",
                            key, printable(joined(dimension.inputs)), key, key);
    }
    text += fmt::format("operators   {}\n", counted(checkup.operators));
    for (const auto& [output, input] : checkup.states) { text += fmt::format("state       {} <- {}\n", input, output); }
    if (!checkup.could_link.empty()) {
        text += fmt::format("--stateful  would keep in the session: {}\n", joined(checkup.could_link));
    }
    if (!checkup.cannot_link.empty()) { text += fmt::format("--stateful  is refused: {}\n", checkup.cannot_link); }
    text += size_lines(checkup);
    for (const std::string& note : checkup.notes) { text += fmt::format("note        {}\n", note); }
    for (const ProblemGroup& group : checkup.problems) { text += problem_lines(group); }
    return text;
}

std::string to_json(const Checkup& checkup) {
    Json json = {
        {"converts", checkup.converts},      {"producer", checkup.producer},        {"opset", checkup.opset},
        {"inputs", json_of(checkup.inputs)}, {"outputs", json_of(checkup.outputs)}, {"operators", checkup.operators}};
    json["open_dimensions"] = Json::array();
    for (const OpenDimension& dimension : checkup.open) {
        Json entry = {{"dim", dimension.key}, {"inputs", dimension.inputs}};
        if (dimension.value) { entry["tried"] = *dimension.value; }
        json["open_dimensions"].push_back(std::move(entry));
    }
    json["states"] = Json::array();
    for (const auto& [output, input] : checkup.states) {
        json["states"].push_back({{"output", output}, {"input", input}});
    }
    json["could_link"] = checkup.could_link;
    if (!checkup.cannot_link.empty()) { json["cannot_link"] = checkup.cannot_link; }
    if (checkup.sizes) { json["sizes"] = json_of(*checkup.sizes); }
    json["constant_bytes"] = checkup.constant_bytes;
    json["notes"] = checkup.notes;
    json["problems"] = Json::array();
    for (const ProblemGroup& group : checkup.problems) {
        json["problems"].push_back({{"operator", group.op}, {"what", group.what}, {"nodes", group.nodes}});
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tidegate
