// SPDX-License-Identifier: MIT
// tidegate-convert: the command line of the converter. Exit 0: ok, 1: mismatch or not convertible, 2: refused or wrong
// usage.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <optional>

#include "accuracy/accuracy.h"
#include "checkup.h"
#include "command_line.h"
#include "convert.h"
#include "emit/c_source.h"
#include "graph/error.h"
#include "graph/text.h"
#include "output_file.h"
#include "summary.h"
#include "verify/selfcheck.h"
#include "verify/stream_run.h"
#include "verify/verify.h"

namespace tidegate {
namespace {

constexpr int kOk = 0, kMismatch = 1, kRefused = 2;
/// Beyond this the self-check says more than that fp32 rounds.
constexpr double kRoundingError = 1e-4;

int refuse(const std::string& what) {
    std::string line = "tidegate-convert: " + what;
    for (char& c : line) {
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) { c = ' '; }
    }
    std::fprintf(stderr, "%s\n", line.c_str());
    return kRefused;
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// of_what: " with fp32 weights", where the file has others.
std::string selfcheck_line(const Conversion& conversion, const std::string& of_what) {
    try {
        const SelfCheck result = selfcheck(conversion);
        std::string line = fmt::format("self-check  {} runs{}, largest error against the reference in double {:.2g}",
                                       result.runs, of_what, result.largest_error);
        if (result.lengths > 0) { line += fmt::format(", {} lengths", result.lengths); }
        if (!result.difference.empty()) { line += fmt::format("; DIFFERENT: {}", result.difference); }
        if (!result.worst_output.empty()) { line += fmt::format(" (output {})", printable(result.worst_output)); }
        if (!(result.largest_error <= kRoundingError)) {
            line +=
                "; more than rounding explains for plain models: compare with recorded data (tidegate-convert verify)";
        }
        return line + "\n";
    } catch (const ConvertError& error) {
        return fmt::format("self-check  not possible with generated inputs: {}\n", error.what());
    }
}

/// Throws if the steps do not give what the whole gives: such a file must not get out.
std::string stream_line(const Conversion& conversion) {
    if (!conversion.graph.stream) { return ""; }
    StreamCheck result;
    try {
        result = check_stream(conversion);
    } catch (const ConvertError& error) {
        return fmt::format("self-check  steps and whole not compared: {}\n", error.what());
    }
    if (!result.difference.empty()) {
        throw ConvertError("internal error: " + result.difference + "; please report the model");
    }
    if (result.steps == 0) { return ""; }
    return fmt::format("self-check  the bits of the whole, at {} steps\n", result.steps);
}

/// Whether a file of many lengths still gives what files of one length give.
std::string lengths_line(const Conversion& conversion) {
    try {
        const SelfCheck result = selfcheck(conversion);
        return fmt::format(
            "self-check  {} lengths of the file: {}\n", result.lengths,
            result.difference.empty() ? "the bits of files for one length" : "DIFFERENT: " + result.difference);
    } catch (const ConvertError&) { return ""; }  // the line above says why
}

/// By their places, however they are written; files need not exist.
bool same_file(const std::string& a, const std::string& b) {
    const auto place = [](const std::string& path) {
        std::error_code ignored;
        return std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
    };
    return !a.empty() && !b.empty() && place(a) == place(b);
}

/// Every file that is written is its own, and none is one that is read.
void need_files_apart(const Arguments& arguments, const std::vector<std::pair<std::string, std::string>>& written) {
    const std::string& data = arguments.options.quantization.calibrate;
    for (std::size_t i = 0; i < written.size(); ++i) {
        const auto& [option, path] = written[i];
        if (same_file(path, arguments.model)) {
            throw ConvertError(option + " " + in_quotes(path) + " is the model itself; choose another name");
        }
        if (same_file(path, data)) {
            throw ConvertError(option + " " + in_quotes(path) + " is the data of --calibrate; choose another name");
        }
        for (std::size_t j = 0; j < i; ++j) {
            if (!same_file(path, written[j].second)) { continue; }
            throw ConvertError(written[j].first + " and " + option + " write the same file " + in_quotes(path));
        }
    }
}

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

/// Where the results go, checked before any work.
CSource plan_outputs(const Arguments& arguments) {
    if (arguments.output.empty() && arguments.c_output.empty()) {
        throw ConvertError("-o MODEL.tide is missing (or --emit-c MODEL.c); it says where the result goes");
    }
    std::vector<std::pair<std::string, std::string>> written = {{"-o", arguments.output},
                                                                {"--report", arguments.report_output}};
    CSource c;
    if (!arguments.c_output.empty()) {
        c = plan_c_source(arguments.c_output);
        written.insert(written.end(), {{"--emit-c", c.source_path}, {"--emit-c", c.header_path}});
    }
    need_files_apart(arguments, written);
    return c;
}

std::string write_outputs(const Arguments& arguments, const Conversion& conversion, CSource& c) {
    if (!arguments.output.empty()) { write_output_file(arguments.output, conversion.file); }
    if (arguments.c_output.empty()) { return ""; }
    write_c_source(c, conversion.file, arguments.model);
    write_output_file(c.source_path, bytes_of(c.source));
    write_output_file(c.header_path, bytes_of(c.header));
    return fmt::format("C           {}\n", fmt::join(c.operators, ", "));
}

void write_report(const Arguments& arguments, const AccuracyReport& report) {
    if (!arguments.report_output.empty()) { write_output_file(arguments.report_output, bytes_of(to_json(report))); }
}

/// For a model of which nothing is quantized.
void need_no_report(const Arguments& arguments) {
    if (!arguments.report_output.empty()) {
        throw ConvertError("--report goes with --int8, --int8-only or --fp16-weights");
    }
}

/// A quantized file: its fp32 twin is checked against the reference, the file against its twin.
std::string finish_quantized(const Arguments& arguments, const QuantizationRequest& request, const Conversion& fp32,
                             CSource& c) {
    const Quantized result = quantized(fp32, request, arguments.model);
    std::string checked = selfcheck_line(fp32, " with fp32 weights");
    checked += stream_line(result.conversion);
    if (!fp32.graph.symbols.empty()) { checked += lengths_line(result.conversion); }
    write_report(arguments, result.report);
    const std::string written = write_outputs(arguments, result.conversion, c);
    return summary(result.conversion) + written + checked + to_text(result.report);
}

int run_convert(const Arguments& arguments) {
    CSource c = plan_outputs(arguments);
    ConvertOptions options = to_options(arguments.options);
    if (arguments.explain) {
        options.explain = [](const std::string& stage, const std::string& text) {
            print("== after " + stage + "\n" + text + "\n");
        };
    }
    const QuantizationRequest request = to_request(arguments.options.quantization);
    options.quantization = no_quantization();
    const Conversion conversion = convert(arguments.model, options);
    if (request.asked() || has_integer_layers(*conversion.program)) {
        print(finish_quantized(arguments, request, conversion, c));
        return kOk;
    }
    need_no_quantization(arguments.options.quantization);
    need_no_report(arguments);
    const std::string checked = selfcheck_line(conversion, "") + stream_line(conversion);
    const std::string written = write_outputs(arguments, conversion, c);
    print(summary(conversion) + written + checked);
    return kOk;
}

/// Where verify writes to, checked before any work.
void plan_report(const Arguments& arguments) {
    if (arguments.report_output.empty()) { return; }
    if (arguments.datasets.size() > 1) {
        throw ConvertError("--report goes with one data set; the model is converted anew for each");
    }
    need_files_apart(arguments, {{"--report", arguments.report_output}});
}

int run_verify(const Arguments& arguments) {
    plan_report(arguments);
    const QuantizationRequest request = to_request(arguments.options.quantization);
    std::optional<AccuracyReport> accuracy;
    const auto make = [&](const std::string& model, ConvertOptions options) {
        options.quantization = no_quantization();
        Conversion conversion = convert(model, options);
        if (request.asked() || has_integer_layers(*conversion.program)) {
            Quantized result = quantized(conversion, request, model);
            accuracy = std::move(result.report);
            return std::move(result.conversion);
        }
        need_no_quantization(arguments.options.quantization);
        need_no_report(arguments);
        return conversion;
    };
    const VerifyReport report =
        verify(arguments.model, arguments.datasets, to_options(arguments.options), arguments.tolerance, make);
    if (accuracy) { write_report(arguments, *accuracy); }
    print(to_text(report) + advice(report, arguments.tolerance, accuracy ? name_of(accuracy->form) : ""));
    return report.passed() ? kOk : kMismatch;
}

int run_check(const Arguments& arguments) {
    const Checkup checkup = examine(arguments.model, to_options(arguments.options));
    print(arguments.json ? to_json(checkup) : to_text(checkup));
    return checkup.converts ? kOk : kMismatch;
}

int run(int argc, char** argv) {
    const std::optional<Arguments> arguments = read_command_line(argc, argv);
    if (!arguments) { return kOk; }
    switch (arguments->command) {
        case Arguments::Command::verify:
            return run_verify(*arguments);
        case Arguments::Command::check:
            return run_check(*arguments);
        default:
            return run_convert(*arguments);
    }
}

}  // namespace
}  // namespace tidegate

int main(int argc, char** argv) {
    try {
        return tidegate::run(argc, argv);
    } catch (const tidegate::ConvertError& error) {
        return tidegate::refuse(error.what());
    } catch (const std::bad_alloc&) { return tidegate::refuse("out of memory"); } catch (const std::exception& error) {
        return tidegate::refuse(std::string("internal error: ") + error.what());
    }
}
