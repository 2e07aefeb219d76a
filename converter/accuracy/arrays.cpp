// SPDX-License-Identifier: MIT
#include "accuracy/arrays.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <string_view>

#include "accuracy/npz.h"
#include "accuracy/refuse.h"
#include "data/csv.h"
#include "data/error.h"
#include "graph/error.h"
#include "graph/text.h"
#include "verify/tensor_file.h"

namespace tidegate {
namespace {

const Extents& dims_of(const Program& program, const ProgramPort& port) {
    return program.tensors[static_cast<std::size_t>(port.tensor)].dims;
}

std::string list_of_inputs(const Program& program) {
    std::string text;
    for (const ProgramPort& port : program.inputs) {
        text += (text.empty() ? "" : ", ") + in_quotes(port.name) + " " + to_text(dims_of(program, port));
    }
    return text;
}

const ProgramPort& only_input(const Program& program, const std::string& path) {
    if (program.inputs.size() != 1) {
        refuse_data(path,
                    fmt::format("the model has {} inputs ({}); give a .npz file with an array for each, by its name",
                                program.inputs.size(), list_of_inputs(program)));
    }
    return program.inputs.front();
}

bool in_range(std::int64_t have, const Extent& want) { return want.lowest() <= have && have <= want.highest(); }

/// The axes of `given` as the port's, axes of extent 1 left out or added; nothing if they do not fit.
std::optional<Dims> as_port(const Extents& wanted, std::span<const std::int64_t> given) {
    Dims dims;
    for (const Extent& want : wanted) {
        if (!given.empty() && in_range(given.front(), want)) {
            dims.push_back(given.front());
            given = given.subspan(1);
        } else if (want == Extent(1)) {
            dims.push_back(1);
        } else {
            return std::nullopt;
        }
    }
    const bool all = std::ranges::all_of(given, [](std::int64_t extent) { return extent == 1; });
    return all ? std::optional(dims) : std::nullopt;
}

/// Elements [first, first + count of dims) as a tensor of these dims.
Tensor part_of(const Tensor& whole, const Dims& dims, std::size_t first) {
    Tensor part{whole.type, dims, {}, {}};
    const auto begin = static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(part.count());
    if (whole.is_real()) {
        part.reals.assign(whole.reals.begin() + begin, whole.reals.begin() + end);
    } else {
        part.integers.assign(whole.integers.begin() + begin, whole.integers.begin() + end);
    }
    return part;
}

/// An array as the values of a port in some runs.
std::vector<Tensor> values_of(const Program& program, const ProgramPort& port, const Tensor& array,
                              const std::string& path) {
    const Extents& wanted = dims_of(program, port);
    if (std::ranges::equal(array.dims, wanted, in_range)) { return {array}; }
    const auto dims = array.dims.empty() ? std::nullopt : as_port(wanted, std::span(array.dims).subspan(1));
    if (dims) {
        std::vector<Tensor> runs;
        const auto size = static_cast<std::size_t>(element_count(*dims));
        for (std::int64_t run = 0; run < array.dims[0]; ++run) {
            runs.push_back(part_of(array, *dims, static_cast<std::size_t>(run) * size));
        }
        return runs;
    }
    if (const auto whole = as_port(wanted, array.dims)) { return {part_of(array, *whole, 0)}; }
    refuse_data(path, fmt::format("the array for input {} is {}; expected is {}, or [runs] in front of it",
                                  in_quotes(port.name), to_text(array.dims), to_text(wanted)));
}

/// Runs from the values of each port.
std::vector<std::vector<Tensor>> zip_ports(const Program& program, std::vector<std::vector<Tensor>> ports,
                                           const std::string& path) {
    std::vector<std::vector<Tensor>> runs(ports.empty() ? 0 : ports.front().size());
    for (std::size_t i = 0; i < ports.size(); ++i) {
        if (ports[i].size() != runs.size()) {
            refuse_data(path, fmt::format("{} runs of input {}, but {} of {}", ports[i].size(),
                                          in_quotes(program.inputs[i].name), runs.size(),
                                          in_quotes(program.inputs.front().name)));
        }
        for (std::size_t run = 0; run < runs.size(); ++run) { runs[run].push_back(std::move(ports[i][run])); }
    }
    return runs;
}

std::vector<std::vector<Tensor>> npz_runs(const Program& program, const std::string& path) {
    std::map<std::string, Tensor> arrays = read_npz(path);
    std::vector<std::vector<Tensor>> ports;
    for (const ProgramPort& port : program.inputs) {
        const auto found = arrays.find(port.name);
        if (found == arrays.end()) {
            refuse_data(path,
                        "there is no array " + in_quotes(port.name) + "; expected are " + list_of_inputs(program));
        }
        ports.push_back(values_of(program, port, found->second, path));
        arrays.erase(found);
    }
    if (!arrays.empty()) {
        refuse_data(path, "array " + in_quotes(arrays.begin()->first) + " is no input of the model; expected are " +
                              list_of_inputs(program));
    }
    return zip_ports(program, std::move(ports), path);
}

std::optional<double> number(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '+')) { text.remove_prefix(1); }
    while (!text.empty() && text.back() == ' ') { text.remove_suffix(1); }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::vector<double> numbers_of(const std::vector<std::string>& fields, const std::string& place) {
    std::vector<double> row;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const std::optional<double> value = number(fields[i]);
        if (!value || !std::isfinite(*value)) {
            const bool separated = fields[i].find(';') != std::string::npos;
            throw ConvertError(fmt::format("--calibrate: {}, field {}: {} is not a finite number; {}", place, i + 1,
                                           in_quotes(fields[i]),
                                           separated ? "separate fields by commas, and write numbers with a point"
                                                     : "mend it, or leave that row out"));
        }
        row.push_back(*value);
    }
    return row;
}

struct Rows {
    void add(std::vector<double> row, std::size_t line) {
        values.push_back(std::move(row));
        lines.push_back(line);
    }
    std::vector<std::vector<double>> values;
    std::vector<std::size_t> lines;
};

/// Rows of numbers; a first line that holds none is a header.
Rows read_rows(const std::string& path) {
    Rows rows;
    data::CsvReader csv(path);
    const bool has_header =
        std::ranges::none_of(csv.header(), [](const std::string& field) { return number(field).has_value(); });
    if (!has_header) { rows.add(numbers_of(csv.header(), csv.place()), csv.line()); }
    for (std::vector<std::string> fields; csv.next(fields);) { rows.add(numbers_of(fields, csv.place()), csv.line()); }
    return rows;
}

Runs csv_runs(const Program& program, const std::string& path) {
    const ProgramPort& port = only_input(program, path);
    const Extents& extents = dims_of(program, port);
    Rows read;
    try {
        read = read_rows(path);
    } catch (const data::DataError& error) { refuse_data(path, error.what()); }
    const std::vector<std::vector<double>>& rows = read.values;
    Dims dims;
    for (const Extent& extent : extents) { dims.push_back(extent.planned()); }
    const auto size = static_cast<std::size_t>(element_count(dims));
    const std::size_t last = dims.empty() ? 1 : static_cast<std::size_t>(dims.back());
    const std::size_t width = rows.empty() ? 0 : rows.front().size();
    if (width != last && width != size) {
        refuse_data(path, fmt::format("{} columns; a row is a vector of input {} {}, expected are {}", width,
                                      in_quotes(port.name), to_text(extents), last));
    }
    const std::size_t rows_of_run = size / width;
    if (rows.size() < rows_of_run) {
        refuse_data(path, fmt::format("{} rows; one run of input {} {} takes {}", rows.size(), in_quotes(port.name),
                                      to_text(extents), rows_of_run));
    }
    Runs runs;
    for (std::size_t first = 0; first + rows_of_run <= rows.size(); first += rows_of_run) {
        std::vector<double> values;
        for (std::size_t i = 0; i < rows_of_run; ++i) {
            values.insert(values.end(), rows[first + i].begin(), rows[first + i].end());
        }
        runs.inputs.push_back({Tensor::of(dims, std::move(values))});
        runs.lines.push_back(read.lines[first + rows_of_run - 1]);
    }
    return runs;
}

}  // namespace

Runs array_runs(const Program& program, const std::string& path) {
    if (path.ends_with(".csv")) { return csv_runs(program, path); }
    Runs runs;
    if (path.ends_with(".npz")) {
        runs.inputs = npz_runs(program, path);
    } else {
        const ProgramPort& port = only_input(program, path);
        runs.inputs = zip_ports(program, {values_of(program, port, read_npy(path), path)}, path);
    }
    return runs;
}

}  // namespace tidegate
