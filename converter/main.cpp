// SPDX-License-Identifier: MIT
// tidegate-convert: the command line of the converter. Exit 0: ok, 1: mismatch, 2: refused or wrong usage.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "accuracy/accuracy.h"
#include "convert.h"
#include "emit/c_source.h"
#include "graph/error.h"
#include "graph/text.h"
#include "options.h"
#include "output_file.h"
#include "summary.h"
#include "tidegate/tidegate.h"
#include "verify/selfcheck.h"
#include "verify/verify.h"

namespace tidegate {
namespace {

constexpr int kOk = 0, kMismatch = 1, kRefused = 2;
/// Beyond this the self-check says more than that fp32 rounds.
constexpr double kRoundingError = 1e-4;

const CLI::Validator kNotNegative(
    [](std::string& text) {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        const bool ok = end != text.c_str() && *end == 0 && value >= 0 && std::isfinite(value);
        return ok ? std::string() : "'" + text + "' is not a number from 0 on";
    },
    "", "not negative");

struct Arguments {
    std::string model;
    std::string output;
    std::string c_output;
    std::string report_output;
    bool explain = false;
    ModelArguments options;
    std::vector<std::string> datasets;
    Tolerance tolerance;
};

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

/// A quantized file: its fp32 twin is checked against the reference, the file against its twin.
std::string finish_quantized(const Arguments& arguments, const QuantizationRequest& request, const Conversion& fp32,
                             CSource& c) {
    const Quantized result = quantized(fp32, request, arguments.model);
    std::string checked = selfcheck_line(fp32, " with fp32 weights");
    if (!fp32.graph.symbols.empty()) { checked += lengths_line(result.conversion); }
    if (!arguments.report_output.empty()) {
        write_output_file(arguments.report_output, bytes_of(to_json(result.report)));
    }
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
    if (!arguments.report_output.empty()) {
        throw ConvertError("--report goes with --int8, --int8-only or --fp16-weights");
    }
    const std::string checked = selfcheck_line(conversion, "");
    const std::string written = write_outputs(arguments, conversion, c);
    print(summary(conversion) + written + checked);
    return kOk;
}

int run_verify(const Arguments& arguments) {
    const QuantizationRequest request = to_request(arguments.options.quantization);
    const auto make = [&](const std::string& model, ConvertOptions options) {
        options.quantization = no_quantization();
        Conversion conversion = convert(model, options);
        if (request.asked() || has_integer_layers(*conversion.program)) {
            return quantized(conversion, request, model).conversion;
        }
        need_no_quantization(arguments.options.quantization);
        return conversion;
    };
    const VerifyReport report =
        verify(arguments.model, arguments.datasets, to_options(arguments.options), arguments.tolerance, make);
    print(to_text(report));
    return report.passed() ? kOk : kMismatch;
}

/// One value each time it is given, so that what follows stays a positional argument.
void add_list(CLI::App& command, const std::string& name, std::vector<std::string>& values, const char* form,
              const char* help) {
    command.add_option(name, values, help)->type_name(form)->expected(1)->allow_extra_args(false)->take_all();
}

void add_quantization_options(CLI::App& command, QuantizationWords& words) {
    CLI::Option* int8 = command.add_flag("--int8", words.int8, "stores weights as int8 with a scale for each row");
    command.add_flag("--fp16-weights", words.fp16_weights, "stores weights in half precision, computed in fp32")
        ->excludes(int8);
    add_list(command, "--keep-fp32", words.keep_fp32, "NODE", "keeps the weights of a node fp32");
    add_list(command, "--int8-only", words.int8_only, "NODE", "int8 for the nodes that are named, and for no other");
    command
        .add_option("--calibrate", words.calibrate,
                    "data that the scales of inputs and the accuracy report are taken from: .npy, .npz, .csv, or the "
                    "folder of a data set")
        ->type_name("DATA");
    command
        .add_option("--max-error", words.max_error,
                    "refuses a file that is further off fp32's at an output: largest error / largest magnitude")
        ->type_name("X")
        ->check(kNotNegative);
}

void add_model_options(CLI::App& command, Arguments& arguments) {
    command.add_option("MODEL.onnx", arguments.model, "the ONNX model")->type_name("")->required();
    ModelArguments& options = arguments.options;
    add_list(command, "--dim", options.dims, "NAME=N|MIN..MAX|OTHER",
             "binds a symbolic dimension, NAME or INPUT:AXIS, to a number, to a range that the run chooses from, or to "
             "another dimension");
    add_list(command, "--fix-input", options.fixed_inputs, "NAME=VALUE|FILE",
             "makes an input constant: a number, or the tensor in FILE.npy or FILE.pb");
    add_list(command, "--state", options.states, "OUTPUT=INPUT",
             "links an output to an input: both live in the session and start at zero");
    command.add_flag("--stateful", options.stateful,
                     "finds and links the states of recurrent nodes, zero initial states included");
    add_quantization_options(command, options.quantization);
    command.add_option("--forecast", options.forecast, "adds the forecast block of docs/forecast-spec.md")
        ->type_name("SPEC.json");
}

int run(std::vector<std::string> words) {
    Arguments arguments;
    CLI::App app("Converts an ONNX model with RNN, LSTM or GRU nodes to a tidegate model file.", "tidegate-convert");
    app.set_version_flag(
        "--version", fmt::format("tidegate-convert {}.{}.{}", TG_VERSION_MAJOR, TG_VERSION_MINOR, TG_VERSION_PATCH));
    app.require_subcommand(1);
    app.footer("Exit status: 0 ok, 1 mismatch, 2 refused or wrong usage. NAME=VALUE splits at the last '='.");
    CLI::App& convert_command = *app.add_subcommand("convert", "converts a model (the word may be left out)");
    add_model_options(convert_command, arguments);
    convert_command.add_option("-o,--output", arguments.output, "the file to write")->type_name("MODEL.tide");
    convert_command
        .add_option("--emit-c", arguments.c_output,
                    "writes the model as C source, and MODEL.h beside it, with the table of the operators it uses")
        ->type_name("MODEL.c");
    convert_command
        .add_option("--report", arguments.report_output, "writes the accuracy report of a quantized conversion as JSON")
        ->type_name("FILE.json");
    convert_command.add_flag("--explain", arguments.explain, "prints the graph after each stage");
    CLI::App& verify_command = *app.add_subcommand("verify", "compares a model with recorded inputs and outputs");
    add_model_options(verify_command, arguments);
    verify_command
        .add_option("DATASET_DIR", arguments.datasets, "folders of input_K.pb and output_K.pb, or of step_000...")
        ->type_name("")
        ->required();
    verify_command.add_option("--rtol", arguments.tolerance.relative, "an element passes if |d| <= R |ref|")
        ->type_name("R")
        ->check(kNotNegative)
        ->capture_default_str();
    verify_command.add_option("--atol", arguments.tolerance.absolute, "or if |d| <= A")
        ->type_name("A")
        ->check(kNotNegative)
        ->capture_default_str();
    try {
        app.parse(std::move(words));
        return convert_command.parsed() ? run_convert(arguments) : run_verify(arguments);
    } catch (const CLI::Success& asked) { return app.exit(asked); } catch (const CLI::Error& wrong) {
        return refuse(std::string(wrong.what()) + " (see --help)");
    }
}

/// The arguments last first, as CLI11 takes them, with the word "convert" where it was left out.
std::vector<std::string> words_of(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    const auto is_known = [](const std::string& word) {
        return word == "convert" || word == "verify" || word == "--help" || word == "-h" || word == "--version";
    };
    if (words.empty() || !is_known(words.front())) { words.insert(words.begin(), "convert"); }
    return {words.rbegin(), words.rend()};
}

}  // namespace
}  // namespace tidegate

int main(int argc, char** argv) {
    try {
        return tidegate::run(tidegate::words_of(argc, argv));
    } catch (const tidegate::ConvertError& error) {
        return tidegate::refuse(error.what());
    } catch (const std::bad_alloc&) { return tidegate::refuse("out of memory"); } catch (const std::exception& error) {
        return tidegate::refuse(std::string("internal error: ") + error.what());
    }
}
