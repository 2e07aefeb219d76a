// SPDX-License-Identifier: MIT
// tidegate run: .npy files in, .npy files out, once or step by step, from saved states if asked for.
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "commands.h"
#include "error.h"
#include "feeds.h"
#include "kernel_choice.h"
#include "model_file.h"
#include "state_file.h"
#include "state_values.h"
#include "terminal/progress.h"

namespace tidegate::command {
namespace {

/// What all steps put out, with an axis for the steps in front if they are stacked.
class Outputs {
public:
    Outputs(tg_session* session, std::size_t steps, bool stacked) {
        for (std::size_t i = 0; i < tg_output_count(tg_session_model(session)); ++i) {
            tg_tensor tensor;
            require(tg_output(session, i, &tensor), "outputs");
            tensors_.push_back(tensor);
            std::vector<std::int64_t> shape = shape_of(tensor);
            if (stacked) { shape.insert(shape.begin(), static_cast<std::int64_t>(steps)); }
            arrays_.push_back({element_of(tensor), shape, std::vector<unsigned char>(steps * tensor.bytes)});
        }
    }

    void keep(std::size_t step) {
        for (std::size_t i = 0; i < arrays_.size(); ++i) {
            std::memcpy(at(i, step), tensors_[i].data, tensors_[i].bytes);
        }
    }

    /// NaN in a spoiled step's floats; other types have none, their zeros stay.
    void spoil(std::size_t step) {
        constexpr std::uint32_t kNan = 0x7fc00000;
        for (std::size_t i = 0; i < arrays_.size(); ++i) {
            for (std::size_t k = 0; tensors_[i].type == TG_F32 && k < tensors_[i].bytes; k += sizeof kNan) {
                std::memcpy(at(i, step) + k, &kNan, sizeof kNan);
            }
        }
    }

    void write(const std::string& folder) const {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        if (error) { throw CommandError("--out-dir {}: {}", folder, error.message()); }
        for (std::size_t i = 0; i < arrays_.size(); ++i) { write_npy(fmt::format("{}/{}.npy", folder, i), arrays_[i]); }
    }

private:
    unsigned char* at(std::size_t output, std::size_t step) {
        return arrays_[output].data.data() + step * tensors_[output].bytes;
    }

    std::vector<tg_tensor> tensors_;
    std::vector<Npy> arrays_;
};

tg_policy policy_of(const std::string& name) {
    if (name.empty() || name == "refuse") { return TG_POLICY_REFUSE; }
    if (name == "hold") { return TG_POLICY_HOLD; }
    if (name == "reset") { return TG_POLICY_RESET; }
    throw CommandError("--policy {}: refuse, hold or reset", name);
}

/// What the library refused, in brackets; empty if it was no value.
std::string value_refused(tg_status status, const Facts& facts, const std::string& path) {
    const std::string value = status == TG_STATE_BAD_VALUE ? value_beyond_limit(facts, path) : "";
    return value.empty() ? "" : " (" + value + ")";
}

void restore(tg_session* session, const RunOptions& options, const Facts& facts) {
    const std::uint32_t flags = options.restore_other_version ? TG_RESTORE_OTHER_VERSION : 0;
    const StateFileResult result = restore_state_file(session, options.state.c_str(), flags);
    if (result.ok() || result.error == ENOENT) { return; }
    if (result.error != 0) { throw CommandError("{}: {}", options.state, result.text()); }
    const bool other = result.status == TG_STATE_OTHER_VERSION || result.status == TG_STATE_OTHER_QUANTIZATION;
    throw CommandError("{}: {}{}; {}move it away to start from the initial states", options.state, result.text(),
                       value_refused(result.status, facts, options.state),
                       other ? "--restore-other-version takes it all the same, or " : "");
}

void save(tg_session* session, const std::string& path) {
    const StateFileResult result = save_state_file(session, path.c_str());
    if (!result.ok()) { throw CommandError("{}: the states were not saved: {}", path, result.text()); }
}

/// Under hold and reset a spoiled step is no reason to stop.
bool goes_on(tg_status status, tg_policy policy) {
    return policy != TG_POLICY_REFUSE && (status == TG_STATE_HELD || status == TG_STATE_RESET);
}

/// What in the inputs spoiled the step, in brackets; empty if nothing there is to blame.
std::string cause_of(tg_status status, const Feeds& feeds, std::size_t step) {
    const std::string input = status == TG_STATE_NOT_FINITE ? feeds.not_finite(step) : "";
    return input.empty() ? "" : " (" + input + ")";
}

void run_steps(tg_session* session, const Feeds& feeds, std::size_t steps, tg_policy policy, Outputs& outputs,
               const std::string& model) {
    terminal::Progress progress("running", steps);
    for (std::size_t step = 0; step < steps; ++step) {
        feeds.feed(step);
        const tg_status status = tg_run(session);
        if (goes_on(status, policy)) {
            outputs.spoil(step);
        } else {
            require(status, fmt::format("{}: step {}{}", model, step, cause_of(status, feeds, step)));
            outputs.keep(step);
        }
        progress.at(step);
    }
}

void print_health(const tg_session* session) {
    tg_health health;
    require(tg_get_health(session, &health), "health");
    if (health.out_of_range + health.refused + health.held + health.reset + health.clamped == 0) { return; }
    fmt::print("{} runs, states held in {} and reset in {}; refused {}, out of range {}, computed indices clamped {}\n",
               health.steps, health.held, health.reset, health.refused, health.out_of_range, health.clamped);
}

}  // namespace

void run(const RunOptions& options) {
    const ModelFile file(options.model);
    const Facts facts = facts_of(file);
    const tg_policy policy = policy_of(options.policy);
    if (facts.states.empty()) {
        const char* option = !options.state.empty() ? "--state" : policy != TG_POLICY_REFUSE ? "--policy" : nullptr;
        if (option != nullptr) {
            throw CommandError("{}: the model keeps no states between runs (see tidegate info)", option);
        }
    }
    Dims dims(file.model(), options.dims);
    Feeds feeds(file.model(), facts, options.inputs, options.steps);
    feeds.show(dims);
    dims.require_all();

    const tg_kernel_table* kernels = find_kernels(options.kernels);
    const std::size_t needed = tg_arena_size(&file.model());
    const Arena arena(options.arena, needed);
    tg_session* session = nullptr;
    require_start(tg_start_with(&file.model(), arena.data(), arena.size(), kernels, &session), options.model,
                  arena.size(), needed);
    require(tg_set_policy(session, policy), options.model);
    dims.apply(session, options.model);
    feeds.bind(session);
    const std::size_t steps = feeds.count_steps();
    if (!options.state.empty()) { restore(session, options, facts); }
    Outputs outputs(session, steps, options.steps);
    run_steps(session, feeds, steps, policy, outputs, options.model);
    outputs.write(options.out_dir);
    if (!options.state.empty()) { save(session, options.state); }
    print_health(session);
}

}  // namespace tidegate::command
