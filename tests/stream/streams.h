// SPDX-License-Identifier: MIT
// The promise of --stream: the steps give what the whole, converted for its length as any model is, gives, in every
// bit.
#pragma once

#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "converter/onnx_builder.h"
#include "converter/symbolic_support.h"
#include "support/recurrent_graph.h"
#include "verify/run_model.h"
#include "verify/stream_run.h"

namespace tidegate::test {

inline ConvertOptions streamed(const std::string& axis, std::int64_t steps = 1, ConvertOptions options = {}) {
    options.stream = StreamOption{};
    options.stream->axis = axis;
    options.stream->steps = steps;
    return options;
}

/// One element of a tensor along an axis, as a tensor; the reference's own words.
inline std::vector<double> element_along(const Tensor& tensor, std::size_t axis, std::int64_t at) {
    std::vector<double> result;
    std::int64_t inner = 1;
    for (std::size_t i = axis + 1; i < tensor.dims.size(); ++i) { inner *= tensor.dims[i]; }
    for (std::int64_t i = 0; i < tensor.count(); ++i) {
        if (i / inner % tensor.dims[axis] != at) { continue; }
        const auto k = static_cast<std::size_t>(i);
        result.push_back(tensor.is_real() ? tensor.reals[k] : static_cast<double>(tensor.integers[k]));
    }
    return result;
}

inline bool equal_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

/// What a stream of a model must be beside its whole.
struct Wanted {
    std::string axis = "time";
    std::int64_t chunk = 1;
    std::int64_t steps = 12;
    std::int64_t warm_up = 0;  ///< of all outputs
    std::int64_t ahead = 0;    ///< step t gives element t + ahead - warm_up
    std::int64_t every = 1;    ///< steps of one element; t counts these
    ConvertOptions options = {};
};

/// Outputs whose steps, or last result, were compared. `touch` may change the inputs.
inline int compare_stream(const ModelBuilder& model, const Wanted& wanted,
                          const std::function<void(std::vector<Tensor>&)>& touch = {}) {
    const std::string path = model.save("stream.onnx");
    const Conversion steps = convert(path, streamed(wanted.axis, wanted.chunk, wanted.options));
    ConvertOptions whole_options = wanted.options;
    whole_options.dims[wanted.axis] = wanted.steps;
    const Conversion whole = convert(path, whole_options);
    Random random(11);
    std::vector<Tensor> inputs = inputs_for(whole.graph, random);
    if (touch) { touch(inputs); }
    ModelRunner whole_runner(whole.file), runner(steps.file);
    const std::vector<Tensor> expected = whole_runner.run(inputs);
    const std::vector<Tensor> found = run_steps(runner, *steps.graph.stream, inputs);
    REQUIRE(found.size() == expected.size());
    int compared = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Stream::Port& port = steps.graph.stream->outputs[i];
        CAPTURE(i);
        CHECK(-port.shift == wanted.warm_up - wanted.ahead);
        if (port.axis < 0) {
            CHECK(same_bits(found[i], expected[i]));
            ++compared;
            continue;
        }
        CHECK(port.every == wanted.every);
        const auto axis = static_cast<std::size_t>(port.axis);
        bool any = false;
        for (std::int64_t t = 0; t < wanted.steps / wanted.every; ++t) {
            const std::int64_t element = t + port.shift;
            if (element < 0 || element >= expected[i].dims[axis]) { continue; }
            CAPTURE(t);
            REQUIRE(equal_bits(element_along(found[i], axis, t), element_along(expected[i], axis, element)));
            any = true;
        }
        compared += any ? 1 : 0;
    }
    return compared;
}

/// With one step a run, and with several.
inline void check_streams(const ModelBuilder& model, Wanted wanted = {}) {
    for (const std::int64_t chunk : {1, 2, 4}) {
        if (chunk > 1 && wanted.warm_up % chunk != 0) { continue; }
        CAPTURE(chunk);
        wanted.chunk = chunk;
        CHECK(compare_stream(model, wanted) > 0);
    }
}

}  // namespace tidegate::test
