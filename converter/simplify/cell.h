// SPDX-License-Identifier: MIT
// One step of an RNN, LSTM or GRU that is written out as other operators. Inside simplify/ only.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "simplify/linear_form.h"

namespace tidegate {

/// f(x W + h R + bias): what is multiplied is told apart once it is known which source is h.
struct Gate {
    LinearForm form;
    std::vector<LinearForm::Bias> bias_r = {};      ///< a GRU candidate's, inside of r * (h R + bias_r)
    std::optional<LinearForm::Bias> peephole = {};  ///< an LSTM's: + peephole * c
};

struct Cell {
    CellKind kind = CellKind::rnn;
    std::vector<Gate> gates;  ///< in ONNX's order
    std::vector<Function> functions;
    bool linear_before_reset = false;
    bool turned_update = false;  ///< h' = (1 - u) h + u n: z = 1 - u
    ValueId h = kNone;           ///< kNone: not known yet; of a head, zeros
    ValueId c = kNone;
    ValueId reset = kNone;  ///< r * h, which the candidate's matrix multiplies
    ValueId next_h = kNone, next_c = kNone;
    bool is_head = false;  ///< h is known before the run, and so are its products: R is that of the step behind it
    std::vector<ValueId> inner;  ///< values that only the cell may read
    std::vector<ValueId> fed;    ///< those of them that a sum or a matrix in a gate reads
    std::vector<Source> xs;      ///< what W multiplies, once h is known
};

/// Reads the cell whose next h the value is, as far as its formula tells: h of an LSTM or RNN stays open.
class CellReader {
public:
    CellReader(const Graph& graph, LinearForms& forms) : graph_(graph), forms_(forms) {}
    std::optional<Cell> read(ValueId next);

private:
    struct Operands {
        ValueId left, right;
    };
    static std::array<Operands, 2> both(const Operands& pair) { return {{pair, {pair.right, pair.left}}}; }
    struct Activated {
        Function function;
        ValueId inner;
    };
    /// h' = (1 - u) p + u q
    struct Blend {
        ValueId p, q, u;
        std::vector<ValueId> inner;
    };

    std::optional<Operands> operands(ValueId id, BinaryKind kind) const;
    std::optional<Activated> activated(ValueId id) const;
    std::optional<Gate> gate(ValueId id, Function& function);
    std::optional<Gate> peeping_gate(Cell& cell, ValueId id, ValueId c, Function& function);
    bool is_state(ValueId id, const Cell& cell) const;
    bool is_one(ValueId id) const;
    ValueId complement_of(ValueId id) const;
    std::vector<Blend> blends(ValueId next) const;
    void add_blends_of(ValueId p, ValueId taken, std::vector<Blend>& found) const;
    void add_blends_of(ValueId first, ValueId second, ValueId u, ValueId q, std::vector<Blend>& found) const;
    std::optional<Cell> rnn(ValueId next);
    std::optional<Cell> lstm(ValueId next);
    std::optional<Cell> lstm(ValueId next, ValueId c_next, ValueId output, ValueId shown);
    std::optional<Cell> gru(const Blend& blend, bool turned, ValueId next);
    bool candidate(Cell& cell, ValueId sum);

    const Graph& graph_;
    LinearForms& forms_;
};

}  // namespace tidegate
