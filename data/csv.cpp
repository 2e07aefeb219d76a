// SPDX-License-Identifier: MIT
#include "data/csv.h"

#include <algorithm>
#include <string_view>

#include "data/error.h"
#include "data/files.h"

namespace tidegate::data {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// A line without commas, but with what other programs separate fields by.
void need_no_other_separator(const std::string& path, const std::string& line) {
    const std::size_t at = line.find_first_of(";\t");
    if (at == std::string::npos) { return; }
    throw DataError(
        "{}: the first line has no comma, but {}; separate fields by commas, and write numbers with a point", path,
        line[at] == ';' ? "semicolons" : "tabs");
}

}  // namespace

CsvReader::CsvReader(std::string path) : path_(std::move(path)), text_(read_file(path_)) {
    if (text_.starts_with(kByteOrderMark)) { at_ = kByteOrderMark.size(); }
    if (!read_record(header_)) { throw DataError("{}: no header line", path_); }
    if (header_.size() == 1) { need_no_other_separator(path_, header_.front()); }
}

std::string CsvReader::place() const { return fmt::format("{} line {}", path_, record_line_); }

bool CsvReader::next(std::vector<std::string>& fields) {
    if (!read_record(fields)) { return false; }
    if (fields.size() != header_.size()) {
        throw DataError("{}: {} fields, the header has {}", place(), fields.size(), header_.size());
    }
    return true;
}

bool CsvReader::read_record(std::vector<std::string>& fields) {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_.compare(at_, 2, "\r\n") == 0)) {  // empty lines
        at_ += text_[at_] == '\n' ? 1 : 2;
        ++line_;
    }
    if (at_ >= text_.size()) { return false; }
    record_line_ = line_;
    fields.clear();
    while (true) {
        fields.push_back(read_field());
        if (at_ >= text_.size()) { return true; }
        const char end = text_[at_++];
        if (end == ',') { continue; }
        if (end == '\r' && at_ < text_.size() && text_[at_] == '\n') { ++at_; }
        ++line_;
        return true;
    }
}

/// Leaves at_ on the comma or line end behind the field.
std::string CsvReader::read_field() {
    if (at_ < text_.size() && text_[at_] == '"') { return read_quoted(); }
    const std::size_t end = std::min(text_.find_first_of(",\r\n", at_), text_.size());
    std::string field = text_.substr(at_, end - at_);
    at_ = end;
    return field;
}

std::string CsvReader::read_quoted() {
    std::string field;
    for (++at_; at_ < text_.size(); ++at_) {
        if (text_[at_] == '\n') { ++line_; }
        if (text_[at_] != '"') {
            field += text_[at_];
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
            field += text_[++at_];
        } else {
            ++at_;
            if (at_ < text_.size() && std::string_view(",\r\n").find(text_[at_]) == std::string_view::npos) {
                throw DataError("{}: text behind a closing quote", place());
            }
            return field;
        }
    }
    throw DataError("{}: a quoted field does not end", place());
}

}  // namespace tidegate::data
