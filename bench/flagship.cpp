// SPDX-License-Identifier: MIT
#include <cmath>
#include <filesystem>

#include "convert.h"
#include "model.h"
#include "tables.h"
#include "tidegate/forecast.h"

namespace tidegate::bench {
namespace {

const std::string kFolder = BENCH_EXAMPLES "/air-quality/";

struct Flagship {
    const char* name;
    const char* file;
    std::vector<std::pair<std::string, std::string>> states;
};

Conversion converted(const Flagship& flagship) {
    ConvertOptions options;
    options.states = flagship.states;
    options.forecast = read_forecast_spec(kFolder + "air-quality.json");
    return convert(kFolder + flagship.file, options);
}

/// Elements of the weight matrices: W and R of cells, B of products with a constant.
double products_of(const Graph& graph) {
    double sum = 0;
    const auto add = [&](const Node& node, std::size_t index) {
        const Tensor* tensor = graph.constant(node.inputs[index]);
        if (tensor != nullptr) sum += static_cast<double>(tensor->count());
    };
    for (const Node& node : graph.nodes) {
        const bool cell = std::holds_alternative<Recurrent>(node.op);
        if (cell || std::holds_alternative<MatMul>(node.op) || std::holds_alternative<Gemm>(node.op)) add(node, 1);
        if (cell) add(node, 2);
    }
    return sum;
}

/// Samples an hour apart, and the forecast read after each: what a user's loop does.
class ForecastLoop {
public:
    ForecastLoop(const Model& model, const tg_kernel_table* kernels)
        : arena_(make_aligned<std::uint8_t>(tg_forecaster_arena_size(&model.view()))) {
        require(tg_forecaster_start(&model.view(), arena_.get(), tg_forecaster_arena_size(&model.view()), kernels,
                                    &forecaster_));
        require(tg_forecast_describe(&model.view(), &info_));
        sample_.resize(info_.columns, 1.0F);
        forecast_.resize(std::size_t{info_.horizon} * info_.quantiles);
    }
    void run(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            now_ += info_.step_seconds;
            require(tg_forecaster_push(forecaster_, now_, sample_.data()));
            require(tg_forecaster_read(forecaster_, forecast_.data()));
        }
    }

private:
    Aligned<std::uint8_t> arena_;
    tg_forecaster* forecaster_ = nullptr;
    tg_forecast_info info_{};
    std::vector<float> sample_, forecast_;
    std::int64_t now_ = 1393632000;
};

void add_rows(const Bench& bench, const Flagship& flagship, const std::string& line, Table& table) {
    const Conversion conversion = converted(flagship);
    const Model model(conversion.file);
    const double products = products_of(conversion.graph);
    const double limit = bench.roofline.ns(products, 4 * products);
    for (const tg_kernel_table* kernels : bench.kernels) {
        Session session(model, kernels);
        ForecastLoop loop(model, kernels);
        const std::vector<Times> times =
            measure({[&](std::size_t count) { session.run(count); }, [&](std::size_t count) { loop.run(count); }},
                    bench.method);
        const char* what[] = {"tg_run", "push, read"};
        const std::size_t arenas[] = {model.arena_bytes(), tg_forecaster_arena_size(&model.view())};
        for (std::size_t i = 0; i < times.size(); ++i) {
            const std::string who = tg_kernels_name(kernels);
            bench.output.line(line + (i == 0 ? "/tg_run" : "/forecaster"), who, times[i]);
            table.rows.push_back({flagship.name, what[i], who, limit > 0 ? ns_text(limit) : "", ns_text(times[i].best),
                                  ns_text(times[i].median), ns_text(times[i].worst),
                                  number(products / times[i].best, 1), share_text(limit / times[i].best),
                                  std::to_string(arenas[i]), std::to_string(model.weight_bytes())});
        }
    }
}

}  // namespace

void flagship_table(const Bench& bench) {
    const Flagship flagships[] = {{"LSTM 16->32, dense 32->72", "air-quality.onnx", {{"h_out", "h"}, {"c_out", "c"}}},
                                  {"GRU 16->32, dense 32->72", "air-quality-gru.onnx", {{"h_out", "h"}}}};
    Table table{"The air-quality forecaster, an hour (ns)", {}, {}};
    for (const char* name :
         {"model", "step", "kernels", "limit", "best", "median", "worst", "GMAC/s", "of limit", "arena", "weights"}) {
        table.columns.push_back({"", name});
    }
    for (const Flagship& flagship : flagships) {
        const std::string line = std::string("flagship/") + std::filesystem::path(flagship.file).stem().string();
        if (bench.output.wants(line)) add_rows(bench, flagship, line, table);
    }
    bench.output.table(table);
}

}  // namespace tidegate::bench
