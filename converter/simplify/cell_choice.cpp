// SPDX-License-Identifier: MIT
// An LSTM's formula does not say which of its sources is h, nor an RNN's whether it is one: what feeds back does.
#include "simplify/cell_choice.h"

#include <algorithm>
#include <map>

#include "simplify/cell_origin.h"
#include "simplify/cell_readers.h"
#include "simplify/links.h"
#include "simplify/recurrent.h"

namespace tidegate {
namespace {

constexpr std::size_t kCandidate = 2;

class Chooser {
public:
    Chooser(const Graph& graph, LinearForms& forms)
        : graph_(graph), forms_(forms), links_(graph), origins_(graph, forms) {}

    CellChoice run() {
        CellReader reader(graph_, forms_);
        for (const Node& node : graph_.nodes) {
            if (node.outputs.size() != 1 || node.outputs[0] == kNone) { continue; }
            if (auto cell = reader.read(node.outputs[0]);
                cell && is_in_one_loop(graph_, forms_, *cell) && is_private(graph_, links_, *cell)) {
                by_h_[cell->next_h] = cells_.size();
                cells_.push_back({std::move(*cell), cells_.size()});
            }
        }
        for (ChosenCell& chosen : cells_) { decide_alone(chosen.cell); }
        follow_chains();
        for (std::size_t i = 0; i < cells_.size(); ++i) { note_reader(i); }
        for (std::size_t i = cells_.size(); i-- > 0;) { decide_by_next(i); }
        return kept();
    }

private:
    /// Rows that a source gives, as many as h has.
    bool has_all_rows(const Cell& cell, const Source& source) const {
        const ValueId id = source.path.empty() ? source.value : source.path.back();
        return forms_.rows(id) == forms_.rows(cell.next_h) &&
               graph_.values[static_cast<std::size_t>(id)].type == ElementType::f32;
    }

    /// Takes h if every gate multiplies it with a square matrix, and all of them the same other sources. kNone: none
    /// of them does.
    bool assign(Cell& cell, ValueId h) const {
        std::vector<Source> xs;
        cell.h = h;
        for (std::size_t g = 0; g < cell.gates.size(); ++g) {
            const LinearForm& form = cell.gates[g].form;
            const ValueId state = state_of(cell, g);
            if (form.cols != forms_.cols(cell.next_h)) { return false; }
            const Block* back = block_of(cell.gates[g], {state, {}, ""});
            if ((state != kNone) != (back != nullptr)) { return false; }
            if (back != nullptr && back->rows != form.cols) { return false; }
            std::vector<Source> others;
            for (const LinearForm::Product& product : form.products) {
                if (state != kNone && product.source.is(state)) { continue; }
                if (!has_all_rows(cell, product.source)) { return false; }
                others.push_back(product.source);
            }
            if (g == 0) {
                xs = std::move(others);
            } else if (!std::ranges::is_permutation(others, xs)) {
                return false;
            }
        }
        cell.xs = std::move(xs);
        return !cell.xs.empty() && (h == kNone || has_all_rows(cell, {h, {}, ""}));
    }

    bool assigned(const Cell& cell) const { return !cell.xs.empty(); }

    /// Sources that may be h.
    std::vector<ValueId> candidates(const Cell& cell) const {
        std::vector<ValueId> found;
        if (cell.kind == CellKind::gru) { return found; }
        for (const LinearForm::Product& product : cell.gates[0].form.products) {
            Cell tried = cell;
            const Source& source = product.source;
            if (source.path.empty() && forms_.cols(source.value) == forms_.cols(cell.next_h) &&
                assign(tried, source.value)) {
                found.push_back(source.value);
            }
        }
        return found;
    }

    /// Does an RNN look like a part of something wider?
    bool is_gate(const Cell& cell) const {
        const UnaryKind kind = cell.functions[0].kind;
        return (kind != UnaryKind::tanh && kind != UnaryKind::relu) ||
               std::ranges::any_of(cell.gates[0].form.products, [&](const LinearForm::Product& product) {
                   const Tensor& matrix = *graph_.constant(product.block.matrix);
                   const std::size_t rank = matrix.dims.size();
                   return matrix.dims[product.block.transposed ? rank - 2 : rank - 1] != cell.gates[0].form.cols;
               });
    }

    void decide_alone(Cell& cell) {
        if (cell.kind == CellKind::gru) {
            if (!cell.is_head && !assign(cell, cell.h)) { cell.xs.clear(); }
            return;
        }
        const std::vector<ValueId> all = candidates(cell);
        const auto only = [&](const auto& fits) -> bool {
            if (std::ranges::count_if(all, fits) != 1) { return false; }
            return assign(cell, *std::ranges::find_if(all, fits));
        };
        if (only([&](ValueId id) { return origins_.next_of(id) == cell.next_h; })) { return; }
        if (cell.kind == CellKind::rnn) {
            const bool is_shown = origins_.is_shown(cell.next_h) && !is_gate(cell);
            if (is_shown && all.size() == 1 && origins_.is_input(all[0])) { assign(cell, all[0]); }
            return;
        }
        const auto shows_c = [&](ValueId id) {
            const auto found = by_h_.find(id);
            return found != by_h_.end() && cells_[found->second].cell.next_c == cell.c;
        };
        const auto any = [](ValueId) { return true; };
        if (only(shows_c) || only(any)) { return; }
        only([&](ValueId id) { return origins_.are_alike(id, cell.c); });
    }

    /// An RNN whose h is what an equal one made.
    void follow_chains() {
        for (ChosenCell& chosen : cells_) {
            Cell& cell = chosen.cell;
            if (assigned(cell) || cell.kind != CellKind::rnn) { continue; }
            for (const ValueId id : candidates(cell)) {
                const auto before = by_h_.find(id);
                Cell tried = cell;
                if (before == by_h_.end() || !assign(tried, id)) { continue; }
                if (steps_before(cells_[before->second].cell, tried)) {
                    cell = tried;
                    break;
                }
            }
        }
    }

    /// Could it be the step before, of the same weights?
    bool steps_before(const Cell& cell, const Cell& behind) const {
        Cell tried = cell;
        if (assigned(cell)) { return are_alike(cell, behind); }
        for (const ValueId id : candidates(cell)) {
            if (assign(tried, id) && are_alike(tried, behind)) { return true; }
        }
        return becomes_head(tried, behind);
    }

    void note_reader(std::size_t index) {
        const Cell& cell = cells_[index].cell;
        if (assigned(cell) && cell.h != kNone) { readers_[cell.h].push_back(index); }
    }

    /// The step behind, whose h this cell makes, tells which source is h, or that h was zero.
    void decide_by_next(std::size_t index) {
        Cell& cell = cells_[index].cell;
        if (assigned(cell)) { return; }
        for (const std::size_t i : readers_[cell.next_h]) {
            const Cell& behind = cells_[i].cell;
            if (behind.c != cell.next_c) { continue; }
            for (const ValueId id : candidates(cell)) {
                Cell tried = cell;
                if (assign(tried, id) && are_alike(tried, behind)) {
                    cell = tried;
                    return note_reader(index);
                }
            }
            Cell tried = cell;
            if (becomes_head(tried, behind)) {
                cell = tried;
                cells_[index].weights = cells_[i].weights;
                return;
            }
        }
    }

    bool is_same_kind(const Cell& a, const Cell& b) const {
        return a.kind == b.kind && a.linear_before_reset == b.linear_before_reset &&
               a.turned_update == b.turned_update && a.xs.size() == b.xs.size() &&
               (a.reset == kNone) == (b.reset == kNone) && a.functions == b.functions;
    }

    std::vector<double> sum_of(const Gate& gate, const std::vector<LinearForm::Bias>& bias) const {
        return values_of(graph_, bias, gate.form.cols);
    }

    /// Are the matrices the same?
    bool has_weights_of(const Cell& a, const Cell& b, bool of_state) const {
        for (std::size_t g = 0; g < a.gates.size(); ++g) {
            for (std::size_t i = 0; i < a.xs.size(); ++i) {
                if (!(*block_of(a.gates[g], a.xs[i]) == *block_of(b.gates[g], b.xs[i]))) { return false; }
            }
            if (!of_state && (a.reset == kNone || state_of(a, g) != a.reset)) { continue; }
            const Block* back_a = block_of(a.gates[g], {state_of(a, g), {}, ""});
            const Block* back_b = block_of(b.gates[g], {state_of(b, g), {}, ""});
            if (back_a == nullptr || back_b == nullptr || !(*back_a == *back_b)) { return false; }
        }
        return true;
    }

    bool are_alike(const Cell& a, const Cell& b) const { return is_same_kind(a, b) && has_weights_of(a, b, true); }

    /// h = 0 leaves of h R + b the bias alone.
    bool becomes_head(Cell& cell, const Cell& behind) const {
        const ValueId start = cell.h;
        if (cell.kind == CellKind::gru && (start == kNone || !is_zero(graph_, start))) { return false; }
        cell.is_head = true;
        if (!assign(cell, kNone) || !is_same_kind(cell, behind) || !has_weights_of(cell, behind, false)) {
            return false;
        }
        for (std::size_t g = 0; g < cell.gates.size(); ++g) {
            const Gate& gate = cell.gates[g];
            const Gate& other = behind.gates[g];
            const bool is_apart = g == kCandidate && cell.linear_before_reset;
            std::vector<LinearForm::Bias> all = other.form.bias;
            if (!is_equal(sum_of(gate, gate.form.bias), sum_of(other, all))) { return false; }
            if (is_apart && !is_equal(sum_of(gate, gate.bias_r), sum_of(other, other.bias_r))) { return false; }
        }
        return true;
    }

    static bool is_equal(const std::vector<double>& a, const std::vector<double>& b) {
        return !a.empty() && std::ranges::equal(a, b, [](double x, double y) {
            return static_cast<float>(x) == static_cast<float>(y);
        });
    }

    CellChoice kept() {
        std::vector<std::size_t> place(cells_.size(), cells_.size());
        CellChoice result;
        for (std::size_t i = 0; i < cells_.size(); ++i) {
            const Cell& cell = cells_[i].cell;
            if (assigned(cell)) {
                place[i] = result.cells.size();
                result.cells.push_back(std::move(cells_[i]));
            } else if (std::vector<ValueId> all = candidates(cell); cell.kind == CellKind::lstm && all.size() > 1) {
                result.undecided.push_back(std::move(all));
            }
        }
        for (ChosenCell& chosen : result.cells) { chosen.weights = place[chosen.weights]; }
        return result;
    }

    const Graph& graph_;
    LinearForms& forms_;
    Links links_;
    Origins origins_;
    std::vector<ChosenCell> cells_;
    std::map<ValueId, std::size_t> by_h_;                  ///< by next h
    std::map<ValueId, std::vector<std::size_t>> readers_;  ///< cells by their h
};

}  // namespace

const Block* block_of(const Gate& gate, const Source& source) {
    const LinearForm::Product* product = gate.form.of(source);
    return product == nullptr ? nullptr : &product->block;
}

ValueId state_of(const Cell& cell, std::size_t gate) {
    return gate == kCandidate && cell.kind == CellKind::gru && cell.reset != kNone ? cell.reset : cell.h;
}

std::vector<double> values_of(const Graph& graph, const std::vector<LinearForm::Bias>& bias, std::int64_t cols) {
    std::vector<double> sum(static_cast<std::size_t>(cols), 0.0);
    for (const LinearForm::Bias& part : bias) {
        const Tensor& list = *graph.constant(part.list);
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] += list.reals[list.count() == 1 ? 0 : static_cast<std::size_t>(part.first) + i];
        }
    }
    return sum;
}

CellChoice choose_cells(const Graph& graph, LinearForms& forms) { return Chooser(graph, forms).run(); }

}  // namespace tidegate
