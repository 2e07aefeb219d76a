// SPDX-License-Identifier: MIT
#include "feeds.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "error.h"
#include "model_file.h"

namespace tidegate::command {
namespace {

/// The shape of one run, without the axis of the steps.
std::vector<std::int64_t> own_shape(const Feed& feed) {
    return {feed.array.shape.begin() + (feed.sliced ? 1 : 0), feed.array.shape.end()};
}

[[noreturn]] void refuse_shape(const Feed& feed, const TensorFacts& wanted, const std::string& at, bool steps) {
    const std::string axes = fmt::format("{}", fmt::join(wanted.axes, ","));
    throw CommandError("{}: the shape is {}, the model wants [{}]{}{}", feed.what, shape_text(feed.array.shape), axes,
                       at, steps ? fmt::format(", or [steps,{}] to be sliced", axes) : "");
}

Feed make_feed(const tg_tensor& tensor, const TensorFacts& wanted, const std::string& path, bool steps) {
    const std::string what = fmt::format("{} (input '{}')", path, tensor.name);
    Feed feed{what, converted(read_npy(path), element_of(tensor), what), false, {}};
    const std::size_t rank = feed.array.shape.size();
    feed.sliced = steps && rank == wanted.axes.size() + 1;
    if (!feed.sliced && rank != wanted.axes.size()) { refuse_shape(feed, wanted, "", steps); }
    return feed;
}

}  // namespace

Feeds::Feeds(const tg_model& model, const Facts& facts, const std::vector<std::string>& files, bool steps)
    : facts_(facts), steps_(steps) {
    if (files.size() != facts.inputs.size()) {
        throw CommandError("--in: {} files given, the model has {} inputs (see tidegate info)", files.size(),
                           facts.inputs.size());
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
        tg_tensor tensor;
        require(tg_model_input(&model, i, &tensor), "inputs");
        feeds_.push_back(make_feed(tensor, facts.inputs[i], files[i], steps));
    }
}

void Feeds::show(Dims& dims) const {
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
        const std::vector<std::int64_t> shape = own_shape(feeds_[i]);
        const std::size_t first = feeds_[i].sliced ? 1 : 0;
        for (std::size_t axis = 0; axis < shape.size(); ++axis) {
            const int symbol = facts_.inputs[i].symbols[axis];
            if (symbol < 0) { continue; }
            dims.see(static_cast<std::size_t>(symbol), shape[axis],
                     fmt::format("{} axis {}", feeds_[i].what, first + axis));
        }
    }
}

void Feeds::bind(tg_session* session) {
    for (std::size_t i = 0; i < feeds_.size(); ++i) {
        Feed& feed = feeds_[i];
        require(tg_input(session, i, &feed.tensor), "inputs");
        const std::vector<std::int64_t> wanted = shape_of(feed.tensor);
        if (own_shape(feed) == wanted) { continue; }
        const bool symbolic = facts_.inputs[i].symbolic;
        refuse_shape(feed, facts_.inputs[i], symbolic ? ", here " + shape_text(wanted) : "", steps_);
    }
}

std::size_t Feeds::count_steps() const {
    if (!steps_) { return 1; }
    if (feeds_.empty() || !feeds_.front().sliced) {
        throw CommandError("--steps: the first input needs one axis more than the model wants, to count the steps");
    }
    const Feed& first = feeds_.front();
    for (const Feed& feed : feeds_) {
        if (feed.sliced && feed.array.shape.front() != first.array.shape.front()) {
            throw CommandError("{}: {} steps, but {} has {}", feed.what, feed.array.shape.front(), first.what,
                               first.array.shape.front());
        }
    }
    return static_cast<std::size_t>(first.array.shape.front());
}

void Feeds::feed(std::size_t step) const {
    for (const Feed& feed : feeds_) {
        const std::size_t bytes = feed.tensor.bytes;
        if (bytes > 0) {
            std::memcpy(feed.tensor.data, feed.array.data.data() + (feed.sliced ? step * bytes : 0), bytes);
        }
    }
}

std::string Feeds::not_finite(std::size_t step) const {
    for (const Feed& feed : feeds_) {
        if (feed.array.type != NpyType::f4) { continue; }
        const std::size_t first = feed.sliced ? step * feed.tensor.bytes : 0;
        for (std::size_t at = 0; at < feed.tensor.bytes; at += sizeof(float)) {
            float value = 0;
            std::memcpy(&value, feed.array.data.data() + first + at, sizeof value);
            if (!std::isfinite(value)) {
                return fmt::format("{} has {} at {}", feed.what, value,
                                   shape_text(indices_of((first + at) / sizeof value, feed.array.shape)));
            }
        }
    }
    return "";
}

}  // namespace tidegate::command
