// SPDX-License-Identifier: MIT
// What stands before the first step: tg_open(), which checks every byte of the file, and tg_start().
#include <cstring>

#include "cell_model.h"
#include "format/crc32c.h"
#include "model.h"
#include "tables.h"

namespace tidegate::bench {
namespace {

struct File {
    std::string name;
    std::string title;
    std::vector<std::uint8_t> bytes;
};

/// A file of 1 MB in one op, and one in many.
std::vector<File> files() {
    return {{"lstm/8->256", "LSTM 8->256", cell_file(random_weights(Cell::lstm, {8, 256}), {1, 1})},
            {"deep/32->32", "32 x LSTM 32->32, Add, Tanh", tide_file(deep_onnx({32, 32}, 32))}};
}

/// As an application does: what it got is opened and started anew each time.
struct Opening {
    explicit Opening(const File& from)
        : file(make_aligned<std::uint8_t>(from.bytes.size())), bytes(from.bytes.size()), arena(nullptr, std::free) {
        std::memcpy(file.get(), from.bytes.data(), bytes);
        open(1);
        arena = make_aligned<std::uint8_t>(tg_arena_size(&model));
    }
    void sum(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) crc = format::crc32c(file.get(), bytes, crc);
    }
    void open(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) require(tg_open(file.get(), bytes, &model));
    }
    void start(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            require(tg_start(&model, arena.get(), tg_arena_size(&model), &session));
        }
    }
    void open_and_start(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            open(1);
            start(1);
        }
    }

    Aligned<std::uint8_t> file;
    std::size_t bytes;
    std::uint32_t crc = 0;
    tg_model model{};
    Aligned<std::uint8_t> arena;
    tg_session* session = nullptr;
};

std::string us_text(double ns) { return number(ns / 1000, 2); }

std::vector<std::string> row_of(const Bench& bench, const File& file, const std::string& name) {
    Opening opening(file);
    const char* parts[] = {"crc", "open", "start", "open_and_start"};
    const std::vector<Times> times = measure(
        {[&](std::size_t count) { opening.sum(count); }, [&](std::size_t count) { opening.open(count); },
         [&](std::size_t count) { opening.start(count); }, [&](std::size_t count) { opening.open_and_start(count); }},
        bench.method);
    const auto bytes = static_cast<double>(opening.bytes);
    std::vector<std::string> row = {file.title, std::to_string(opening.bytes),
                                    std::to_string(tg_arena_size(&opening.model)), number(bytes / times[0].best, 1)};
    for (std::size_t i = 0; i < times.size(); ++i) {
        bench.output.line(name, parts[i], times[i]);
        row.insert(row.end(), {us_text(times[i].best), us_text(times[i].median), us_text(times[i].worst)});
    }
    row.push_back(number(bytes / times.back().best, 1));
    return row;
}

}  // namespace

void load_table(const Bench& bench) {
    Table table{"Loading a file that lies in memory (µs)",
                {{"", "model"}, {"", "bytes"}, {"", "arena"}, {"CRC-32C alone", "GB/s"}},
                {}};
    for (const char* part : {"CRC-32C alone", "tg_open", "tg_start", "both"}) {
        for (const char* figure : {"best", "median", "worst"}) table.columns.push_back({part, figure});
    }
    table.columns.push_back({"both", "GB/s"});
    for (const File& file : files()) {
        const std::string name = "load/" + file.name;
        if (bench.output.wants(name)) table.rows.push_back(row_of(bench, file, name));
    }
    bench.output.table(table);
}

}  // namespace tidegate::bench
