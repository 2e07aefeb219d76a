// SPDX-License-Identifier: MIT
#include "command_line.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "graph/error.h"
#include "graph/text.h"
#include "terminal/usage.h"
#include "tidegate/tidegate.h"

namespace tidegate {
namespace {

const CLI::Validator kNotNegative(
    [](std::string& text) {
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        const bool ok = end != text.c_str() && *end == 0 && value >= 0 && std::isfinite(value);
        return ok ? std::string() : "'" + text + "' is not a number from 0 on";
    },
    "", "not negative");

/// One value each time it is given, so that what follows stays a positional argument.
void add_list(CLI::App& command, const std::string& name, std::vector<std::string>& values, const char* form,
              const char* help) {
    command.add_option(name, values, help)->type_name(form)->expected(1)->allow_extra_args(false)->take_all();
}

/// A file or folder; an empty name (a shell's variable that is not set, say) is refused.
void add_path(CLI::App& command, const std::string& name, std::string& path, const char* form, const char* help) {
    const auto keep = [&path, name](const std::string& given) {
        if (given.empty()) { throw ConvertError(name + " '' names no file; leave the option out, or give a name"); }
        path = given;
    };
    command.add_option_function<std::string>(name, keep, help)->type_name(form);
}

void add_quantization_options(CLI::App& command, QuantizationWords& words) {
    CLI::Option* int8 = command.add_flag("--int8", words.int8, "stores weights as int8 with a scale for each row");
    command.add_flag("--fp16-weights", words.fp16_weights, "stores weights in half precision, computed in fp32")
        ->excludes(int8);
    add_list(command, "--keep-fp32", words.keep_fp32, "NODE", "keeps the weights of a node fp32");
    add_list(command, "--int8-only", words.int8_only, "NODE", "int8 for the nodes that are named, and for no other");
    add_path(
        command, "--calibrate", words.calibrate, "DATA",
        "data that the scales of inputs and the accuracy report are taken from: .npy, .npz, .csv, or the folder of "
        "a data set");
    command.add_flag("--dynamic-inputs", words.dynamic_inputs,
                     "a scale for each step's inputs, though --calibrate could give static ones");
    command
        .add_option("--max-error", words.max_error,
                    "refuses a file that is further off fp32's at an output: largest error / largest magnitude")
        ->type_name("X")
        ->check(kNotNegative);
}

/// What says how the graph is taken.
void add_graph_options(CLI::App& command, Arguments& arguments) {
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
    const auto keep_axis = [&options](const std::string& given) {
        if (given.empty()) { throw ConvertError("--stream '' names no axis; leave the option out, or name one"); }
        options.stream = given;
    };
    command
        .add_option_function<std::string>(
            "--stream", keep_axis,
            "makes a causal model over the axis NAME one that takes its next steps (1 unless stated) in each run; what "
            "they need of earlier ones lives in the session")
        ->type_name("NAME[=STEPS]");
    add_path(command, "--forecast", options.forecast, "SPEC.json", "adds the forecast block of docs/forecast-spec.md");
}

void add_model_options(CLI::App& command, Arguments& arguments) {
    add_graph_options(command, arguments);
    add_quantization_options(command, arguments.options.quantization);
    add_path(command, "--report", arguments.report_output, "FILE.json",
             "writes the accuracy report of a quantized conversion as JSON");
}

void add_check_options(CLI::App& command, Arguments& arguments) {
    add_graph_options(command, arguments);
    command.add_flag("--json", arguments.json, "prints JSON");
}

void add_convert_options(CLI::App& command, Arguments& arguments) {
    add_model_options(command, arguments);
    add_path(command, "-o,--output", arguments.output, "MODEL.tide", "the file to write");
    add_path(command, "--emit-c", arguments.c_output, "MODEL.c",
             "writes the model as C source, and MODEL.h beside it, with the table of the operators it uses");
    command.add_flag("--explain", arguments.explain, "prints the graph after each stage");
}

void add_verify_options(CLI::App& command, Arguments& arguments) {
    add_model_options(command, arguments);
    command
        .add_option(
            "DATASET_DIR", arguments.datasets,
            "folders of input_K.pb and output_K.pb, or of step_000..., or of such folders (test_data_set_K, stream)")
        ->type_name("")
        ->required();
    command.add_option("--rtol", arguments.tolerance.relative, "an element passes if |d| <= R |ref|")
        ->type_name("R")
        ->check(kNotNegative)
        ->capture_default_str();
    command.add_option("--atol", arguments.tolerance.absolute, "or if |d| <= A")
        ->type_name("A")
        ->check(kNotNegative)
        ->capture_default_str();
}

/// A first word that is a command written wrong, and no file.
void need_no_command(const std::string& word) {
    if (std::filesystem::exists(word) || std::filesystem::path(word).has_extension()) { return; }
    const std::string meant = terminal::nearest(word, {"convert", "verify", "check"});
    if (meant.empty()) { return; }
    throw ConvertError("no file " + in_quotes(word) + "; did you mean the command '" + meant + "'?");
}

/// The arguments last first, as CLI11 takes them, with the word "convert" where it was left out.
std::vector<std::string> words_of(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    const auto is_known = [](const std::string& word) {
        return word == "convert" || word == "verify" || word == "check" || word == "--help" || word == "-h" ||
               word == "--version";
    };
    if (words.empty() || !is_known(words.front())) {
        if (!words.empty() && words.front()[0] != '-') { need_no_command(words.front()); }
        words.insert(words.begin(), "convert");
    }
    return {words.rbegin(), words.rend()};
}

}  // namespace

std::optional<Arguments> read_command_line(int argc, char** argv) {
    Arguments arguments;
    CLI::App app("Converts an ONNX model with RNN, LSTM or GRU nodes to a tidegate model file.", "tidegate-convert");
    app.set_version_flag(
        "--version", fmt::format("tidegate-convert {}.{}.{}", TG_VERSION_MAJOR, TG_VERSION_MINOR, TG_VERSION_PATCH));
    app.require_subcommand(1);
    app.footer(
        "Exit status: 0 ok, 1 mismatch (check: it does not convert), 2 refused or wrong usage. NAME=VALUE splits at "
        "the last '='.");
    add_convert_options(*app.add_subcommand("convert", "converts a model (the word may be left out)"), arguments);
    CLI::App& verify = *app.add_subcommand("verify", "compares a model with recorded inputs and outputs");
    add_verify_options(verify, arguments);
    CLI::App& check = *app.add_subcommand("check", "only says whether and how a model would convert");
    add_check_options(check, arguments);
    try {
        app.parse(words_of(argc, argv));
    } catch (const CLI::Success& asked) {
        app.exit(asked);
        return std::nullopt;
    } catch (const CLI::Error& wrong) { throw ConvertError(terminal::usage_fault(app, wrong) + " (see --help)"); }
    arguments.command = verify.parsed()  ? Arguments::Command::verify
                        : check.parsed() ? Arguments::Command::check
                                         : Arguments::Command::convert;
    return arguments;
}

}  // namespace tidegate
