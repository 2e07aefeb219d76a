// SPDX-License-Identifier: MIT
// RNN, LSTM, GRU: https://onnx.ai/onnx/operators/onnx__LSTM.html and its siblings, opsets 7 to 22.
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "graph/text.h"
#include "read/operators.h"

namespace tidegate {
namespace {

/// alpha and beta: taken from the lists only by functions that have one; the defaults are those of the operators of the
/// same name, and 0 where ONNX defines none.
struct ActivationRow {
    const char* name;
    UnaryKind kind;
    bool takes_alpha;
    bool takes_beta;
    float alpha;
    float beta;
};

constexpr std::array kActivations = {
    ActivationRow{"Relu", UnaryKind::relu, false, false, 0, 0},
    ActivationRow{"Tanh", UnaryKind::tanh, false, false, 0, 0},
    ActivationRow{"Sigmoid", UnaryKind::sigmoid, false, false, 0, 0},
    ActivationRow{"Affine", UnaryKind::affine, true, true, 0, 0},
    ActivationRow{"LeakyRelu", UnaryKind::leaky_relu, true, false, 0.01f, 0},
    ActivationRow{"ThresholdedRelu", UnaryKind::thresholded_relu, true, false, 1, 0},
    ActivationRow{"ScaledTanh", UnaryKind::scaled_tanh, true, true, 0, 0},
    ActivationRow{"HardSigmoid", UnaryKind::hard_sigmoid, true, true, 0.2f, 0.5f},
    ActivationRow{"Elu", UnaryKind::elu, true, false, 1, 0},
    ActivationRow{"Softsign", UnaryKind::softsign, false, false, 0, 0},
    ActivationRow{"Softplus", UnaryKind::softplus, false, false, 0, 0},
};

bool equal_without_case(const std::string& a, const char* b) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    const std::string_view other(b);
    return std::equal(a.begin(), a.end(), other.begin(), other.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

const ActivationRow& find_activation(const std::string& name) {
    std::string known;
    for (const ActivationRow& row : kActivations) {
        if (equal_without_case(name, row.name)) { return row; }
        known += (known.empty() ? "" : ", ") + std::string(row.name);
    }
    throw NodeFault("activation " + in_quotes(name) + " is not one of ONNX's: " + known);
}

/// Values of activation_alpha or activation_beta, handed out in order.
class Supply {
public:
    Supply(const char* name, std::vector<float> values) : name_(name), values_(std::move(values)) {}
    float take(bool wanted, float missing) { return wanted && next_ < values_.size() ? values_[next_++] : missing; }
    void check() const {
        for (const float value : values_) {
            if (!std::isfinite(value)) { throw NodeFault(std::string(name_) + " holds a value that is not finite"); }
        }
        if (next_ < values_.size()) {
            throw NodeFault(std::string(name_) + " has " + std::to_string(values_.size()) +
                            " values, but the activations take " + std::to_string(next_) +
                            "; list one only for each function that has one");
        }
    }

private:
    const char* name_;
    std::vector<float> values_;
    std::size_t next_ = 0;
};

std::vector<std::string> default_names(CellKind cell) {
    switch (cell) {
        case CellKind::rnn:
            return {"Tanh"};
        case CellKind::lstm:
            return {"Sigmoid", "Tanh", "Tanh"};
        case CellKind::gru:
            return {"Sigmoid", "Tanh"};
    }
    return {};
}

std::vector<std::string> activation_names(const Attributes& attributes, CellKind cell, int directions) {
    const std::vector<std::string> one = default_names(cell);
    std::vector<std::string> names = attributes.texts("activations");
    if (names.empty()) {
        for (int d = 0; d < directions; ++d) { names.insert(names.end(), one.begin(), one.end()); }
    }
    // The schema's default of RNN names two functions whatever the direction, and exporters write two: one direction
    // has the first, as in ONNX Runtime.
    if (cell == CellKind::rnn && directions == 1 && names.size() == 2) { names.pop_back(); }
    const std::size_t wanted = one.size() * static_cast<std::size_t>(directions);
    if (names.size() != wanted) {
        throw NodeFault("activations has " + std::to_string(names.size()) + " names, this cell needs " +
                        std::to_string(wanted) + " (" + std::to_string(one.size()) + " per direction)");
    }
    return names;
}

std::vector<Function> functions_of(const Attributes& attributes, CellKind cell, int directions) {
    Supply alphas("activation_alpha", attributes.reals("activation_alpha"));
    Supply betas("activation_beta", attributes.reals("activation_beta"));
    std::vector<Function> functions;
    for (const std::string& name : activation_names(attributes, cell, directions)) {
        const ActivationRow& row = find_activation(name);
        const float alpha = alphas.take(row.takes_alpha, row.alpha);
        functions.push_back({row.kind, alpha, betas.take(row.takes_beta, row.beta)});
    }
    alphas.check();
    betas.check();
    return functions;
}

DirectionKind direction_of(const Attributes& attributes) {
    const std::string text = attributes.text("direction", "forward");
    if (text == "forward") { return DirectionKind::forward; }
    if (text == "reverse") { return DirectionKind::reverse; }
    if (text == "bidirectional") { return DirectionKind::bidirectional; }
    throw NodeFault("direction " + in_quotes(text) + " is not forward, reverse or bidirectional");
}

/// Zero, negative and infinite limits are none.
double clip_of(const Attributes& attributes) {
    const double clip = attributes.real("clip", 0);
    if (std::isnan(clip)) { throw NodeFault("clip is not a number"); }
    return clip > 0 && std::isfinite(clip) ? clip : 0;
}

/// 0 if missing: shape inference takes it from R.
std::int64_t hidden_of(const Attributes& attributes) {
    const std::int64_t hidden = attributes.integer("hidden_size", 0);
    if (attributes.has("hidden_size") && hidden <= 0) {
        throw NodeFault("hidden_size is " + std::to_string(hidden) + "; it must be positive");
    }
    return hidden;
}

/// PyTorch's GRU needs linear_before_reset = 1; onnxscript 0.5.7 to 0.7.0 did not set it, and then the file lacks it or
/// says the default, 0.
void warn_of_forgotten_attribute(const NodeReader& node) {
    Graph& graph = node.context.graph;
    if (graph.producer.rfind("pytorch", 0) == 0 && node.attributes.integer("linear_before_reset", 0) == 0) {
        graph.notes.push_back(
            "node '" + node.name +
            "' (GRU): linear_before_reset is missing or 0, but every GRU of PyTorch needs 1: onnxscript before "
            "0.7.1 forgot it. Converted as the file says (0); export again with a newer onnxscript");
    }
}

/// The name that `activation_names` leaves out.
void note_spare_function(const NodeReader& node, const Recurrent& op) {
    const std::vector<std::string> names = node.attributes.texts("activations");
    if (op.cell != CellKind::rnn || op.directions() != 1 || names.size() != 2) { return; }
    if (equal_without_case(names[0], names[1].c_str())) { return; }
    node.context.graph.notes.push_back("node '" + node.name + "' (RNN): activations names " + in_quotes(names[0]) +
                                       " and " + in_quotes(names[1]) +
                                       " for one direction. Converted with the first, as ONNX Runtime runs it");
}

}  // namespace

void translate_recurrent(const NodeReader& node, CellKind cell, bool integer_weights) {
    const Attributes& attributes = node.attributes;
    Recurrent op;
    op.cell = cell;
    op.integer_weights = integer_weights;
    op.direction = direction_of(attributes);
    op.hidden = hidden_of(attributes);
    op.functions = functions_of(attributes, cell, op.directions());
    op.clip = clip_of(attributes);
    op.linear_before_reset = attributes.integer("linear_before_reset", 0) != 0;
    op.input_forget = attributes.flag("input_forget");
    if (attributes.flag("layout")) {
        op.x_batch_first = true;
        op.y_order = YOrder::batch_time_direction;
        op.state_batch_first = true;
    }
    if (cell == CellKind::gru) { warn_of_forgotten_attribute(node); }
    note_spare_function(node, op);

    std::vector<ValueId> inputs = node.inputs;
    std::vector<ValueId> outputs = node.outputs;
    inputs.resize(cell == CellKind::lstm ? 8 : 6, kNone);
    outputs.resize(cell == CellKind::lstm ? 3 : 2, kNone);
    node.add(std::move(op), std::move(inputs), std::move(outputs));
}

}  // namespace tidegate
