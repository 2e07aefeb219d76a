// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "data/times.h"
#include "error.h"
#include "info.h"

namespace tidegate::command {
namespace {

/// "f32 [1,16]"
std::string type_text(const TensorFacts& tensor) {
    return printable(fmt::format("{} [{}]", tensor.type, fmt::join(tensor.axes, ",")));
}

void print_tensors(const char* title, const std::vector<TensorFacts>& tensors, std::size_t width) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        fmt::print("{:10}{:>3}  {:{}}  {}\n", i == 0 ? title : "", i, printable(tensors[i].name), width,
                   type_text(tensors[i]));
    }
}

void print_ops(const std::vector<OpFacts>& ops, std::size_t width) {
    for (std::size_t i = 0; i < ops.size(); ++i) {
        std::string shapes;
        for (const TensorFacts& output : ops[i].outputs) { shapes += (shapes.empty() ? "" : ", ") + type_text(output); }
        fmt::print("{:10}{:>3}  {:{}}  {:44}  {}\n", i == 0 ? "ops" : "", i, printable(ops[i].name), width,
                   op_text(ops[i]), shapes);
    }
}

void print_forecast(const ForecastFacts& f) {
    fmt::print("forecast  {}, {} steps of {}, quantiles {:g}\n", printable(f.target), f.horizon,
               data::duration_text(f.step_seconds), fmt::join(f.quantiles, " "));
    fmt::print("  time      {}; at most {} skipped samples in a row\n",
               printable(fmt::format("{}", fmt::join(f.time_columns, ", "))), f.max_gap_steps);
    std::string columns;
    for (const ColumnFacts& column : f.columns) {
        columns += fmt::format(
            "{}{} ({})", columns.empty() ? "" : ", ", column.name,
            column.categories.empty() ? column.transform : fmt::format("{}", fmt::join(column.categories, " ")));
    }
    fmt::print("  columns   {}\n", printable(columns));
    fmt::print("  features  {}\n", printable(fmt::format("{}", fmt::join(f.features, ", "))));
}

void print_symbols(const std::vector<SymbolFacts>& symbols) {
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        fmt::print("{:10}{:>3}  {} {}..{}\n", i == 0 ? "symbols" : "", i, printable(symbols[i].name),
                   symbols[i].minimum, symbols[i].maximum);
    }
}

/// Of which step an output makes one element, and which of the whole it is.
void print_stream(const StreamFacts& stream, const std::vector<TensorFacts>& outputs) {
    fmt::print("stream    {}, {} step{} a run\n", printable(stream.axis), stream.steps, stream.steps == 1 ? "" : "s");
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::int64_t shift = stream.shifts[i], every = stream.every(i, outputs[i].shape);
        if (shift == 0 && every == 1) { continue; }
        const std::string at = shift == 0 ? "t" : fmt::format("t {} {}", shift < 0 ? '-' : '+', std::abs(shift));
        const std::string step = every == 1 ? "step t" : fmt::format("steps {0}t to {0}t + {1}", every, every - 1);
        const std::string warm_up =
            shift >= 0 ? "" : fmt::format("; the first {} {} are a warm-up", -shift, every == 1 ? "steps" : "elements");
        fmt::print("  {}: element {} of the whole at {}{}\n", printable(outputs[i].name), at, step, warm_up);
    }
}

/// One character for `scale` steps: '#' where the buffer is live.
std::string lifetime(const MappedBuffer& buffer, std::uint32_t steps, std::uint32_t scale) {
    std::string picture((steps + scale - 1) / scale, '.');
    for (std::uint32_t i = buffer.first / scale; i <= buffer.last / scale; ++i) { picture[i] = '#'; }
    return picture;
}

void print_map(const MemoryMap& map) {
    constexpr std::uint32_t kColumns = 48;
    const std::uint32_t scale = (map.steps + kColumns - 1) / kColumns;
    fmt::print("\nmemory    {} bytes of the session, {} of buffers ({} of them padding)\n", map.session_bytes,
               map.buffer_bytes, map.padding_bytes);
    fmt::print("{:>10} {:>10}\n", "offset", "bytes");
    for (const SessionPart& part : map.session) {
        fmt::print("{:>10} {:>10}  {}\n", part.offset, part.bytes, part.what);
    }
    const std::string per = scale == 1 ? "op" : fmt::format("{} ops", scale);
    fmt::print("\n{:>10} {:>10} {:>9}  a column per {}, the last one with what is read after the run\n", "offset",
               "bytes", "live", per);
    for (const MappedBuffer& buffer : map.buffers) {
        fmt::print("{:>10} {:>10} {:>9}  {}  {}\n", buffer.offset, buffer.bytes,
                   fmt::format("{}-{}", buffer.first, buffer.last), lifetime(buffer, map.steps, scale),
                   printable(fmt::format("{}", fmt::join(buffer.holds, ", "))));
    }
}

void print_facts(const Facts& f) {
    fmt::print("name      {}\n", f.name.empty() ? "-" : printable(f.name));
    fmt::print("producer  {}\n", f.producer.empty() ? "-" : printable(f.producer));
    fmt::print("converter {}\n", f.converter.empty() ? "-" : printable(f.converter));
    fmt::print("source    sha256 {}\n", f.source_sha256.empty() ? "-" : f.source_sha256);
    fmt::print("format    {}, CRC-32C {:08x}\n", f.format, f.crc);
    fmt::print("file      {} bytes, {} of them weights\n", f.file_bytes, f.weight_bytes);
    fmt::print("arena     {} bytes", f.arena_bytes);
    if (!f.forecast.empty()) { fmt::print(", as a forecaster {}", f.forecast.front().arena_bytes); }
    fmt::print("\n\n");

    std::size_t width = 0;
    for (const auto* tensors : {&f.inputs, &f.outputs, &f.states}) {
        for (const TensorFacts& tensor : *tensors) { width = std::max(width, tensor.name.size()); }
    }
    for (const OpFacts& op : f.ops) { width = std::max(width, op.name.size()); }
    print_symbols(f.symbols);
    print_tensors("inputs", f.inputs, width);
    print_tensors("outputs", f.outputs, width);
    print_tensors("states", f.states, width);
    print_ops(f.ops, width);
    if (!f.stream.empty()) {
        fmt::print("\n");
        print_stream(f.stream.front(), f.outputs);
    }
    if (!f.forecast.empty()) {
        fmt::print("\n");
        print_forecast(f.forecast.front());
    }
}

}  // namespace

std::string op_text(const OpFacts& op) { return op.kind + (op.detail.empty() ? "" : " (" + op.detail + ")"); }

void print_info(const Facts& facts, const MemoryMap& map) {
    print_facts(facts);
    print_map(map);
}

}  // namespace tidegate::command
