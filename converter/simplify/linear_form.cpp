// SPDX-License-Identifier: MIT
#include "simplify/linear_form.h"

#include <algorithm>
#include <numeric>

#include "simplify/picks.h"

namespace tidegate {
namespace {

constexpr int kDeepestForm = 64;
constexpr std::size_t kMostTerms = 16, kLongestPath = 8;

/// The last axis of a constant matrix; axes of 1 may stand before its two.
bool is_matrix(const Tensor& tensor) {
    const std::size_t rank = tensor.dims.size();
    return tensor.is_real() && rank >= 2 && tensor.count() > 0 &&
           tensor.dims[rank - 1] * tensor.dims[rank - 2] == tensor.count();
}

/// Nothing where a source would be multiplied twice, or where it becomes too long to be a gate.
std::optional<LinearForm> added(std::optional<LinearForm> a, const std::optional<LinearForm>& b) {
    if (!a || !b || a->cols != b->cols) { return std::nullopt; }
    for (const LinearForm::Product& product : b->products) {
        if (a->of(product.source) != nullptr) { return std::nullopt; }
        a->products.push_back(product);
    }
    a->bias.insert(a->bias.end(), b->bias.begin(), b->bias.end());
    a->others.insert(a->others.end(), b->others.begin(), b->others.end());
    return a->products.size() + a->bias.size() + a->others.size() > kMostTerms ? std::nullopt : std::move(a);
}

}  // namespace

bool has_equal_rows(const Tensor& tensor, std::int64_t cols) {
    if (!tensor.is_real() || tensor.count() == 0) { return false; }
    if (tensor.count() == 1) { return true; }
    if (tensor.dims.back() != cols) { return false; }
    for (std::size_t i = static_cast<std::size_t>(cols); i < tensor.reals.size(); ++i) {
        if (tensor.reals[i] != tensor.reals[i - static_cast<std::size_t>(cols)]) { return false; }
    }
    return true;
}

const LinearForm::Product* LinearForm::of(const Source& source) const {
    const auto found = std::ranges::find(products, source, &Product::source);
    return found == products.end() ? nullptr : &*found;
}

LinearForms::LinearForms(const Graph& graph) : graph_(graph), makers_(graph.values.size(), -1) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const ValueId id : graph.nodes[i].outputs) {
            if (id != kNone) { makers_[static_cast<std::size_t>(id)] = static_cast<int>(i); }
        }
    }
}

const Node* LinearForms::maker(ValueId id) const {
    const int at = makers_[static_cast<std::size_t>(id)];
    return at < 0 ? nullptr : &graph_.nodes[static_cast<std::size_t>(at)];
}

std::int64_t LinearForms::cols(ValueId id) const {
    const Extents& shape = dims(id);
    return shape.empty() || !shape.back().is_constant() ? 0 : shape.back().constant();
}

Extent LinearForms::rows(ValueId id) const {
    const Extents& shape = dims(id);
    return shape.empty() ? Extent(1) : element_count(Extents(shape.begin(), shape.end() - 1));
}

ValueId LinearForms::plain(ValueId id) const {
    for (const Node* node = maker(id); node != nullptr && std::holds_alternative<Reshape>(node->op); node = maker(id)) {
        if (cols(node->inputs[0]) != cols(id) || cols(id) == 0) { break; }
        id = node->inputs[0];
    }
    return id;
}

ValueId LinearForms::same_constant(ValueId id) {
    const auto [known, is_new] = same_.try_emplace(id, id);
    const Tensor* tensor = graph_.constant(id);
    if (!is_new || tensor == nullptr) { return known->second; }
    const double sum = std::accumulate(tensor->reals.begin(), tensor->reals.end(), 0.0);
    const auto [first, last] = constants_.equal_range({tensor->dims, sum});
    const auto equal = std::find_if(first, last, [&](const auto& entry) {
        const Tensor& other = *graph_.constant(entry.second);
        return other.reals == tensor->reals && other.integers == tensor->integers;
    });
    if (equal != last) { return known->second = equal->second; }
    constants_.insert({{tensor->dims, sum}, id});
    return id;
}

std::optional<ValueId> LinearForms::joined(const std::vector<ValueId>& parts) const {
    const auto found = joined_.find(parts);
    return found == joined_.end() ? std::nullopt : std::optional(found->second);
}

const LinearForm* LinearForms::of(ValueId id) {
    id = plain(id);
    if (const auto known = forms_.find(id); known != forms_.end()) { return &known->second; }
    if (cols(id) == 0) { return nullptr; }
    const Node* node = maker(id);
    const LinearForm self{cols(id), {}, {}, {id}};
    if (node == nullptr || depth_ > kDeepestForm) { return &forms_.emplace(id, self).first->second; }
    ++depth_;
    LinearForm form = made(id, *node);
    --depth_;
    return &forms_.emplace(id, std::move(form)).first->second;
}

LinearForm LinearForms::made(ValueId id, const Node& node) {
    std::optional<LinearForm> form;
    if (const auto* matmul = std::get_if<MatMul>(&node.op); matmul != nullptr && !matmul->of_integers) {
        form = product(node.inputs[0], node.inputs[1], false);
    }
    if (const auto* gemm = std::get_if<Gemm>(&node.op)) { form = product(node, *gemm); }
    if (const auto* binary = std::get_if<Binary>(&node.op); binary != nullptr && binary->kind == BinaryKind::add) {
        form = sum(node);
    }
    if (!form) { form = moved(id, node); }
    return form && form->cols == cols(id) ? *form : LinearForm{cols(id), {}, {}, {id}};
}

/// Parts that stand beside each other are multiplied by rows below each other.
std::optional<LinearForm> LinearForms::product(ValueId source, ValueId weights, bool transposed) {
    const Tensor* tensor = graph_.constant(weights);
    if (tensor == nullptr || !is_matrix(*tensor)) { return std::nullopt; }
    const std::size_t rank = tensor->dims.size();
    const std::int64_t rows = tensor->dims[transposed ? rank - 1 : rank - 2];
    const ValueId matrix = same_constant(weights);
    source = plain(source);
    if (cols(source) != rows) { return std::nullopt; }
    std::vector<ValueId> parts = {source};
    const Node* node = maker(source);
    const auto* concat = node == nullptr ? nullptr : std::get_if<Concat>(&node->op);
    if (concat != nullptr &&
        (concat->axis + 1 == static_cast<std::int64_t>(dims(source).size()) || concat->axis == -1)) {
        parts.clear();
        for (const ValueId part : node->inputs) { parts.push_back(plain(part)); }
        joined_.emplace(parts, source);
    }
    const std::int64_t width = tensor->dims[transposed ? rank - 2 : rank - 1];
    std::optional<LinearForm> form = LinearForm{width, {}, {}, {}};
    std::int64_t first = 0;
    for (const ValueId part : parts) {
        if (cols(part) == 0) { return std::nullopt; }
        const Block block{matrix, transposed, first, cols(part), 0};
        form = added(std::move(form), LinearForm{width, {{{part, {}, ""}, block}}, {}, {}});
        if (!form) { return std::nullopt; }
        first += cols(part);
    }
    return form;
}

std::optional<LinearForm> LinearForms::product(const Node& node, const Gemm& op) {
    if (op.transpose_a || op.alpha != 1) { return std::nullopt; }
    std::optional<LinearForm> form = product(node.inputs[0], node.inputs[1], op.transpose_b);
    if (!form || node.input(2) == kNone) { return form; }
    return op.beta == 1 ? added(form, term(node.inputs[2], form->cols)) : std::nullopt;
}

/// A term of a sum of so many columns.
std::optional<LinearForm> LinearForms::term(ValueId id, std::int64_t cols) {
    if (const Tensor* tensor = graph_.constant(id)) {
        if (!has_equal_rows(*tensor, cols)) { return std::nullopt; }
        return LinearForm{cols, {}, {{same_constant(id), 0}}, {}};
    }
    const LinearForm* form = of(id);
    return form == nullptr || form->cols != cols ? std::nullopt : std::optional(*form);
}

std::optional<LinearForm> LinearForms::sum(const Node& node) {
    const std::int64_t width = cols(node.outputs[0]);
    std::optional<LinearForm> left = term(node.inputs[0], width);
    return left ? added(std::move(left), term(node.inputs[1], width)) : std::nullopt;
}

std::optional<LinearForm> LinearForms::moved(ValueId id, const Node& node) {
    const std::optional<Pick> pick = pick_of(graph_, node, id);
    const LinearForm* whole = pick ? of(pick->data) : nullptr;
    if (whole == nullptr || !whole->others.empty()) { return std::nullopt; }
    LinearForm part = *whole;
    part.cols = cols(id);
    if (pick->of_cols) {
        for (LinearForm::Product& product : part.products) { product.block.first_col += pick->first; }
        for (LinearForm::Bias& bias : part.bias) {
            if (graph_.constant(bias.list)->count() != 1) { bias.first += pick->first; }
        }
        return part;
    }
    for (LinearForm::Product& product : part.products) {
        if (product.source.path.size() == kLongestPath) { return std::nullopt; }
        product.source.path.push_back(id);
        product.source.picks += pick->text;
    }
    return part;
}

}  // namespace tidegate
