// SPDX-License-Identifier: MIT
// The converter's only exceptions. main turns them into one line on stderr and exit code 2.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace tidegate {

/// A model, an option or a data file that is refused: what was found, where, and what to do about it.
class ConvertError : public std::runtime_error {
public:
    explicit ConvertError(const std::string& what) : std::runtime_error(what) {}
    /// "node 'encoder/lstm_1' (LSTM): activation 'Foo' is not supported; export with Sigmoid, Tanh, ..."
    ConvertError(const std::string& node, const std::string& op, const std::string& what)
        : std::runtime_error("node '" + node + "' (" + op + "): " + what) {}
};

/// A shape that breaks a rule; it does not know the node. Who does makes a ConvertError of it.
class ShapeFault : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Collects every complaint of a stage, so that the user sees the complete list and not the first item.
class Complaints {
public:
    void add(const ConvertError& error) { lines_.emplace_back(error.what()); }
    bool empty() const { return lines_.empty(); }
    /// Throws one ConvertError with all lines ("; " between them) if there are any.
    void throw_if_any() const {
        if (lines_.empty()) { return; }
        std::string text = lines_.front();
        for (std::size_t i = 1; i < lines_.size(); ++i) { text += "; " + lines_[i]; }
        if (lines_.size() > 1) { text = std::to_string(lines_.size()) + " problems: " + text; }
        throw ConvertError(text);
    }

private:
    std::vector<std::string> lines_;
};

}  // namespace tidegate
