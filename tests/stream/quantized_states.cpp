// SPDX-License-Identifier: MIT
// Streams of int8 layers whose states are inputs of the whole.
#include "streams.h"

namespace tidegate::test {

TEST_CASE("an int8 layer streams whose initial state is an input") {
    ModelBuilder model;
    model.input("x", {"time", 1, 3}).input("h", {1, 1, 5}).output("Y").output("hn");
    model.weights("W", {1, 15, 3}).weights("R", {1, 15, 5});
    model.node("GRU", {"x", "W", "R", "", "", "h"}, {"Y", "hn"}, {{"hidden_size", std::int64_t{5}}});
    const std::string path = model.save("stream.onnx");
    for (const WeightForm form : {WeightForm::f32, WeightForm::f16, WeightForm::i8}) {
        for (const std::int64_t chunk : {1, 2}) {
            ConvertOptions options = streamed("time", chunk);
            options.quantization.form = form;
            const Conversion conversion = convert(path, options);
            CHECK(conversion.graph.inputs.size() == 1);
            CHECK(check_stream(conversion).difference == "");
        }
    }
}

}  // namespace tidegate::test
