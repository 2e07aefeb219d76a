// SPDX-License-Identifier: MIT
// What the inputs and outputs of the graph are to the stream, once all of its nodes are steps.
#include "graph/text.h"
#include "stream/steps.h"

namespace tidegate {

void Steps::check_outputs() {
    for (const GraphOutput& output : graph_.outputs) {
        const Time& time = times_[static_cast<std::size_t>(output.value)];
        if (time.kind == Time::Kind::length) {
            complaints_.add(ConvertError("output " + in_quotes(output.name) + " follows from the number of steps of " +
                                         in_quotes(axis_name()) + ", which a stream does not know; leave it out"));
        }
        if (time.needed() <= 0 || time.ahead == "?") { continue; }
        complaints_.add(ConvertError((time.ahead.empty() ? "" : time.ahead + ": ") + "output " +
                                     in_quotes(output.name) + " would need " + std::to_string(time.needed()) +
                                     " later step" + (time.needed() == 1 ? "" : "s") +
                                     "; only a causal model can be streamed: pad in front of " +
                                     in_quotes(axis_name()) + " instead of on both sides, or cut the end off"));
    }
}

void Steps::finish_ports() {
    for (GraphInput& input : graph_.inputs) {
        const Time& time = times_[static_cast<std::size_t>(input.value)];
        Stream::Port port;
        if (time.has_axis()) {
            port.axis = static_cast<std::int64_t>(time.axis);
            input.dims[time.axis] = Dim{chunk(), ""};
        }
        stream_.inputs.push_back(port);
    }
    for (const GraphOutput& output : graph_.outputs) {
        const Time& time = times_[static_cast<std::size_t>(output.value)];
        Stream::Port port;
        port.is_ending = time.kind == Time::Kind::ending;
        port.shift = time.kind == Time::Kind::uniform ? time.extra : time.shift;
        port.extra = time.extra;
        port.every = time.every;
        if (time.has_axis() && !time.is_plain() && per_run(time) > 1) {
            complaints_.add(ConvertError("output " + in_quotes(output.name) + " merges " + in_quotes(axis_name()) +
                                         " with another axis; stream it in steps of " + std::to_string(time.every)));
        }
        if (time.has_axis()) { port.axis = static_cast<std::int64_t>(time.axis); }
        if (port.shift < 0) {
            graph_.notes.push_back("output " + in_quotes(output.name) + ": its first " + std::to_string(-port.shift) +
                                   (time.every == 1 ? " steps" : " elements") +
                                   " are a warm-up, no part of what the whole gives");
        }
        stream_.outputs.push_back(port);
    }
    complaints_.throw_if_any();
    for (Value& value : graph_.values) {  // nothing reads them any more
        if (value.elements && follows_from(*value.elements, symbol())) { value.elements = nullptr; }
        if (value.dims && follows_from(*value.dims, symbol())) { value.dims.reset(); }
    }
    if (histories_ > 0) {
        graph_.notes.push_back(std::to_string(histories_) + " histories keep " + std::to_string(waiting_) +
                               " elements of earlier steps");
    }
    graph_.symbols.pop_back();
    stream_.symbol = nullptr;
    graph_.stream = stream_;
}

}  // namespace tidegate
