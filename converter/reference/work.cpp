// SPDX-License-Identifier: MIT
#include "reference/work.h"

#include <algorithm>
#include <vector>

namespace tidegate {
namespace {

constexpr double kElement = 8;  // an element of a result takes as long as so many multiplications
constexpr double kPlace = 64;   // the place of an element of a window

double count_of(const Extents& dims, std::size_t first = 0) {
    double all = 1;
    for (std::size_t i = first; i < dims.size(); ++i) { all *= static_cast<double>(dims[i].planned()); }
    return all;
}

/// The operands of one node.
class Work {
public:
    Work(const Graph& graph, const Node& node) : graph_(graph), node_(node) {
        for (const ValueId id : node.outputs) {
            if (id == kNone) { continue; }
            if (y_ == nullptr) { y_ = &*value(id).dims; }
            results_ += count_of(*value(id).dims);
        }
    }

    double results() const { return results_ * kElement; }
    double operands() const {
        double all = results_;
        for (const ValueId id : node_.inputs) {
            if (id != kNone) { all += count_of(*value(id).dims); }
        }
        return all * kElement;
    }

    /// The weights at every step of every row.
    double recurrent() const {
        const Extents& x = dims(0);
        return results() + count_of(x) / at_least_one(x.back()) * (count_of(dims(1)) + count_of(dims(2)));
    }

    /// `depth` products for each element.
    double products(const Extent& depth) const { return results() + results_ * static_cast<double>(depth.planned()); }

    /// For each element of a plane of y (of x, transposed) the places in a kernel, and that for each pair of channels.
    double convolution(bool transposed) const {
        const Extents& x = dims(0);
        const Extents& w = dims(1);
        const double steps = count_of(transposed ? x : *y_, 2) * count_of(w, 2);
        const double pairs = transposed ? static_cast<double>(x[1].planned()) * static_cast<double>(w[1].planned())
                                        : static_cast<double>(w[0].planned()) * static_cast<double>(w[1].planned());
        return results() + steps * (kPlace + static_cast<double>(x[0].planned()) * pairs);
    }

    double pool(const Pool& op) const {
        const Extents& x = dims(0);
        double taps = op.global ? count_of(x, 2) : 1;
        if (!op.global) {
            for (const std::int64_t extent : op.window.kernel) { taps *= static_cast<double>(extent); }
        }
        return results() + count_of(*y_) * taps * kPlace;
    }

    const Extents& dims(std::size_t input) const { return *value(node_.inputs[input]).dims; }

private:
    const Value& value(ValueId id) const { return graph_.values[static_cast<std::size_t>(id)]; }
    static double at_least_one(const Extent& extent) { return std::max(1.0, static_cast<double>(extent.planned())); }

    const Graph& graph_;
    const Node& node_;
    const Extents* y_ = nullptr;  ///< of the first result that is asked for
    double results_ = 0;
};

/// Of the last two axes the one that is summed over.
const Extent& depth_of(const Extents& a, bool transposed) {
    return transposed && a.size() > 1 ? a[a.size() - 2] : a.back();
}

}  // namespace

double work_of(const Graph& graph, const Node& node) {
    if (std::ranges::all_of(node.outputs, [](ValueId id) { return id == kNone; })) { return 0; }
    const Work work(graph, node);
    return std::visit(
        Overloaded{
            [&](const Recurrent&) { return work.recurrent(); },
            [&](const MatMul&) { return work.products(work.dims(0).back()); },
            [&](const MatMulInteger&) { return work.products(work.dims(0).back()); },
            [&](const Gemm& op) { return work.products(depth_of(work.dims(0), op.transpose_a)); },
            [&](const FusedMatMul& op) {
                const Extents& a = work.dims(0);
                const bool is_first = op.transpose_a && op.batch_a;
                return work.products(is_first ? a.front() : depth_of(a, op.transpose_a));
            },
            [&](const Conv&) { return work.convolution(false); },
            [&](const ConvInteger&) { return work.convolution(false); },
            [&](const ConvTranspose&) { return work.convolution(true); }, [&](const Pool& op) { return work.pool(op); },
            [&](const Reduce&) { return work.operands(); }, [&](const Extreme&) { return work.operands(); },
            [&](const TopK&) { return work.operands() * 4; }, [&](const NonZero&) { return work.operands(); },
            [&](const DynamicQuantizeLinear&) { return work.operands(); }, [&](const auto&) { return work.results(); }},
        node.op);
}

double work_of(const Graph& graph) {
    double all = 0, times = 1;
    std::vector<double> around;  // how often the loops around this one run their bodies
    for (const Node& node : graph.nodes) {
        if (const auto* begin = std::get_if<LoopBegin>(&node.op)) {
            around.push_back(times);
            if (begin->trips) { times *= static_cast<double>(begin->trips->planned()); }
        } else if (std::holds_alternative<LoopEnd>(node.op)) {
            times = around.back();
            around.pop_back();
        } else {
            all += times * (work_of(graph, node) + kPlace);
        }
    }
    return all;
}

}  // namespace tidegate
