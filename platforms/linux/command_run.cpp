// SPDX-License-Identifier: MIT
// tidegate run: .npy files in, .npy files out, once or step by step.
#include <array>
#include <cstring>
#include <filesystem>

#include "commands.h"
#include "error.h"
#include "model_file.h"
#include "npy.h"
#include "progress.h"

namespace tidegate::command {
namespace {

/// By tg_type.
constexpr std::array<NpyType, 6> kElement = {NpyType::f4, NpyType::i4, NpyType::i8,
                                             NpyType::u1, NpyType::i1, NpyType::b1};

NpyType element_of(const tg_tensor& tensor) { return kElement[static_cast<std::size_t>(tensor.type)]; }

std::vector<std::int64_t> shape_of(const tg_tensor& tensor) { return {tensor.dims, tensor.dims + tensor.rank}; }

/// An input of the model and where its values come from.
struct Feed {
    tg_tensor tensor{};
    Npy array;
    bool sliced = false;  ///< the first axis counts steps
};

/// The data of one input, of the model's type; throws if its shape is neither the model's nor, with steps, one of
/// slices.
Feed make_feed(const tg_tensor& tensor, const std::string& path, bool steps) {
    const std::string what = fmt::format("{} (input '{}')", path, tensor.name);
    Feed feed{tensor, converted(read_npy(path), element_of(tensor), what), false};
    const std::vector<std::int64_t> wanted = shape_of(tensor);
    const std::vector<std::int64_t>& given = feed.array.shape;
    if (given == wanted) { return feed; }
    feed.sliced =
        steps && given.size() == wanted.size() + 1 && std::equal(wanted.begin(), wanted.end(), given.begin() + 1);
    if (!feed.sliced) {
        const std::string or_sliced = steps ? fmt::format(", or [steps,{}] to be sliced", fmt::join(wanted, ",")) : "";
        throw CommandError("{}: the shape is {}, the model wants {}{}", what, shape_text(given), shape_text(wanted),
                           or_sliced);
    }
    return feed;
}

std::vector<Feed> make_feeds(tg_session* session, const RunOptions& options) {
    const std::size_t count = tg_input_count(tg_session_model(session));
    if (options.inputs.size() != count) {
        throw CommandError("--in: {} files given, the model has {} inputs (see tidegate info)", options.inputs.size(),
                           count);
    }
    std::vector<Feed> feeds;
    for (std::size_t i = 0; i < count; ++i) {
        tg_tensor tensor;
        require(tg_input(session, i, &tensor), options.model);
        feeds.push_back(make_feed(tensor, options.inputs[i], options.steps));
    }
    return feeds;
}

/// How often to run; throws if the sliced inputs disagree or the first one has no steps.
std::size_t count_steps(const std::vector<Feed>& feeds, const RunOptions& options) {
    if (!options.steps) { return 1; }
    if (feeds.empty() || !feeds.front().sliced) {
        throw CommandError("--steps: the first input needs one axis more than the model wants, to count the steps");
    }
    const std::int64_t steps = feeds.front().array.shape.front();
    for (std::size_t i = 1; i < feeds.size(); ++i) {
        if (feeds[i].sliced && feeds[i].array.shape.front() != steps) {
            throw CommandError("{}: {} steps, but {} has {}", options.inputs[i], feeds[i].array.shape.front(),
                               options.inputs.front(), steps);
        }
    }
    return static_cast<std::size_t>(steps);
}

void feed_step(const Feed& feed, std::size_t step) {
    const std::size_t offset = feed.sliced ? step * feed.tensor.bytes : 0;
    if (feed.tensor.bytes > 0) { std::memcpy(feed.tensor.data, feed.array.data.data() + offset, feed.tensor.bytes); }
}

/// Outputs of all steps, with an axis for the steps in front if there is one.
std::vector<Npy> make_outputs(tg_session* session, std::size_t steps, bool stacked, std::vector<tg_tensor>& tensors) {
    std::vector<Npy> outputs;
    for (std::size_t i = 0; i < tg_output_count(tg_session_model(session)); ++i) {
        tg_tensor tensor;
        require(tg_output(session, i, &tensor), "outputs");
        tensors.push_back(tensor);
        std::vector<std::int64_t> shape = shape_of(tensor);
        if (stacked) { shape.insert(shape.begin(), static_cast<std::int64_t>(steps)); }
        outputs.push_back({element_of(tensor), shape, std::vector<unsigned char>(steps * tensor.bytes)});
    }
    return outputs;
}

}  // namespace

void run(const RunOptions& options) {
    const ModelFile file(options.model);
    const Arena arena(tg_arena_size(&file.model()));
    tg_session* session = nullptr;
    require(tg_start_with(&file.model(), arena.data(), arena.size(), find_kernels(options.kernels), &session),
            options.model);

    const std::vector<Feed> feeds = make_feeds(session, options);
    const std::size_t steps = count_steps(feeds, options);
    std::vector<tg_tensor> tensors;
    std::vector<Npy> outputs = make_outputs(session, steps, options.steps, tensors);
    {
        Progress progress("running", steps);
        for (std::size_t step = 0; step < steps; ++step) {
            for (const Feed& feed : feeds) { feed_step(feed, step); }
            require(tg_run(session), fmt::format("{}: step {}", options.model, step));
            for (std::size_t i = 0; i < outputs.size(); ++i) {
                std::memcpy(outputs[i].data.data() + step * tensors[i].bytes, tensors[i].data, tensors[i].bytes);
            }
            progress.at(step);
        }
    }
    std::filesystem::create_directories(options.out_dir);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        write_npy(fmt::format("{}/{}.npy", options.out_dir, i), outputs[i]);
    }
}

}  // namespace tidegate::command
