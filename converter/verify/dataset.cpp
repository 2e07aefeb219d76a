// SPDX-License-Identifier: MIT
#include "verify/dataset.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "graph/error.h"
#include "graph/text.h"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::optional<Json> read_json(const fs::path& path) {
    std::ifstream file(path);
    if (!file) { return std::nullopt; }
    try {
        return Json::parse(file);
    } catch (const Json::exception& error) { throw ConvertError("file '" + path.string() + "': " + error.what()); }
}

/// K of "input_K.pb"; nothing if the name is another one.
std::optional<std::size_t> position_in(const std::string& name, const std::string& prefix) {
    constexpr std::string_view kSuffix = ".pb";
    if (!name.starts_with(prefix) || !name.ends_with(kSuffix)) { return std::nullopt; }
    const char* first = name.data() + prefix.size();
    const char* last = name.data() + name.size() - kSuffix.size();
    std::size_t position = 0;
    const auto [end, error] = std::from_chars(first, last, position);
    if (error != std::errc() || end != last) { return std::nullopt; }
    return position;
}

Recording read_recording(const fs::path& directory) {
    Recording recording;
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
        const std::string name = entry.path().filename().string();
        if (const auto k = position_in(name, "input_")) {
            recording.inputs[*k] = read_tensor_file(entry.path().string());
        } else if (const auto j = position_in(name, "output_")) {
            recording.outputs[*j] = read_tensor_file(entry.path().string());
        }
    }
    if (recording.outputs.empty()) {
        throw ConvertError("directory '" + directory.string() + "' holds no output_K.pb to compare with");
    }
    return recording;
}

fs::path step_path(const fs::path& directory, std::size_t step) {
    char name[32];
    std::snprintf(name, sizeof name, "step_%03zu", step);
    return directory / name;
}

/// Folders of steps, whatever their numbers.
std::size_t count_steps(const fs::path& directory) {
    const auto entries = fs::directory_iterator(directory);
    return static_cast<std::size_t>(std::count_if(begin(entries), end(entries), [](const fs::directory_entry& entry) {
        return entry.is_directory() && entry.path().filename().string().rfind("step_", 0) == 0;
    }));
}

void read_stream(const fs::path& directory, Dataset& dataset) {
    for (std::size_t step = 0; fs::is_directory(step_path(directory, step)); ++step) {
        dataset.steps.push_back(read_recording(step_path(directory, step)));
    }
    const std::size_t steps = dataset.steps.size(), folders = count_steps(directory);
    if (steps != folders) {
        throw ConvertError("stream '" + directory.string() + "' has " + std::to_string(folders) +
                           " folders of steps, but " + step_path(directory, steps).filename().string() +
                           " is missing: states would be carried over the gap");
    }
    const std::string path = (directory / "map.json").string();
    const std::optional<Json> map = read_json(path);
    if (!map) { throw ConvertError("file '" + path + "' is missing; it links the states of a stream"); }
    try {
        for (const auto& [input, output] : map->at("states").items()) {
            dataset.states.emplace_back(output.get<std::string>(), input);
        }
        if (map->value("initial", "zeros") != "zeros") {
            throw ConvertError("file '" + path + "': only \"initial\": \"zeros\" is supported");
        }
    } catch (const Json::exception& error) { throw ConvertError("file '" + path + "': " + error.what()); }
}

/// "sampled" of the nearest info.json: in the directory itself or in the one that holds it.
std::set<std::string> read_sampled(const fs::path& directory) {
    for (const fs::path& where : {directory, fs::absolute(directory).lexically_normal().parent_path()}) {
        const fs::path path = where / "info.json";
        const std::optional<Json> info = read_json(path);
        if (!info || !info->contains("sampled")) { continue; }
        try {
            return info->at("sampled").get<std::set<std::string>>();
        } catch (const Json::exception& error) { throw ConvertError("file '" + path.string() + "': " + error.what()); }
    }
    return {};
}

/// Without slashes at its end.
std::string existing(const std::string& directory) {
    std::string trimmed = directory;
    while (trimmed.size() > 1 && trimmed.back() == '/') { trimmed.pop_back(); }
    if (!fs::is_directory(trimmed)) { throw ConvertError("'" + directory + "' is not a directory"); }
    return trimmed;
}

}  // namespace

TensorsByName by_name(const Dataset& dataset, const std::map<std::size_t, NamedTensor>& recorded,
                      const std::vector<std::string>& names, const std::string& what) {
    const auto refuse = [&](const std::string& fault) {
        throw ConvertError("data set '" + dataset.directory + "': " + fault);
    };
    TensorsByName result;
    for (const auto& [position, named] : recorded) {
        std::string name = named.name;
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            if (position >= names.size()) {
                refuse(what + " " + std::to_string(position) + " (" + in_quotes(name) + ") is not in the model");
            }
            name = names[position];
        }
        if (!result.emplace(name, named.tensor).second) { refuse(what + " " + in_quotes(name) + " is there twice"); }
    }
    return result;
}

std::vector<std::string> dataset_directories(const std::string& directory) {
    const std::string trimmed = existing(directory);
    std::vector<std::string> inside;
    for (const fs::directory_entry& entry : fs::directory_iterator(trimmed)) {
        const std::string name = entry.path().filename().string();
        if (name == step_path("", 0) || position_in(name, "output_")) { return {directory}; }
        if (entry.is_directory() && (name == "stream" || name.starts_with("test_data_set_"))) {
            inside.push_back(entry.path().string());
        }
    }
    if (inside.empty()) {
        throw ConvertError("directory '" + directory +
                           "' holds no output_K.pb to compare with, and no test_data_set_K or stream");
    }
    std::sort(inside.begin(), inside.end());
    return inside;
}

Dataset read_dataset(const std::string& directory) {
    const std::string trimmed = existing(directory);
    Dataset dataset;
    dataset.directory = directory;
    if (fs::is_directory(step_path(trimmed, 0))) {
        read_stream(trimmed, dataset);
    } else {
        dataset.steps.push_back(read_recording(trimmed));
    }
    dataset.sampled = read_sampled(trimmed);
    return dataset;
}

}  // namespace tidegate
