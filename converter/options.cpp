// SPDX-License-Identifier: MIT
#include "options.h"

#include <cctype>
#include <charconv>
#include <optional>

#include "graph/error.h"
#include "graph/text.h"
#include "verify/tensor_file.h"

namespace tidegate {
namespace {

constexpr std::int64_t kMostSteps = 65536;

/// The number that `text` is from its first to its last character, whatever the locale.
template <class T>
std::optional<T> number(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') { text.remove_prefix(1); }
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) { return {}; }
    return value;
}

/// A whole number as i64, another one as f32, anything else as the tensor in the file of that name.
Tensor fixed_value(const std::string& text) {
    if (const auto whole = number<std::int64_t>(text)) { return Tensor::of_i64({}, {*whole}); }
    if (const auto real = number<double>(text)) { return Tensor::of({}, {*real}); }
    return read_tensor_file(text).tensor;
}

/// "5" or "1..96".
std::optional<DimRange> dim_range(const std::string& text) {
    const std::size_t dots = text.find("..");
    const auto low = number<std::int64_t>(text.substr(0, dots));
    const auto high = dots == std::string::npos ? low : number<std::int64_t>(text.substr(dots + 2));
    if (!low || !high || *low < 1 || *low > *high || *high > INT32_MAX) { return std::nullopt; }
    return DimRange(*low, *high);
}

template <class Map>
void insert_once(Map& map, const std::string& option, const std::string& name, typename Map::mapped_type value) {
    if (!map.emplace(name, std::move(value)).second) {
        throw ConvertError(option + " " + in_quotes(name) + " is there twice");
    }
}

}  // namespace

std::pair<std::string, std::string> split_assignment(const std::string& option, const std::string& text) {
    const std::size_t at = text.rfind('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
        throw ConvertError(option + " " + in_quotes(text) + " lacks a name or a value; write NAME=VALUE");
    }
    return {text.substr(0, at), text.substr(at + 1)};
}

QuantizationRequest to_request(const QuantizationWords& words) {
    QuantizationRequest request;
    if (words.int8) { request.form = WeightForm::i8; }
    if (words.fp16_weights) { request.form = WeightForm::f16; }
    request.keep_fp32 = words.keep_fp32;
    request.int8_only = words.int8_only;
    request.calibrate = words.calibrate;
    request.dynamic_inputs = words.dynamic_inputs;
    request.max_error = words.max_error;
    if (words.dynamic_inputs && words.fp16_weights && words.int8_only.empty()) {
        throw ConvertError(
            "--dynamic-inputs goes with --int8 or --int8-only; inputs of half-precision weights are fp32");
    }
    return request;
}

void need_no_quantization(const QuantizationWords& words) {
    if (words.dynamic_inputs) { throw ConvertError("--dynamic-inputs goes with --int8 or --int8-only"); }
    const std::pair<const char*, bool> dependent[] = {{"--keep-fp32", !words.keep_fp32.empty()},
                                                      {"--calibrate", !words.calibrate.empty()},
                                                      {"--max-error", words.max_error.has_value()}};
    for (const auto& [option, given] : dependent) {
        if (given) { throw ConvertError(std::string(option) + " goes with --int8, --int8-only or --fp16-weights"); }
    }
}

namespace {

std::optional<StreamOption> stream_option(const ModelArguments& arguments) {
    if (arguments.stream.empty()) { return std::nullopt; }
    if (arguments.stateful) {
        throw ConvertError("--stream links the states of recurrent nodes itself; leave --stateful out");
    }
    StreamOption option;
    option.axis = arguments.stream;
    if (arguments.stream.find('=') == std::string::npos) { return option; }
    const auto [name, value] = split_assignment("--stream", arguments.stream);
    const auto steps = number<std::int64_t>(value);
    if (!steps || *steps < 1 || *steps > kMostSteps) {
        throw ConvertError("--stream " + in_quotes(arguments.stream) + ": the steps of a run are a number from 1 to " +
                           std::to_string(kMostSteps));
    }
    option.axis = name;
    option.steps = *steps;
    return option;
}

}  // namespace

ConvertOptions to_options(const ModelArguments& arguments) {
    ConvertOptions options;
    for (const std::string& text : arguments.dims) {
        const auto [name, value] = split_assignment("--dim", text);
        const auto range = dim_range(value);
        const bool is_name = std::isdigit(static_cast<unsigned char>(value[0])) == 0 && value[0] != '-' &&
                             value[0] != '+' && value.find("..") == std::string::npos;
        if (!range && is_name) {
            if (options.dims.contains(name)) { throw ConvertError("--dim " + in_quotes(name) + " is there twice"); }
            insert_once(options.same_dims, "--dim", name, value);
            continue;
        }
        if (!range) {
            throw ConvertError("--dim " + in_quotes(text) +
                               " must end in a whole number from 1 to 2147483647, or in a range of them such as 1..96, "
                               "or in the name of another dimension");
        }
        if (options.same_dims.contains(name)) { throw ConvertError("--dim " + in_quotes(name) + " is there twice"); }
        insert_once(options.dims, "--dim", name, *range);
    }
    for (const std::string& text : arguments.fixed_inputs) {
        const auto [name, value] = split_assignment("--fix-input", text);
        insert_once(options.fixed_inputs, "--fix-input", name, fixed_value(value));
    }
    for (const std::string& text : arguments.states) { options.states.push_back(split_assignment("--state", text)); }
    options.stateful = arguments.stateful;
    options.stream = stream_option(arguments);
    if (!arguments.forecast.empty()) { options.forecast = read_forecast_spec(arguments.forecast); }
    return options;
}

}  // namespace tidegate
