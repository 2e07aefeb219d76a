// SPDX-License-Identifier: MIT
// The stages called in a row: read -> bind -> simplify -> lower -> pack, plan -> write -> open.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "emit/quantize.h"
#include "graph/error.h"
#include "graph/graph.h"
#include "lower/forecast_spec.h"

namespace tidegate {

struct Program;

/// What a dimension is bound to: a number, or a range that the run chooses from.
struct DimRange {
    DimRange(std::int64_t n = 1) : minimum(n), maximum(n) {}  // NOLINT(google-explicit-constructor)
    DimRange(std::int64_t low, std::int64_t high) : minimum(low), maximum(high) {}
    std::int64_t minimum;
    std::int64_t maximum;
    bool operator==(const DimRange&) const = default;
};
std::string to_text(const DimRange& range);  ///< "5", "1..96"

/// --stream: the axis of time, NAME or INPUT:AXIS, and how many steps of it a run takes.
struct StreamOption {
    std::string axis;
    std::int64_t steps = 1;
    /// What the length of the whole may be meanwhile: no rule of shapes meets a sequence that is too short, and it can
    /// be divided by all that is small. Tables with a row for each step may want less.
    DimRange analysed = {27720, 55440};
};

/// What the user binds. Keys of `dims` are symbols ("batch") or INPUT:AXIS ("x:0").
struct ConvertOptions {
    std::map<std::string, DimRange> dims;
    std::map<std::string, std::string> same_dims;             ///< the first is one dimension with the second
    std::map<std::string, Tensor> fixed_inputs;               ///< a scalar is broadcast to the declared shape
    std::vector<std::pair<std::string, std::string>> states;  ///< output, input
    bool stateful = false;
    std::optional<StreamOption> stream;
    std::optional<ForecastSpec> forecast;
    Quantization quantization;  ///< how weights are stored; all f32 unless said otherwise
    std::function<void(const std::string& stage, const std::string& text)> explain;  ///< called after each stage
};

struct Conversion {
    std::vector<std::uint8_t> file;          ///< the bytes of the .tide file; not necessarily aligned
    Graph graph;                             ///< simplified: what the reference evaluates
    Graph bound;                             ///< before that, with its symbols; see convert_at()
    Graph whole;                             ///< of a stream: all of it, its length a symbol; see convert_whole()
    std::shared_ptr<const Program> program;  ///< lowered, its weights f32: before quantize() and plan()
    ConvertOptions options;
    std::size_t nodes_before = 0;
    std::size_t steps_after = 0;
    std::uint64_t parameters = 0;
    std::uint64_t arena_bytes = 0;  ///< as tg_arena_size() says of the file
};

/// Throws ConvertError.
Conversion convert(const std::string& onnx_path, const ConvertOptions& options);
/// Of a graph that read() made. After complaints of it, throws these and all others that can be found.
Conversion convert_read(Graph graph, Complaints complaints, const ConvertOptions& options);

/// The same model converted for just these values of conversion.graph.symbols. Throws ConvertError.
Conversion convert_at(const Conversion& conversion, const std::vector<std::int64_t>& symbols);

/// Of a stream: the model of a whole sequence of so many steps. Throws ConvertError.
Conversion convert_whole(const Conversion& conversion, std::int64_t steps);

/// The same model with weights stored as this says. Throws ConvertError.
Conversion convert_again(const Conversion& conversion, const Quantization& quantization);

// The stages, each in the folder of its name.
Graph read(const std::string& onnx_path);  // read/
/// The same, but what is wrong with single nodes and tensors is complained of, and missing in the graph.
Graph read(const std::string& onnx_path, Complaints& complaints);
/// Of a file's bytes. `path` is what it is called; external data lies in its folder.
Graph read_model(const std::string& bytes, const std::string& path, Complaints& complaints);
/// simplify/: all dims known, fixed inputs constant, --state. Inputs that cannot be bound are left without a shape.
void bind(Graph& graph, const ConvertOptions& options);
/// simplify/: of a graph that lacks nodes and shapes, throws what is wrong with the rest.
void find_faults(Graph& graph);
/// simplify/: numbers in place of the symbols of a bound graph, by index.
void set_symbols(Graph& graph, const std::vector<std::int64_t>& symbols);
/// The first half of simplify(): shapes known, what follows from them folded, operators that the runtime lacks
/// expressed by others.
void resolve(Graph& graph);
void simplify(Graph& graph,
              const ConvertOptions& options);  // simplify/: shapes, folding, --stateful, wrappers absorbed
Program lower(const Graph& graph, const std::optional<ForecastSpec>& forecast);  // lower/
void plan(Program& program);                                                     // emit/: lifetimes and arena offsets
std::vector<std::uint8_t> write(const Program& program);  // emit/: packs the weights, builds the FlatBuffer, the header

}  // namespace tidegate
