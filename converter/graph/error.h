// SPDX-License-Identifier: MIT
// The converter's only exceptions. main turns them into one line on stderr and exit code 2.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace tidegate {

/// One thing that is wrong. node, op: empty where it is not about a node.
struct Problem {
    std::string node;
    std::string op;
    std::string what;
};
/// "node 'encoder/lstm_1' (LSTM): activation 'Foo' is not supported; export with Sigmoid, Tanh, ..."
std::string to_text(const Problem& problem);
/// One line: "3 problems: ...; ...; ...", or the only one.
std::string to_text(const std::vector<Problem>& problems);

/// A model, an option or a data file that is refused: what was found, where, and what to do about it.
class ConvertError : public std::runtime_error {
public:
    explicit ConvertError(const std::string& what) : ConvertError({Problem{"", "", what}}) {}
    ConvertError(const std::string& node, const std::string& op, const std::string& what)
        : ConvertError({Problem{node, op, what}}) {}
    explicit ConvertError(std::vector<Problem> problems)
        : std::runtime_error(to_text(problems)),
          problems_(std::make_shared<const std::vector<Problem>>(std::move(problems))) {}
    const std::vector<Problem>& problems() const { return *problems_; }

private:
    std::shared_ptr<const std::vector<Problem>> problems_;  // shared: copying an exception must not throw
};

/// A shape that breaks a rule; it does not know the node. Who does makes a ConvertError of it.
class ShapeFault : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Collects every complaint of a stage, so that the user sees the complete list and not the first item.
class Complaints {
public:
    /// Beyond kMost only counted: a hostile model has millions.
    void add(const ConvertError& error);
    bool empty() const { return problems_.empty(); }
    /// Throws one ConvertError with all problems if there are any.
    void throw_if_any() const;

private:
    static constexpr std::size_t kMost = 10000;

    std::vector<Problem> problems_;
    std::size_t more_ = 0;
};

}  // namespace tidegate
