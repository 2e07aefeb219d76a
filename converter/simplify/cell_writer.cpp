// SPDX-License-Identifier: MIT
#include "simplify/cell_writer.h"

#include <algorithm>
#include <set>

#include "simplify/picks.h"
#include "simplify/rebuild.h"
#include "simplify/recurrent.h"

namespace tidegate {
namespace {

std::string text_of(const Block& block) {
    return std::to_string(block.matrix) + (block.transposed ? "t" : "n") + std::to_string(block.first_row) + "+" +
           std::to_string(block.rows) + "," + std::to_string(block.first_col) + ";";
}

std::string text_of(const std::vector<LinearForm::Bias>& bias) {
    std::string text;
    for (const LinearForm::Bias& part : bias) {
        text += std::to_string(part.list) + "+" + std::to_string(part.first) + ";";
    }
    return text + "|";
}

/// What all parts of a cell's weights have as rows: parts of one matrix may be of different width.
std::string units_of(const Cell& cell) { return std::to_string(cell.gates[0].form.cols) + " "; }

/// Appends one column of a block.
void append_col(std::vector<double>& to, const Tensor& matrix, const Block& block, std::int64_t col) {
    const std::int64_t width = matrix.dims.back();
    for (std::int64_t row = block.first_row; row < block.first_row + block.rows; ++row) {
        const std::int64_t at =
            block.transposed ? (block.first_col + col) * width + row : row * width + block.first_col + col;
        to.push_back(matrix.reals[static_cast<std::size_t>(at)]);
    }
}

}  // namespace

ValueId CellWriter::value(const std::string& name, const Extents& dims) {
    return graph_.add_value(name, ElementType::f32, dims);
}

ValueId CellWriter::reshaped(ValueId data, const Extents& shape, std::size_t place) {
    if (dims(data) == shape) { return data; }
    const std::string name = graph_.values[static_cast<std::size_t>(data)].name + ".rows";
    const ValueId result = value(name, shape);
    before_[place].push_back(reshape_node(graph_, name, data, result));
    return result;
}

std::string CellWriter::key(const Cell& cell, bool of_state) {
    std::string text = (cell.turned_update ? "-" : "+") + units_of(cell);
    for (std::size_t g = 0; g < cell.gates.size(); ++g) {
        const Gate& gate = cell.gates[g];
        if (of_state) {
            text += text_of(*block_of(gate, {state_of(cell, g), {}, ""})) + "|";
            continue;
        }
        for (const Source& x : cell.xs) { text += text_of(*block_of(gate, x)); }
        text += "|";
    }
    return text;
}

/// [1, gates * hidden, columns]. 1 - sigmoid(a) = sigmoid(-a): an update gate that is turned has all signs turned.
ValueId CellWriter::matrix(const Cell& cell, const std::string& name, bool of_state) {
    const std::string what = key(cell, of_state);
    if (const auto known = constants_.find(what); known != constants_.end()) { return known->second; }
    const std::int64_t units = cell.gates[0].form.cols;
    std::vector<double> all;
    for (std::size_t g = 0; g < cell.gates.size(); ++g) {
        const std::size_t first = all.size();
        for (std::int64_t unit = 0; unit < units; ++unit) {
            const auto append = [&](const Source& source) {
                const Block& block = *block_of(cell.gates[g], source);
                append_col(all, *graph_.constant(block.matrix), block, unit);
            };
            if (of_state) {
                append({state_of(cell, g), {}, ""});
            } else {
                std::ranges::for_each(cell.xs, append);
            }
        }
        if (g == 0 && cell.turned_update) {
            std::for_each(all.begin() + static_cast<std::ptrdiff_t>(first), all.end(), [](double& v) { v = -v; });
        }
    }
    const std::int64_t rows = static_cast<std::int64_t>(cell.gates.size()) * units;
    const std::int64_t width = static_cast<std::int64_t>(all.size()) / rows;
    Tensor tensor = Tensor::of({1, rows, width}, std::move(all));
    return constants_[what] = graph_.add_constant(name + (of_state ? ".R" : ".W"), std::move(tensor));
}

std::string CellWriter::bias_key(const Cell& cell) {
    std::string what = (cell.turned_update ? "b-" : "b+") + units_of(cell);
    for (const Gate& gate : cell.gates) { what += text_of(gate.form.bias) + text_of(gate.bias_r); }
    return what;
}

/// [1, 2 * gates * hidden]
ValueId CellWriter::biases(const Cell& cell, const std::string& name) {
    const std::string what = bias_key(cell);
    if (const auto known = constants_.find(what); known != constants_.end()) { return known->second; }
    std::vector<double> all;
    for (const bool of_state : {false, true}) {
        for (std::size_t g = 0; g < cell.gates.size(); ++g) {
            const Gate& gate = cell.gates[g];
            const double sign = g == 0 && cell.turned_update ? -1 : 1;
            for (const double v : values_of(graph_, of_state ? gate.bias_r : gate.form.bias, gate.form.cols)) {
                all.push_back(sign * v);
            }
        }
    }
    const auto count = static_cast<std::int64_t>(all.size());
    return constants_[what] = graph_.add_constant(name + ".B", Tensor::of({1, count}, std::move(all)));
}

/// [1, 3 * hidden] of i, o and f; kNone if none of them peeps.
ValueId CellWriter::peepholes(const Cell& cell, const std::string& name) {
    std::string what = "p" + units_of(cell);
    bool peeps = false;
    std::vector<double> values;
    for (const Gate& gate : cell.gates) {
        std::vector<LinearForm::Bias> own;
        if (gate.peephole) { own.push_back(*gate.peephole); }
        const std::vector<double> of_gate = values_of(graph_, own, gate.form.cols);
        values.insert(values.end(), of_gate.begin(), of_gate.end());
        peeps = peeps || gate.peephole;
        what += text_of(own);
    }
    if (!peeps) { return kNone; }
    if (const auto known = constants_.find(what); known != constants_.end()) { return known->second; }
    values.resize(values.size() * 3 / 4);  // the last gate has none
    const auto count = static_cast<std::int64_t>(values.size());
    return constants_[what] = graph_.add_constant(name + ".P", Tensor::of({1, count}, std::move(values)));
}

std::optional<CellWriter::Weights> CellWriter::weights(const Cell& cell, const std::string& name) {
    std::int64_t count = 0;
    for (const Gate& gate : cell.gates) {
        for (const LinearForm::Product& product : gate.form.products) { count += product.block.rows * gate.form.cols; }
    }
    if (constants_.contains(key(cell, false)) && constants_.contains(key(cell, true))) { count = 0; }
    if (!constants_.contains(bias_key(cell))) { count += std::ssize(cell.gates) * 2 * cell.gates[0].form.cols; }
    if (!graph_.afford(count)) { return std::nullopt; }
    return Weights{matrix(cell, name, false), matrix(cell, name, true), biases(cell, name), peepholes(cell, name)};
}

/// What the node takes of its own data, taken of other rows; where it stands.
ValueId CellWriter::pick(ValueId output, ValueId data, std::int64_t cols) {
    const auto [known, is_new] = picked_.try_emplace({output, data}, kNone);
    if (!is_new) { return known->second; }
    const auto as_wide = [&](ValueId id) {
        Extents shape = dims(id);
        shape.back() = cols;
        return shape;
    };
    const std::size_t place = forms_.maker_index(output);
    Node& node = graph_.nodes[place];
    const auto at = static_cast<std::size_t>(std::ranges::find(node.outputs, output) - node.outputs.begin());
    auto* loop = std::get_if<LoopBegin>(&node.op);
    const ValueId rows =
        reshaped(data, as_wide(node.inputs[loop != nullptr ? at - kLoopCurrent + kLoopInitial : 0]), place);
    if (loop != nullptr) {
        loop->scans.push_back(loop->scans[at - kLoopCurrent - loop->carried]);
        node.inputs.push_back(rows);
        node.outputs.push_back(value(node.name + ".x", as_wide(output)));
        return picked_[{output, data}] = node.outputs.back();
    }
    Node copy = node;
    if (std::holds_alternative<Slice>(copy.op)) { forget_cols(graph_, copy); }
    copy.inputs[0] = rows;
    for (ValueId& id : copy.outputs) {
        if (id == kNone) { continue; }
        const ValueId original = id;
        id = value(copy.name + ".x", as_wide(original));
        picked_[{original, data}] = id;
    }
    before_[place].push_back(std::move(copy));
    return picked_[{output, data}];
}

ValueId CellWriter::picked(const Source& source) {
    ValueId id = source.value;
    const std::int64_t cols = forms_.cols(id);
    for (const ValueId output : source.path) { id = pick(output, id, cols); }
    return id;
}

/// Sources that are the parts of one value are one.
std::vector<Source> CellWriter::sources(const Cell& cell) const {
    std::vector<ValueId> values;
    values.reserve(cell.xs.size());
    for (const Source& x : cell.xs) { values.push_back(x.value); }
    const std::optional<ValueId> whole = forms_.joined(values);
    const auto is_alike = [&](const Source& x) { return x.picks == cell.xs[0].picks; };
    if (!whole || !std::ranges::all_of(cell.xs, is_alike)) { return cell.xs; }
    return {{*whole, cell.xs[0].path, cell.xs[0].picks}};
}

/// [1, rows, inputs]
ValueId CellWriter::all_xs(const Cell& cell, std::size_t place) {
    const Extent rows = forms_.rows(cell.next_h);
    std::vector<ValueId> parts;
    std::int64_t cols = 0;
    for (const Source& x : sources(cell)) {
        const std::int64_t width = forms_.cols(x.value);
        parts.push_back(reshaped(picked(x), {1, rows, width}, place));
        cols += width;
    }
    if (parts.size() == 1) { return parts[0]; }
    const std::string name = graph_.values[static_cast<std::size_t>(cell.next_h)].name + ".x";
    const ValueId result = value(name, {1, rows, cols});
    before_[place].push_back({name, Concat{2}, parts, {result}});
    return result;
}

bool CellWriter::write(const ChosenCell& chosen, const ChosenCell& source) {
    const Cell& cell = chosen.cell;
    const std::size_t place = forms_.maker_index(cell.next_h);
    const std::string name = graph_.nodes[place].name;
    const std::optional<Weights> found = weights(source.cell, name);
    if (!found) { return false; }
    const Extents state = {1, forms_.rows(cell.next_h), cell.gates[0].form.cols};
    const ValueId x = all_xs(cell, place);
    std::vector<ValueId> inputs = {x, found->W, found->R, found->B, kNone, kNone};
    if (cell.h != kNone) { inputs[kInitialH] = reshaped(cell.h, state, place); }
    Recurrent op;
    op.cell = cell.kind;
    op.hidden = cell.gates[0].form.cols;
    op.functions = cell.functions;
    op.linear_before_reset = cell.linear_before_reset;
    std::vector<ValueId> outputs = {kNone, value(name + ".h", state)};
    if (cell.kind == CellKind::lstm) {
        inputs.insert(inputs.end(), {reshaped(cell.c, state, place), found->P});
        outputs.push_back(value(name + ".c", state));
    }
    const std::vector<ValueId> made = outputs;
    before_[place].push_back({name, std::move(op), std::move(inputs), std::move(outputs)});
    take_over(made[kYh], cell.next_h, place);
    if (cell.kind == CellKind::lstm) { take_over(made[kYc], cell.next_c, place); }
    return true;
}

/// The new value takes the old one's place.
void CellWriter::take_over(ValueId from, ValueId to, std::size_t place) {
    const std::string name = graph_.values[static_cast<std::size_t>(from)].name + ".shown";
    before_[place].push_back(reshape_node(graph_, name, from, to));
    replaced_.insert(to);
}

void CellWriter::finish() {
    std::vector<Node> nodes;
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
        for (Node& node : before_[i]) { nodes.push_back(std::move(node)); }
        Node& node = graph_.nodes[i];
        const bool is_gone = node.outputs.size() == 1 && replaced_.contains(node.outputs[0]);
        if (!is_gone) { nodes.push_back(std::move(node)); }
    }
    graph_.nodes = std::move(nodes);
}

}  // namespace tidegate
