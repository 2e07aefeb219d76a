// SPDX-License-Identifier: MIT
#include "simplify/cell.h"

#include <algorithm>
#include <utility>

namespace tidegate {

std::optional<CellReader::Operands> CellReader::operands(ValueId id, BinaryKind kind) const {
    const Node* node = forms_.maker(forms_.plain(id));
    const auto* binary = node == nullptr ? nullptr : std::get_if<Binary>(&node->op);
    if (binary == nullptr || binary->kind != kind) { return std::nullopt; }
    return Operands{forms_.plain(node->inputs[0]), forms_.plain(node->inputs[1])};
}

std::optional<CellReader::Activated> CellReader::activated(ValueId id) const {
    const Node* node = forms_.maker(forms_.plain(id));
    const auto* unary = node == nullptr ? nullptr : std::get_if<Unary>(&node->op);
    if (unary == nullptr || unary->function.kind > UnaryKind::softplus) { return std::nullopt; }
    return Activated{unary->function, forms_.plain(node->inputs[0])};
}

/// f(a sum of products and biases)
std::optional<Gate> CellReader::gate(ValueId id, Function& function) {
    const std::optional<Activated> act = activated(id);
    const LinearForm* form = act ? forms_.of(act->inner) : nullptr;
    if (form == nullptr || !form->others.empty() || form->products.empty()) { return std::nullopt; }
    function = act->function;
    return Gate{*form};
}

/// f(a sum of products, biases and p * c)
std::optional<Gate> CellReader::peeping_gate(Cell& cell, ValueId id, ValueId c, Function& function) {
    const std::optional<Activated> act = activated(id);
    const LinearForm* form = act ? forms_.of(act->inner) : nullptr;
    if (form == nullptr || form->others.empty()) { return gate(id, function); }
    const auto parts = form->others.size() == 1 ? operands(form->others[0], BinaryKind::multiply) : std::nullopt;
    if (!parts || !is_state(form->others[0], cell)) { return std::nullopt; }
    for (const auto& [list, of] : both(*parts)) {
        const Tensor* tensor = graph_.constant(list);
        if (of != c || tensor == nullptr || !has_equal_rows(*tensor, form->cols)) { continue; }
        Gate found = {*form};
        found.form.others.clear();
        found.peephole = LinearForm::Bias{forms_.same_constant(list), 0};
        cell.fed.push_back(form->others[0]);
        cell.inner.push_back(form->others[0]);
        function = act->function;
        return found;
    }
    return std::nullopt;
}

/// Rows of as many columns as h' has, and as many of them: nothing is repeated.
bool CellReader::is_state(ValueId id, const Cell& cell) const {
    return graph_.values[static_cast<std::size_t>(id)].type == ElementType::f32 &&
           forms_.cols(id) == forms_.cols(cell.next_h) && forms_.rows(id) == forms_.rows(cell.next_h);
}

bool CellReader::is_one(ValueId id) const {
    const Tensor* tensor = graph_.constant(id);
    return tensor != nullptr && tensor->is_real() && tensor->count() > 0 &&
           std::ranges::all_of(tensor->reals, [](double value) { return value == 1; });
}

/// u of 1 - u
ValueId CellReader::complement_of(ValueId id) const {
    const auto parts = operands(id, BinaryKind::subtract);
    return parts && is_one(parts->left) ? parts->right : kNone;
}

std::optional<Cell> CellReader::read(ValueId next) {
    const Node* node = forms_.maker(next);
    if (node == nullptr || forms_.cols(next) == 0) { return std::nullopt; }
    if (std::holds_alternative<Unary>(node->op)) { return rnn(next); }
    if (!std::holds_alternative<Binary>(node->op)) { return std::nullopt; }
    if (auto cell = lstm(next)) { return cell; }
    for (const Blend& blend : blends(next)) {
        for (const bool turned : {false, true}) {
            if (auto cell = gru(blend, turned, next)) { return cell; }
        }
    }
    return std::nullopt;
}

std::optional<Cell> CellReader::rnn(ValueId next) {
    Cell cell;
    cell.next_h = next;
    cell.functions.resize(1);
    std::optional<Gate> only = gate(next, cell.functions[0]);
    if (!only) { return std::nullopt; }
    cell.inner = {activated(next)->inner};
    cell.gates = {std::move(*only)};
    return cell;
}

/// c' = f c + i g, h' = o act(c'); o may peep at c', i and f at c
std::optional<Cell> CellReader::lstm(ValueId next) {
    const auto parts = operands(next, BinaryKind::multiply);
    if (!parts) { return std::nullopt; }
    for (const auto& [output, shown] : both(*parts)) {
        const auto act = activated(shown);
        if (!act || !operands(act->inner, BinaryKind::add)) { continue; }
        if (auto cell = lstm(next, act->inner, output, shown)) { return cell; }
    }
    return std::nullopt;
}

std::optional<Cell> CellReader::lstm(ValueId next, ValueId c_next, ValueId output, ValueId shown) {
    const Operands terms = *operands(c_next, BinaryKind::add);
    for (const auto& [old, fresh] : both(terms)) {
        const auto kept = operands(old, BinaryKind::multiply), added = operands(fresh, BinaryKind::multiply);
        if (!kept || !added) { continue; }
        for (const auto& [forget, c] : both(*kept)) {
            Cell cell;
            cell.kind = CellKind::lstm;
            cell.next_h = next;
            cell.next_c = c_next;
            cell.c = c;
            cell.inner = {output, shown, old, fresh, forget, added->left, added->right};
            const auto fits = [&](ValueId id) { return is_state(id, cell); };
            if (!fits(c) || !fits(c_next) || !std::ranges::all_of(cell.inner, fits)) { continue; }
            Function f_f, f_i, f_g, f_o;
            std::optional<Gate> f = peeping_gate(cell, forget, c, f_f), i = peeping_gate(cell, added->left, c, f_i),
                                g = peeping_gate(cell, added->right, c, f_g),
                                o = peeping_gate(cell, output, c_next, f_o);
            if (!f || !i || !g || !o) { continue; }
            if ((f_g == f_f && f_i != f_f) || g->peephole) {
                std::swap(i, g);
                std::swap(f_i, f_g);
            }
            if (f_i != f_f || f_o != f_f || g->peephole) { continue; }
            for (const ValueId id : {forget, added->left, added->right, output}) {
                cell.inner.push_back(activated(id)->inner);
            }
            cell.gates = {std::move(*i), std::move(*o), std::move(*f), std::move(*g)};
            cell.functions = {f_f, f_g, activated(shown)->function};
            return cell;
        }
    }
    return std::nullopt;
}

/// p - u (p - q)
void CellReader::add_blends_of(ValueId p, ValueId taken, std::vector<Blend>& found) const {
    const auto product = operands(taken, BinaryKind::multiply);
    if (!product) { return; }
    for (const auto& [u, way] : both(*product)) {
        const auto ends = operands(way, BinaryKind::subtract);
        if (ends && ends->left == p) { found.push_back({p, ends->right, u, {taken, way}}); }
    }
}

/// p + u (q - p), (1 - u) p + u q, (p - u p) + u q
void CellReader::add_blends_of(ValueId first, ValueId second, ValueId u, ValueId q, std::vector<Blend>& found) const {
    const auto way = operands(q, BinaryKind::subtract);
    if (way && way->right == first) { found.push_back({first, way->left, u, {second, q}}); }
    if (const auto share = operands(first, BinaryKind::multiply)) {
        for (const auto& [rest, p] : both(*share)) {
            if (complement_of(rest) == u) { found.push_back({p, q, u, {first, second, rest}}); }
        }
    }
    const auto less = operands(first, BinaryKind::subtract);
    const auto taken = less ? operands(less->right, BinaryKind::multiply) : std::nullopt;
    if (taken &&
        ((taken->left == u && taken->right == less->left) || (taken->right == u && taken->left == less->left))) {
        found.push_back({less->left, q, u, {first, second, less->right}});
    }
}

std::vector<CellReader::Blend> CellReader::blends(ValueId next) const {
    std::vector<Blend> found;
    if (const auto parts = operands(next, BinaryKind::subtract)) { add_blends_of(parts->left, parts->right, found); }
    const auto parts = operands(next, BinaryKind::add);
    if (!parts) { return found; }
    for (const auto& [first, second] : both(*parts)) {
        const auto product = operands(second, BinaryKind::multiply);
        if (!product) { continue; }
        for (const auto& [u, q] : both(*product)) { add_blends_of(first, second, u, q, found); }
    }
    return found;
}

/// h' = (1 - z) n + z h
std::optional<Cell> CellReader::gru(const Blend& blend, bool turned, ValueId next) {
    Cell cell;
    cell.kind = CellKind::gru;
    cell.next_h = next;
    cell.turned_update = turned;
    cell.h = turned ? blend.p : blend.q;
    const ValueId fresh = turned ? blend.q : blend.p;
    cell.inner = blend.inner;
    cell.inner.insert(cell.inner.end(), {blend.u, fresh});
    cell.functions.resize(2);
    const auto act = activated(fresh);
    std::optional<Gate> update = act ? gate(blend.u, cell.functions[0]) : std::nullopt;
    if (!update || (turned && cell.functions[0].kind != UnaryKind::sigmoid)) { return std::nullopt; }
    cell.functions[1] = act->function;
    cell.gates = {std::move(*update), Gate{}, Gate{}};
    cell.inner.insert(cell.inner.end(), {activated(blend.u)->inner, act->inner});
    if (!candidate(cell, act->inner)) { return std::nullopt; }
    const auto fits = [&](ValueId id) { return is_state(id, cell); };
    if (!fits(cell.h) || !std::ranges::all_of(cell.inner, fits)) { return std::nullopt; }
    return cell;
}

/// n = g(x W + b + r (h R + b_r)), or g(x W + b + (r h) R)
bool CellReader::candidate(Cell& cell, ValueId sum) {
    const LinearForm* form = forms_.of(sum);
    if (form == nullptr) { return false; }
    const auto reset = [&](ValueId id) {
        Function function;
        std::optional<Gate> found = gate(id, function);
        if (!found || function != cell.functions[0]) { return false; }
        cell.gates[1] = std::move(*found);
        cell.inner.insert(cell.inner.end(), {id, activated(id)->inner});
        return true;
    };
    if (form->others.size() == 1) {
        const auto parts = operands(form->others[0], BinaryKind::multiply);
        if (!parts) { return false; }
        for (const auto& [r, back] : both(*parts)) {
            const bool is_known = graph_.constant(back) != nullptr;
            const LinearForm* state = is_known ? nullptr : forms_.of(back);
            const bool is_linear = state != nullptr && state->others.empty() && state->products.size() == 1 &&
                                   state->products[0].source.is(cell.h);
            if ((!is_known && !is_linear) || !is_state(back, cell) || !reset(r)) { continue; }
            cell.gates[2] = Gate{*form};
            cell.gates[2].form.others.clear();
            cell.linear_before_reset = true;
            cell.is_head = is_known;
            if (is_linear) {
                cell.gates[2].form.products.push_back(state->products[0]);
                cell.gates[2].bias_r = state->bias;
                cell.inner.push_back(back);
            } else {
                cell.gates[2].bias_r = {{forms_.same_constant(back), 0}};
            }
            cell.fed.push_back(form->others[0]);
            cell.inner.push_back(form->others[0]);
            return true;
        }
        return false;
    }
    for (const LinearForm::Product& product : form->products) {
        const auto parts = operands(product.source.value, BinaryKind::multiply);
        if (!parts || !product.source.path.empty() || (parts->left != cell.h && parts->right != cell.h)) { continue; }
        if (!reset(parts->left == cell.h ? parts->right : parts->left)) { continue; }
        cell.gates[2] = Gate{*form};
        cell.reset = product.source.value;
        cell.fed.push_back(cell.reset);
        cell.inner.push_back(cell.reset);
        return form->others.empty();
    }
    return false;
}

}  // namespace tidegate
