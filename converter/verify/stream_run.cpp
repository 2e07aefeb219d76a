// SPDX-License-Identifier: MIT
#include "verify/stream_run.h"

#include <algorithm>
#include <cstring>

#include "graph/error.h"
#include "graph/text.h"
#include "verify/compare.h"
#include "verify/generated_inputs.h"

namespace tidegate {
namespace {

constexpr std::uint64_t kSeed = 7;
constexpr std::int64_t kRuns = 6;  ///< behind the warm-up, of the longer sequence

/// Copies `count` elements of an axis; both have the same extents elsewhere.
void copy_along(const Tensor& from, std::int64_t first, Tensor& to, std::int64_t at, std::int64_t count,
                std::size_t axis) {
    const auto begin = static_cast<std::ptrdiff_t>(axis);
    const std::int64_t rows = element_count(Dims(from.dims.begin(), from.dims.begin() + begin));
    const std::int64_t each = element_count(Dims(from.dims.begin() + begin + 1, from.dims.end()));
    for (std::int64_t row = 0; row < rows; ++row) {
        const std::int64_t source = (row * from.dims[axis] + first) * each, target = (row * to.dims[axis] + at) * each;
        if (from.is_real()) {
            std::copy_n(from.reals.begin() + source, count * each, to.reals.begin() + target);
        } else {
            std::copy_n(from.integers.begin() + source, count * each, to.integers.begin() + target);
        }
    }
}

Tensor part_of(const Tensor& tensor, std::int64_t axis, std::int64_t first, std::int64_t count) {
    Dims dims = tensor.dims;
    dims[static_cast<std::size_t>(axis)] = count;
    Tensor part = Tensor::zeros(tensor.type, dims);
    copy_along(tensor, first, part, 0, count, static_cast<std::size_t>(axis));
    return part;
}

std::size_t place_of(const Port& port, const std::vector<Port>& ports) {
    const auto found = std::ranges::find_if(ports, [&](const Port& other) { return other.name == port.name; });
    if (found == ports.end()) { throw ConvertError("the whole has no " + in_quotes(port.name)); }
    return static_cast<std::size_t>(found - ports.begin());
}

std::int64_t warm_up(const Stream& stream) {
    std::int64_t longest = 0;
    for (const Stream::Port& port : stream.outputs) { longest = std::max(longest, -port.shift * port.every); }
    return longest;
}

/// One length.
std::string difference_at(const Conversion& conversion, std::int64_t steps) {
    const Stream& stream = *conversion.graph.stream;
    const Conversion whole = convert_whole(conversion, steps);
    ModelRunner runner(conversion.file), whole_runner(whole.file);
    InputGenerator generator(whole.graph, kSeed);
    const std::vector<Tensor> inputs = generator.next(true);
    std::vector<Tensor> streamed_inputs;
    for (const Port& port : runner.inputs()) {
        streamed_inputs.push_back(inputs[place_of(port, whole_runner.inputs())]);
    }
    const std::vector<Tensor> expected = whole_runner.run(inputs);
    const std::vector<Tensor> found = run_steps(runner, stream, streamed_inputs);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Tensor& whole_output = expected[place_of(runner.outputs()[i], whole_runner.outputs())];
        const auto [streamed, wanted] = common_part(stream.outputs[i], steps, found[i], whole_output);
        if (same_bits(streamed, wanted)) { continue; }
        return "output " + in_quotes(runner.outputs()[i].name) + " of " + std::to_string(steps) +
               " steps is not what the whole gives";
    }
    return "";
}

}  // namespace

std::int64_t steps_of(const Stream& stream, const std::vector<Tensor>& inputs) {
    std::int64_t steps = 0;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::int64_t axis = stream.inputs[i].axis;
        if (axis < 0 || static_cast<std::size_t>(axis) >= inputs[i].dims.size()) { continue; }
        const std::int64_t here = inputs[i].dims[static_cast<std::size_t>(axis)];
        if (steps != 0 && here != steps) {
            throw ConvertError("the inputs have different numbers of steps: " + std::to_string(steps) + " and " +
                               std::to_string(here));
        }
        steps = here;
    }
    return steps;
}

std::vector<Tensor> run_steps(ModelRunner& runner, const Stream& stream, const std::vector<Tensor>& inputs) {
    const std::int64_t steps = steps_of(stream, inputs), chunk = stream.steps;
    std::vector<Tensor> results;
    for (std::int64_t first = 0; first < steps; first += chunk) {
        const std::int64_t count = std::min(chunk, steps - first);
        std::vector<Tensor> now = inputs;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (stream.inputs[i].axis < 0) { continue; }
            const auto axis = static_cast<std::size_t>(stream.inputs[i].axis);
            now[i].dims[axis] = chunk;
            now[i] = Tensor::zeros(inputs[i].type, now[i].dims);
            copy_along(inputs[i], first, now[i], 0, count, axis);
        }
        const std::vector<Tensor> outputs = runner.run(now);
        results.resize(outputs.size());
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const Stream::Port& port = stream.outputs[i];
            if (port.axis < 0) {
                results[i] = outputs[i];
                continue;
            }
            const auto axis = static_cast<std::size_t>(port.axis);
            const std::int64_t each = outputs[i].dims[axis] * port.every / chunk;  // of merged axes
            if (first == 0) {
                Dims dims = outputs[i].dims;
                dims[axis] = steps / port.every * each;
                results[i] = Tensor::zeros(outputs[i].type, dims);
            }
            copy_along(outputs[i], 0, results[i], first / port.every * each, count / port.every * each, axis);
        }
    }
    return results;
}

std::pair<Tensor, Tensor> common_part(const Stream::Port& port, std::int64_t steps, const Tensor& streamed,
                                      const Tensor& whole) {
    const auto axis = static_cast<std::size_t>(std::max<std::int64_t>(port.axis, 0));
    if (port.axis < 0) {
        const bool is_there = !port.is_ending || steps > -port.shift;
        return is_there ? std::pair(streamed, whole) : std::pair<Tensor, Tensor>();
    }
    if (axis >= whole.dims.size()) { return {streamed, whole}; }  // and they will be found to differ
    const std::int64_t count = steps / port.every;
    if (count == 0) { return {}; }
    const std::int64_t each = streamed.dims[axis] / count, there = whole.dims[axis] / each;
    const std::int64_t first = std::max<std::int64_t>(port.shift, 0), end = std::min(count + port.shift, there);
    const bool fits = there * each == whole.dims[axis] && (steps % port.every != 0 || there == count + port.extra);
    if (!fits) { return {streamed, whole}; }
    if (end <= first) { return {}; }
    return {part_of(streamed, port.axis, (first - port.shift) * each, (end - first) * each),
            part_of(whole, port.axis, first * each, (end - first) * each)};
}

StreamCheck check_stream(const Conversion& conversion) {
    const Stream& stream = *conversion.graph.stream;
    const std::int64_t chunk = stream.steps;
    const std::int64_t warm = (warm_up(stream) + chunk - 1) / chunk * chunk;
    StreamCheck result;
    for (const std::int64_t runs : {std::int64_t{1}, kRuns}) {
        const std::int64_t steps = warm + runs * chunk;
        if (stream.most > 0 && steps > stream.most) { break; }
        result.difference = difference_at(conversion, steps);
        result.steps = steps;
        if (!result.difference.empty()) { break; }
    }
    return result;
}

}  // namespace tidegate
