// SPDX-License-Identifier: MIT
#include "lower/json_reader.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "format/check.h"

namespace tidegate {

using nlohmann::json;

void JsonReader::refuse(const std::string& what) const {
    throw ConvertError(file_ + ": " + (path_.empty() ? "the document" : path_) + " " + what);
}

const json& JsonReader::object() const {
    if (!value_->is_object()) { refuse("is " + dump() + "; an object is needed"); }
    return *value_;
}

JsonReader JsonReader::at(const std::string& key) const {
    const auto found = object().find(key);
    if (found == object().end()) { refuse("lacks \"" + key + "\""); }
    return {*found, file_, path_.empty() ? key : path_ + "." + key};
}

void JsonReader::only(std::initializer_list<const char*> keys) const {
    for (const auto& [key, value] : object().items()) {
        if (std::ranges::find(keys, key) != keys.end()) { continue; }
        std::string allowed;
        for (const char* name : keys) { allowed.append(allowed.empty() ? "" : ", ").append(name); }
        refuse("has an unknown key \"" + key + "\"; allowed: " + allowed);
    }
}

std::vector<JsonReader> JsonReader::items() const {
    if (!value_->is_array()) { refuse("is " + dump() + "; a list is needed"); }
    std::vector<JsonReader> result;
    for (const json& item : *value_) {
        result.emplace_back(item, file_, path_ + "[" + std::to_string(result.size()) + "]");
    }
    return result;
}

std::string JsonReader::text() const {
    if (!value_->is_string()) { refuse("is " + dump() + "; a string is needed"); }
    const std::string& text = value_->get_ref<const std::string&>();
    if (text.empty() || text.size() > format::kMaxName || text.find('\0') != std::string::npos) {
        refuse("has " + std::to_string(text.size()) + " bytes or a zero among them; 1 to " +
               std::to_string(format::kMaxName) + " are allowed");
    }
    return text;
}

std::string JsonReader::one_of(std::initializer_list<const char*> words) const {
    std::string found = text();
    if (std::ranges::find(words, found) != words.end()) { return found; }
    std::string allowed;
    for (const char* word : words) { allowed.append(allowed.empty() ? "\"" : ", \"").append(word).append("\""); }
    refuse("is " + dump() + "; allowed: " + allowed);
}

std::int64_t JsonReader::integer(std::int64_t minimum, std::int64_t maximum) const {
    const bool fits =
        value_->is_number_unsigned() ? value_->get<std::uint64_t>() <= INT64_MAX : value_->is_number_integer();
    const std::int64_t found = fits ? value_->get<std::int64_t>() : 0;
    if (!fits || found < minimum || found > maximum) {
        refuse("is " + dump() + "; a whole number from " + std::to_string(minimum) + " to " + std::to_string(maximum) +
               " is needed");
    }
    return found;
}

float JsonReader::real() const {
    const auto value = value_->is_number() ? static_cast<float>(value_->get<double>()) : NAN;
    if (!std::isfinite(value)) { refuse("is " + dump() + "; a finite number is needed"); }
    return value;
}

std::string JsonReader::dump() const {
    const std::string text = value_->dump(-1, ' ', true, json::error_handler_t::replace);
    return text.size() > 60 ? text.substr(0, 57) + "..." : text;
}

JsonDocument::JsonDocument(const std::string& text, const std::string& file) : file_(file) {
    std::vector<std::set<std::string>> keys;
    const auto watch = [&](int, json::parse_event_t event, json& parsed) {
        if (event == json::parse_event_t::object_start) { keys.emplace_back(); }
        if (event == json::parse_event_t::object_end) { keys.pop_back(); }
        if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second) {
            throw ConvertError(file + ": the key " + parsed.dump() + " is there twice in one object");
        }
        return true;
    };
    try {
        value_ = json::parse(text, watch);
    } catch (const json::exception& error) { throw ConvertError(file + ": not valid JSON: " + error.what()); }
}

}  // namespace tidegate
