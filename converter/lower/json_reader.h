// SPDX-License-Identifier: MIT
// JSON read strictly: every complaint names the key's path, what was found and what is allowed.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "graph/error.h"

namespace tidegate {

/// One value of a document and its path, such as "features[3].sin". Valid as long as the document.
class JsonReader {
public:
    JsonReader(const nlohmann::json& value, std::string file, std::string path)
        : value_(&value), file_(std::move(file)), path_(std::move(path)) {}

    /// Throws ConvertError "FILE: PATH what".
    [[noreturn]] void refuse(const std::string& what) const;

    bool has(const std::string& key) const { return object().contains(key); }
    /// A key that must be there.
    JsonReader at(const std::string& key) const;
    /// Refuses any other key.
    void only(std::initializer_list<const char*> keys) const;
    std::vector<JsonReader> items() const;

    std::string text() const;  ///< 1 to kMaxName bytes, none of them zero
    std::string one_of(std::initializer_list<const char*> words) const;
    std::int64_t integer(std::int64_t minimum, std::int64_t maximum) const;
    float real() const;        ///< finite as a float
    std::string dump() const;  ///< what was found, shortened

private:
    const nlohmann::json& object() const;

    const nlohmann::json* value_;
    std::string file_;
    std::string path_;
};

/// Refuses syntax errors and keys that are there twice, naming `file`.
class JsonDocument {
public:
    JsonDocument(const std::string& json, const std::string& file);
    JsonReader root() const { return {value_, file_, ""}; }

private:
    nlohmann::json value_;
    std::string file_;
};

}  // namespace tidegate
