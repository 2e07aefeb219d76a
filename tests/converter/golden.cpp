// SPDX-License-Identifier: MIT
#include "golden.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

namespace tidegate::golden {
namespace {

/// Multiples of 2^-23 in [-scale, scale): the generator of make_golden.py.
Tensor numbers(std::uint32_t seed, const Dims& dims, double scale) {
    Tensor tensor = Tensor::zeros(ElementType::f32, dims);
    std::uint32_t state = seed;
    for (double& value : tensor.reals) {
        state = state * 1664525U + 1013904223U;
        value = (static_cast<double>(state >> 8) / 0x1p23 - 1.0) * scale;
    }
    return tensor;
}

/// [A, B, ...] -> [B, A, ...].
Tensor swap_first_axes(const Tensor& x) {
    Tensor y = x;
    std::swap(y.dims[0], y.dims[1]);
    const std::int64_t rest = x.dims[2];
    for (std::int64_t i = 0; i < x.dims[0]; ++i) {
        for (std::int64_t j = 0; j < x.dims[1]; ++j) {
            for (std::int64_t k = 0; k < rest; ++k) {
                y.reals[static_cast<std::size_t>((j * x.dims[0] + i) * rest + k)] =
                    x.reals[static_cast<std::size_t>((i * x.dims[1] + j) * rest + k)];
            }
        }
    }
    return y;
}

UnaryKind kind_of(const std::string& name) {
    static const std::map<std::string, UnaryKind> kinds{
        {"Relu", UnaryKind::relu},
        {"Tanh", UnaryKind::tanh},
        {"Sigmoid", UnaryKind::sigmoid},
        {"Affine", UnaryKind::affine},
        {"LeakyRelu", UnaryKind::leaky_relu},
        {"ThresholdedRelu", UnaryKind::thresholded_relu},
        {"ScaledTanh", UnaryKind::scaled_tanh},
        {"HardSigmoid", UnaryKind::hard_sigmoid},
        {"Elu", UnaryKind::elu},
        {"Softsign", UnaryKind::softsign},
        {"Softplus", UnaryKind::softplus},
    };
    return kinds.at(name);
}

/// The words of one case before its outputs.
struct Header {
    std::string op, direction;
    std::map<std::string, double> numbers;
    std::vector<Function> functions;
    std::set<std::string> has;
    std::vector<std::int64_t> lens;
    std::int64_t at(const std::string& key) const { return static_cast<std::int64_t>(numbers.at(key)); }
};

Node node_of(const std::string& name, const Header& h) {
    Recurrent op;
    op.cell = h.op == "LSTM" ? CellKind::lstm : h.op == "GRU" ? CellKind::gru : CellKind::rnn;
    op.direction = h.direction == "forward"   ? DirectionKind::forward
                   : h.direction == "reverse" ? DirectionKind::reverse
                                              : DirectionKind::bidirectional;
    op.hidden = h.at("hidden");
    op.functions = h.functions;
    op.clip = h.numbers.at("clip");
    op.linear_before_reset = h.at("lbr") != 0;
    op.input_forget = h.at("input_forget") != 0;
    op.x_batch_first = op.state_batch_first = h.at("layout") == 1;
    op.y_order = h.at("layout") == 1 ? YOrder::batch_time_direction : YOrder::time_direction_batch;
    return {name, op, {}, {}};
}

/// X, W, R, B, sequence_lens, initial_h, initial_c, P as make_golden.py's draw() makes them, in the case's layout.
std::vector<Tensor> inputs_of(const Header& h) {
    const bool lstm = h.op == "LSTM";
    const std::int64_t d = h.direction == "bidirectional" ? 2 : 1;
    const std::int64_t hidden = h.at("hidden");
    const std::int64_t rows = (lstm ? 4 : h.op == "GRU" ? 3 : 1) * hidden;
    const std::int64_t batch = h.at("batch");
    const auto seed = static_cast<std::uint32_t>(h.at("seed") * 8);
    const auto state = [&](std::uint32_t k) {
        const Tensor drawn = numbers(seed + k, {d, batch, hidden}, 1.0);
        return h.at("layout") == 1 ? swap_first_axes(drawn) : drawn;
    };
    std::vector<Tensor> inputs(lstm ? 8 : 6);
    const Tensor x = numbers(seed, {h.at("time"), batch, h.at("features")}, 2.0);
    inputs[0] = h.at("layout") == 1 ? swap_first_axes(x) : x;
    inputs[1] = numbers(seed + 1, {d, rows, h.at("features")}, 1.0);
    inputs[2] = numbers(seed + 2, {d, rows, hidden}, 0.5);
    if (h.has.count("B") != 0) { inputs[3] = numbers(seed + 3, {d, 2 * rows}, 1.0); }
    if (!h.lens.empty()) {
        inputs[4] = Tensor::zeros(ElementType::i32, {batch});
        inputs[4].integers = h.lens;
    }
    if (h.has.count("h0") != 0) { inputs[5] = state(4); }
    if (h.has.count("c0") != 0) { inputs[6] = state(5); }
    if (h.has.count("P") != 0) { inputs[7] = numbers(seed + 6, {d, 3 * hidden}, 1.0); }
    return inputs;
}

Case case_of(const std::string& name, const Header& header) {
    Case result{name, node_of(name, header), inputs_of(header), {}};
    int id = 0;
    for (const Tensor& input : result.inputs) {
        const bool missing = input.reals.empty() && input.integers.empty();
        result.node.inputs.push_back(missing ? kNone : id);
        ++id;
    }
    for (int k = 0; k < (header.op == "LSTM" ? 3 : 2); ++k) { result.node.outputs.push_back(id++); }
    return result;
}

void read_header_line(const std::string& word, std::istream& words, Header& header) {
    std::string key;
    if (word == "op") {
        words >> header.op >> header.direction;
        while (words >> key) { words >> header.numbers[key]; }
    } else if (word == "functions") {
        Function function;
        while (words >> key >> function.alpha >> function.beta) {
            function.kind = kind_of(key);
            header.functions.push_back(function);
        }
    } else if (word == "has") {
        while (words >> key) { header.has.insert(key); }
    } else if (word == "lens") {
        std::int64_t length = 0;
        while (words >> length) { header.lens.push_back(length); }
    } else {
        throw std::runtime_error("golden data: '" + word + "' is not known");
    }
}

Tensor read_output(std::istream& dims_text, std::istream& file) {
    Dims dims;
    for (std::int64_t extent = 0; dims_text >> extent;) { dims.push_back(extent); }
    Tensor tensor = Tensor::zeros(ElementType::f32, dims);
    for (double& value : tensor.reals) {
        if (!(file >> value)) { throw std::runtime_error("golden data: an output ends too early"); }
    }
    return tensor;
}

}  // namespace

std::vector<Case> read_cases(const std::string& path) {
    std::ifstream file(path);
    if (!file) { throw std::runtime_error("golden data: cannot open " + path); }
    std::vector<Case> cases;
    std::string name;
    Header header;
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string word;
        if (!(words >> word) || word == "#") { continue; }
        if (word == "case") {
            name = line.substr(5);
            header = Header{};
        } else if (word == "Y") {
            cases.push_back(case_of(name, header));
            cases.back().outputs.push_back(read_output(words, file));
        } else if (word == "Y_h" || word == "Y_c") {
            cases.back().outputs.push_back(read_output(words, file));
        } else {
            read_header_line(word, words, header);
        }
    }
    return cases;
}

}  // namespace tidegate::golden
