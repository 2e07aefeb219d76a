// SPDX-License-Identifier: MIT
// CSV as of RFC 4180: a header, then records; quoted fields may hold commas, quotes (doubled) and line ends. LF or
// CRLF. Files of semicolons or tabs are refused: they may have decimal commas.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tidegate::data {

class CsvReader {
public:
    /// Reads the file and its header. Throws DataError.
    explicit CsvReader(std::string path);

    /// The header's fields.
    const std::vector<std::string>& header() const { return header_; }
    /// The next record with as many fields as the header has; false at the end. Empty lines are skipped. Throws
    /// DataError with path and line.
    bool next(std::vector<std::string>& fields);
    /// The line the last record started in, counted from 1.
    std::size_t line() const { return record_line_; }
    /// "data.csv line 17"
    std::string place() const;

private:
    bool read_record(std::vector<std::string>& fields);
    std::string read_field();
    std::string read_quoted();

    std::string path_;
    std::string text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::size_t record_line_ = 1;
    std::vector<std::string> header_;
};

}  // namespace tidegate::data
