// SPDX-License-Identifier: MIT
// The command line: options here, work in the files of the commands. Exit 0: done, 2: refused or wrong usage.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "commands.h"
#include "error.h"
#include "terminal/usage.h"
#include "tidegate/tidegate.h"

namespace {

using namespace tidegate::command;

constexpr int kRefused = 2;
constexpr int kMostRuns = 1000000;
constexpr std::size_t kLargestArena = std::size_t{1} << 31;

int refuse(const std::string& why) {
    std::fprintf(stderr, "tidegate: %s\n", printable(why).c_str());
    return kRefused;
}

void add_dims(CLI::App& command, std::vector<std::string>& dims, const std::string& otherwise) {
    command.add_option("--dims", dims, "NAME=N[,NAME=N...]: values of symbolic dimensions " + otherwise)
        ->delimiter(',')
        ->allow_extra_args(false);
}

void add_start(CLI::App& command, std::string& kernels, std::size_t& arena) {
    command
        .add_option("--kernels", kernels, "Kernels of `tidegate info --kernels`, such as scalar (default: the best)")
        ->check([](const std::string& name) { return name.empty() ? "a name is missing" : std::string(); });
    command.add_option("--arena", arena, "Give the model no more than this many bytes (default: what it needs)")
        ->check(CLI::Range(std::size_t{1}, kLargestArena));
}

void add_run(CLI::App& app, RunOptions& o) {
    CLI::App* command = app.add_subcommand("run", "Run a model on .npy files");
    command->add_option("MODEL", o.model, "The .tide file")->required();
    command->add_option("--in", o.inputs, "Inputs as .npy files, in the order of `tidegate info`")->required();
    command->add_option("--out-dir", o.out_dir, "Outputs are written here as 0.npy, 1.npy, ...")->required();
    command->add_flag("--steps", o.steps,
                      "The first axis of the first input counts steps; inputs with one axis more than the model wants "
                      "are sliced, the others stay constant; outputs are stacked on a new first axis");
    add_start(*command, o.kernels, o.arena);
    add_dims(*command, o.dims, "(default: what the inputs show)");
    command->add_option("--state", o.state,
                        "File of the states: read before the first step, if it exists, and replaced "
                        "after the last");
    command->add_flag("--restore-other-version", o.restore_other_version,
                      "Accept states that another file of the same network saved: other weights or weight types");
    command->add_option("--policy", o.policy,
                        "refuse, hold or reset, for a step whose new states are not fit to be kept: refuse it and "
                        "stop (default), hold the old states or reset them, and go on with NaN outputs");
    command->callback([&o] { run(o); });
}

void add_info(CLI::App& app, InfoOptions& o) {
    CLI::App* command = app.add_subcommand("info", "Show what is in a model file, or which kernels there are");
    CLI::Option* model = command->add_option("MODEL", o.model, "The .tide file");
    command->add_flag("--json", o.json, "As JSON");
    CLI::Option* payload =
        command->add_option("--payload", o.payload, "Write the bare FlatBuffer to this file, for flatc");
    command->add_flag("--kernels", o.kernels, "Instead of a model: the kernels compiled in, and those this CPU can run")
        ->excludes(model, payload);
    command->callback([&o] {
        if (!o.kernels && o.model.empty()) { throw CLI::RequiredError("MODEL"); }
        o.kernels ? info_kernels(o.json) : info(o);
    });
}

void add_bench(CLI::App& app, BenchOptions& o) {
    CLI::App* command = app.add_subcommand("bench", "Measure the time of a run");
    command->add_option("MODEL", o.model, "The .tide file")->required();
    add_start(*command, o.kernels, o.arena);
    command->add_flag("--json", o.json, "As JSON");
    command->add_flag("--ops", o.ops, "The time of each op, too");
    add_dims(*command, o.dims, "(default: the maxima)");
    command->add_option("--runs", o.runs, "How many runs to time one by one (default: as many as fit a second)")
        ->check(CLI::Range(1, kMostRuns));
    command->callback([&o] { bench(o); });
}

void add_forecast(CLI::App& app, ForecastOptions& o) {
    CLI::App* command =
        app.add_subcommand("forecast", "Forecast what follows a table of samples, or test it on the past");
    command->add_option("MODEL", o.model, "The .tide file, with a forecast block")->required();
    command->add_option("DATA", o.data, "CSV file with a header; empty and NA are missing values")->required();
    command->add_option("--out", o.out, "Write the forecasts to this CSV file");
    command->add_option("--plot", o.plot, "Draw a plot into this SVG file");
    command->add_option("--backtest", o.backtest,
                        "FROM..TO in ISO 8601, TO exclusive: forecast at every sample in between and compare with what "
                        "came and with naive forecasts");
    add_start(*command, o.kernels, o.arena);
    command->callback([&o] { forecast(o); });
}

/// The first word, if it is neither an option nor a command.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
    const std::string word = argc > 1 ? argv[1] : "";
    if (word.empty() || word[0] == '-') { return ""; }
    std::string known;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (command->get_name() == word) { return ""; }
        known += (known.empty() ? "" : ", ") + command->get_name();
    }
    return fmt::format("'{}' is no command; there are {} (see --help)", word, known);
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app("Run converted recurrent models: forecast, run, measure, inspect.", "tidegate");
    app.set_version_flag("--version", "tidegate " + std::to_string(TG_VERSION_MAJOR) + "." +
                                          std::to_string(TG_VERSION_MINOR) + "." + std::to_string(TG_VERSION_PATCH));
    app.require_subcommand(1);
    RunOptions run_options;
    InfoOptions info_options;
    BenchOptions bench_options;
    ForecastOptions forecast_options;
    add_run(app, run_options);
    add_info(app, info_options);
    add_bench(app, bench_options);
    add_forecast(app, forecast_options);
    try {
        const std::string unknown = unknown_command(app, argc, argv);
        if (!unknown.empty()) { return refuse(unknown); }
        app.parse(argc, argv);
        return 0;
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) { return app.exit(error); }  // --help, --version
        return refuse(tidegate::terminal::usage_fault(app, error) + " (see --help)");
    } catch (const std::exception& error) { return refuse(error.what()); }
}
