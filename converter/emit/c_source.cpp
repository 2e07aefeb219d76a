// SPDX-License-Identifier: MIT
#include "emit/c_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iterator>

#include "emit/aligned_file.h"
#include "graph/error.h"
#include "graph/text.h"
#include "tidegate/embedded.h"
#include "tidegate/forecast.h"
#include "tidegate/profile.h"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

struct NamedOperator {
    const tg_operator* row;
    const char* name;
};
const NamedOperator kOperators[] = {
    {&tg_op_lstm_stream, "tg_op_lstm_stream"},
    {&tg_op_lstm_stream_f16, "tg_op_lstm_stream_f16"},
    {&tg_op_lstm_stream_i8, "tg_op_lstm_stream_i8"},
    {&tg_op_gru_stream, "tg_op_gru_stream"},
    {&tg_op_gru_stream_f16, "tg_op_gru_stream_f16"},
    {&tg_op_gru_stream_i8, "tg_op_gru_stream_i8"},
    {&tg_op_lstm, "tg_op_lstm"},
    {&tg_op_lstm_f16, "tg_op_lstm_f16"},
    {&tg_op_lstm_i8, "tg_op_lstm_i8"},
    {&tg_op_gru, "tg_op_gru"},
    {&tg_op_gru_f16, "tg_op_gru_f16"},
    {&tg_op_gru_i8, "tg_op_gru_i8"},
    {&tg_op_recurrent, "tg_op_recurrent"},
    {&tg_op_recurrent_f16, "tg_op_recurrent_f16"},
    {&tg_op_recurrent_i8, "tg_op_recurrent_i8"},
    {&tg_op_dense, "tg_op_dense"},
    {&tg_op_dense_f16, "tg_op_dense_f16"},
    {&tg_op_dense_i8, "tg_op_dense_i8"},
    {&tg_op_matmul, "tg_op_matmul"},
    {&tg_op_binary, "tg_op_binary"},
    {&tg_op_binary_integer, "tg_op_binary_integer"},
    {&tg_op_unary, "tg_op_unary"},
    {&tg_op_softmax, "tg_op_softmax"},
    {&tg_op_transpose, "tg_op_transpose"},
    {&tg_op_concat, "tg_op_concat"},
    {&tg_op_slice, "tg_op_slice"},
    {&tg_op_gather, "tg_op_gather"},
    {&tg_op_expand, "tg_op_expand"},
    {&tg_op_cast, "tg_op_cast"},
    {&tg_op_extents, "tg_op_extents"},
    {&tg_op_conv, "tg_op_conv"},
    {&tg_op_conv_f16, "tg_op_conv_f16"},
    {&tg_op_conv_i8, "tg_op_conv_i8"},
    {&tg_op_channel_conv, "tg_op_channel_conv"},
    {&tg_op_pool, "tg_op_pool"},
    {&tg_op_choice, "tg_op_choice"},
    {&tg_op_power, "tg_op_power"},
    {&tg_op_compare, "tg_op_compare"},
    {&tg_op_math, "tg_op_math"},
    {&tg_op_angle, "tg_op_angle"},
    {&tg_op_select, "tg_op_select"},
    {&tg_op_overlay, "tg_op_overlay"},
    {&tg_op_gather_elements, "tg_op_gather_elements"},
    {&tg_op_gather_nd, "tg_op_gather_nd"},
    {&tg_op_scatter_elements, "tg_op_scatter_elements"},
    {&tg_op_scatter_nd, "tg_op_scatter_nd"},
    {&tg_op_reduce, "tg_op_reduce"},
    {&tg_op_reduce_integer, "tg_op_reduce_integer"},
    {&tg_op_extreme, "tg_op_extreme"},
    {&tg_op_cum_sum, "tg_op_cum_sum"},
    {&tg_op_top_k, "tg_op_top_k"},
    {&tg_op_loop, "tg_op_loop"},
    {&tg_op_loop_end, "tg_op_loop_end"},
};

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// What the C names begin with: "air_quality" of src/air-quality.c.
std::string name_of(const std::string& path) {
    std::string name = fs::path(path).stem().string();
    for (char& c : name) {
        if (c == '-' || c == '.' || c == ' ') { c = '_'; }
    }
    return name;
}

std::string upper(std::string name) {
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
}

/// The rows that the model's ops run by, each once, in the order of kOperators.
std::vector<std::string> operators_of(const tg_model& model) {
    std::vector<std::string> names;
    for (const NamedOperator& known : kOperators) {
        for (std::size_t op = 0; op < tg_op_count(&model); ++op) {
            if (tg_op_operator(&model, op) == known.row) {
                names.emplace_back(known.name);
                break;
            }
        }
    }
    return names;
}

/// The last part of a path, with nothing in it that could end a comment.
std::string plain_name(const std::string& path) {
    std::string name = fs::path(path).filename().string();
    std::ranges::replace_if(
        name, [](char c) { return !is_name_character(c) && c != '.' && c != '-' && c != ' '; }, '?');
    return name;
}

std::string array_text(const std::vector<std::uint8_t>& file) {
    std::string text;
    text.reserve(file.size() * 4 + file.size() / 8);
    for (std::size_t i = 0; i < file.size(); ++i) {
        fmt::format_to(std::back_inserter(text), "{}{},", i % 32 == 0 ? "\n    " : "", file[i]);
    }
    return text;
}

}  // namespace

std::string c_name(const tg_operator* row) {
    const auto* const found = std::ranges::find(kOperators, row, &NamedOperator::row);
    return found == std::end(kOperators) ? "" : found->name;
}

CSource plan_c_source(const std::string& path) {
    const fs::path source(path);
    if (source.extension() != ".c") {
        throw ConvertError("--emit-c " + in_quotes(path) +
                           " must end in .c, such as model.c; model.h is written beside");
    }
    const std::string name = name_of(path);
    if (!std::ranges::all_of(name, is_name_character) || std::isdigit(static_cast<unsigned char>(name[0])) != 0) {
        throw ConvertError("--emit-c " + in_quotes(path) + ": the C names begin with the file's, and " +
                           in_quotes(name) + " is none: use letters, digits and _, and no digit first");
    }
    if (upper(name) == "TG" || upper(name).starts_with("TG_")) {
        throw ConvertError("--emit-c " + in_quotes(path) + ": names that begin with tg_ are the library's own");
    }
    CSource c;
    c.source_path = path;
    c.header_path = fs::path(source).replace_extension(".h").string();
    return c;
}

void write_c_source(CSource& c, const std::vector<std::uint8_t>& file, const std::string& origin) {
    const AlignedFile copy(file);
    tg_model model;
    if (tg_open(copy.data(), file.size(), &model) != TG_OK) {
        throw ConvertError("internal error: the runtime refuses the file that was made");
    }
    c.operators = operators_of(model);
    const std::string name = name_of(c.source_path), macro = upper(name);
    const std::string by = fmt::format("/* Written by tidegate-convert {}.{}.{} from {}: do not edit. */\n",
                                       TG_VERSION_MAJOR, TG_VERSION_MINOR, TG_VERSION_PATCH, plain_name(origin));
    std::string sizes = fmt::format("#define {}_TIDE_BYTES {}\n", macro, file.size());
    sizes += fmt::format("#define {}_ARENA_BYTES {} /* tg_start */\n", macro, tg_arena_size(&model));
    if (const std::size_t bytes = tg_forecaster_arena_size(&model); bytes > 0) {
        sizes += fmt::format("#define {}_FORECASTER_ARENA_BYTES {} /* tg_forecaster_start */\n", macro, bytes);
    }
    c.header = fmt::format(
        "{0}#ifndef TIDEGATE_MODEL_{1}_H\n#define TIDEGATE_MODEL_{1}_H\n\n#include \"tidegate/embedded.h\"\n\n"
        "#ifdef __cplusplus\nextern \"C\" {{\n#endif\n\n{3}\n"
        "extern const unsigned char {2}_tide[{1}_TIDE_BYTES];\nextern const tg_operators {2}_operators;\n\n"
        "#ifdef __cplusplus\n}}\n#endif\n#endif\n",
        by, macro, name, sizes);
    c.source = fmt::format(
        "{0}#include {1}\n\nstatic const tg_operator* const list[] = {{&{2}}};\n"
        "const tg_operators {3}_operators = {{list, sizeof list / sizeof list[0]}};\n\n"
        "TG_ALIGNED const unsigned char {3}_tide[{4}_TIDE_BYTES] = {{{5}\n}};\n",
        by, fmt::format("\"{}\"", fs::path(c.header_path).filename().string()), fmt::join(c.operators, ", &"), name,
        macro, array_text(file));
}

}  // namespace tidegate
