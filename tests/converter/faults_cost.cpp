// SPDX-License-Identifier: MIT
// What a hostile model may cost: 64 times its file and 256 MB of memory, ten seconds of CPU time. Each is converted by
// the command in a process of its own, which is measured.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "converter/faults.h"

namespace tidegate::faults_cost_test {
namespace {

using namespace test;
using List = std::vector<std::int64_t>;

struct Cost {
    int status = -1;  ///< of the command; negative: killed
    double seconds = 0;
    double megabytes = 0;
};

/// tidegate-convert with these arguments, its output thrown away.
Cost cost_of(const std::vector<std::string>& arguments) {
    const pid_t child = fork();
    if (child == 0) {
        const rlimit seconds{60, 60};
        setrlimit(RLIMIT_CPU, &seconds);
        const int nowhere = open("/dev/null", O_WRONLY);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
        std::vector<char*> words = {const_cast<char*>("tidegate-convert")};
        for (const std::string& word : arguments) { words.push_back(const_cast<char*>(word.c_str())); }
        words.push_back(nullptr);
        execv(TIDEGATE_BINARY_DIR "/converter/tidegate-convert", words.data());
        _exit(127);
    }
    int status = 0;
    rusage used{};
    REQUIRE(wait4(child, &status, 0, &used) == child);
    const auto in_seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
            in_seconds(used.ru_utime) + in_seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) / 1024};
}

/// Both commands on the model, with these options: within the bounds, and neither crash nor internal error.
void check_cost(const std::string& what, const std::string& bytes, const std::vector<std::string>& options = {}) {
    const std::string path = write_bytes("cost.onnx", bytes);
    for (const bool only_check : {true, false}) {
        std::vector<std::string> arguments = {path};
        if (only_check) {
            arguments.insert(arguments.begin(), "check");
        } else {
            arguments.insert(arguments.end(), {"-o", path + ".tide"});
        }
        arguments.insert(arguments.end(), options.begin(), options.end());
        const Cost cost = cost_of(arguments);
        const double most = 64.0 * static_cast<double>(bytes.size()) / (1 << 20) + 256;
        std::printf("%-44s %-7s %9zu bytes: exit %d, %6.2f s, %5.0f of %5.0f MB\n", what.c_str(),
                    only_check ? "check" : "convert", bytes.size(), cost.status, cost.seconds, cost.megabytes, most);
        CAPTURE(what);
        CAPTURE(only_check);
        CHECK(cost.status >= 0);
        CHECK(cost.status <= 2);
#ifndef TIDEGATE_SANITIZED
        CHECK(cost.megabytes <= most);
        CHECK(cost.seconds <= 10);
#endif
    }
    std::filesystem::remove(path);
    std::filesystem::remove(path + ".tide");
}
void check_cost(const std::string& what, const ModelBuilder& model, const std::vector<std::string>& options = {}) {
    check_cost(what, model.proto.SerializeAsString(), options);
}

std::string value(int i) { return "v" + std::to_string(i); }

/// x [2, 3] through `count` nodes of one input each.
ModelBuilder chain(const std::string& op, int count,
                   const std::vector<std::pair<std::string, AttributeValue>>& attributes = {}) {
    ModelBuilder model;
    model.input("x", {2, 3}).output(value(count));
    for (int i = 0; i < count; ++i) { model.node(op, {i == 0 ? "x" : value(i)}, {value(i + 1)}, attributes); }
    return model;
}

#ifdef TIDEGATE_SANITIZED
constexpr int kMany = 2000;  // the sanitizers look for other things
#else
constexpr int kMany = 20000;
#endif

}  // namespace

TEST_CASE("fault 25: time and memory of models with very many parts stay in bounds") {
    check_cost("a chain of Relu", chain("Relu", kMany));
    check_cost("a chain of Identity", chain("Identity", kMany));
    check_cost("a chain of Transpose", chain("Transpose", kMany));
    check_cost("a chain of Cast", chain("Cast", kMany, {{"to", 1}}));
    check_cost("a chain of unknown operators", chain("Unknown", kMany));
    ModelBuilder reshapes;
    reshapes.input("x", {2, 3}).output(value(kMany)).integers("a", {3, 2}).integers("b", {6});
    for (int i = 0; i < kMany; ++i) {
        reshapes.node("Reshape", {i == 0 ? "x" : value(i), i % 2 == 0 ? "a" : "b"}, {value(i + 1)});
    }
    check_cost("a chain of Reshape", reshapes);
    ModelBuilder adds;
    adds.input("x", {2, 3}).output(value(kMany));
    for (int i = 0; i < kMany; ++i) { adds.node("Add", {i == 0 ? "x" : value(i), "x"}, {value(i + 1)}); }
    check_cost("a chain of Add", adds);
    ModelBuilder wide;
    wide.input("x", {2, 3}).output("y");
    std::vector<std::string> names;
    for (int i = 0; i < kMany; ++i) {
        names.push_back(value(i));
        wide.node("Sigmoid", {"x"}, {value(i)});
    }
    wide.node("Concat", names, {"y"}, {{"axis", 0}});
    check_cost("a Concat of many", wide);
    ModelBuilder sum = wide;
    sum.graph().mutable_node(kMany)->set_op_type("Sum");
    sum.graph().mutable_node(kMany)->clear_attribute();
    check_cost("a Sum of many", sum);
    ModelBuilder backwards = chain("Relu", kMany);
    std::reverse(backwards.graph().mutable_node()->begin(), backwards.graph().mutable_node()->end());
    check_cost("a chain in reverse order", backwards);
    ModelBuilder ring = chain("Relu", kMany);
    ring.graph().mutable_node(0)->set_input(0, value(kMany));
    check_cost("a ring", ring);
    ModelBuilder same;
    same.input("x", {2}).output("y");
    for (int i = 0; i < kMany; ++i) { same.node("Relu", {"x"}, {"y"}); }
    check_cost("one name made by many", same);
}

TEST_CASE("fault 25: time and memory of models with many ports, tensors and large texts stay in bounds") {
    ModelBuilder ports;
    for (int i = 0; i < kMany; ++i) { ports.input(value(i), {"n" + std::to_string(i), 2}); }
    ports.output("y").node("Relu", {"v0"}, {"y"});
    check_cost("many inputs with a symbol each", ports);
    ModelBuilder outputs;
    outputs.input("x", {2});
    for (int i = 0; i < kMany; ++i) { outputs.output(value(i)).node("Relu", {"x"}, {value(i)}); }
    check_cost("many outputs", outputs);
    ModelBuilder tensors;
    tensors.input("x", {1}).output("y").node("Relu", {"x"}, {"y"});
    for (int i = 0; i < kMany; ++i) { tensors.floats(value(i), {1}, {1}); }
    check_cost("many tensors", tensors);
    ModelBuilder texts = one_node("Relu", {"x"});
    texts.graph().mutable_node(0)->set_name(std::string(1 << 22, 'n'));
    texts.graph().mutable_node(0)->set_op_type(std::string(1 << 22, 'o'));
    check_cost("names of 4 MB", texts);
    ModelBuilder attributes = one_node("Relu", {"x"});
    for (int i = 0; i < kMany; ++i) { set(*attributes.graph().mutable_node(0), "alpha", 1.0F); }
    check_cost("many attributes", attributes);
    ModelBuilder axes = one_node("Unsqueeze", {"x", "axes"});
    axes.integers("axes", List(100000, 0));
    check_cost("an Unsqueeze of 100,000 axes", axes);
    ModelBuilder shape = one_node("Reshape", {"x", "shape"});
    shape.integers("shape", List(100000, 1));
    check_cost("a Reshape to 100,000 axes", shape);
    ModelBuilder perm = one_node("Transpose", {"x"}, {{"perm", List(100000, 0)}});
    check_cost("a perm of 100,000", perm);
    ModelBuilder input;
    input.input("x", std::vector<ModelBuilder::Extent>(100000, 1)).output("y").node("Relu", {"x"}, {"y"});
    check_cost("an input of 100,000 axes", input);
    std::string nodes;
    for (int i = 0; i < 1 << 20; ++i) { nodes += std::string("\x0a\x00", 2); }
    check_cost("a million nodes of nothing", wrapped(7, nodes));
    check_cost("a million unknown fields", wrapped(7, "") + std::string(1 << 20, '\x78'));
}

TEST_CASE("fault 25: time and memory of folding, expansion and shapes stay in bounds") {
    ModelBuilder tables;  // each within the limit, together gigabytes
    tables.input("x", {1}).output("y").integers("dims", {1 << 19}).node("Relu", {"x"}, {"y"});
    for (int i = 0; i < 1000; ++i) { tables.output(value(i)).node("ConstantOfShape", {"dims"}, {value(i)}); }
    check_cost("a thousand ConstantOfShape", tables);
    ModelBuilder pads;
    pads.input("x", {1, 4}).integers("pads", {0, 1 << 20, 0, 1 << 20});
    for (int i = 0; i < 100; ++i) { pads.output(value(i)).node("Pad", {"x", "pads"}, {value(i)}, {{"mode", "edge"}}); }
    check_cost("a hundred wide Pad", pads);
    ModelBuilder tiles;
    tiles.input("x", {1, 4}).integers("n", {1, 1 << 19});
    for (int i = 0; i < 100; ++i) { tiles.output(value(i)).node("Tile", {"x", "n"}, {value(i)}); }
    check_cost("a hundred wide Tile", tiles);
    for (const char* op : {"Relu", "Softmax"}) {
        ModelBuilder vast;
        vast.input("x", {1 << 14, 1 << 14}).output("y").node(op, {"x"}, {"y"});
        check_cost(std::string("a vast ") + op, vast);
    }
    ModelBuilder product;
    product.input("x", {4096, 4096}).output("y").node("MatMul", {"x", "x"}, {"y"});
    check_cost("a product of 2^36 multiplications", product);
    ModelBuilder outer;
    outer.input("x", {20000, 1}).input("z", {1, 20000}).output("y").node("Mul", {"x", "z"}, {"y"});
    check_cost("an outer product", outer);
    ModelBuilder conv;
    conv.input("x", {1, 64, 512, 512}).output("y").weights("w", {64, 64, 3, 3}).node("Conv", {"x", "w"}, {"y"});
    check_cost("a convolution of 10^10 multiplications", conv);
    ModelBuilder steps;
    steps.input("x", {1 << 20, 1, 4}).output("Y").weights("W", {1, 64, 4}).weights("R", {1, 64, 16});
    steps.node("LSTM", {"x", "W", "R"}, {"Y"}, {{"hidden_size", 16}});
    check_cost("an LSTM of a million steps", steps);
    ModelBuilder einsum;
    einsum.input("x", {64, 64})
        .output("y")
        .node("Einsum", {"x", "x", "x", "x", "x"}, {"y"}, {{"equation", "ab,cd,ef,gh,ij->"}});
    check_cost("an Einsum over ten letters", einsum);
}

TEST_CASE("fault 25: constants of few elements that take long to compute, and what is large only between") {
    const auto zeros = [](const Dims& dims) {
        ModelBuilder model;
        return model.input("x", {1}).output("y").integers("dims", dims).node("ConstantOfShape", {"dims"}, {"zeros"});
    };
    check_cost(
        "a constant pool of 10^11 places",
        zeros({1, 1, 500, 500})
            .node("MaxPool", {"zeros"}, {"y"}, {{"kernel_shape", Dims{801, 801}}, {"pads", Dims{400, 400, 400, 400}}}));
    check_cost("a constant convolution of 2^33 places",
               zeros({1, 1, 1 << 18})
                   .integers("taps", {1, 1, 1 << 15})
                   .node("ConstantOfShape", {"taps"}, {"w"})
                   .node("Conv", {"zeros", "w"}, {"y"}, {{"pads", Dims{1 << 14, 1 << 14}}}));
    ModelBuilder products = zeros({16, 1 << 14});
    ModelBuilder sums = zeros({1 << 19});
    products.node("Transpose", {"zeros"}, {"turned"});
    for (int i = 0; i < 2000; ++i) {
        products.node("MatMul", {"zeros", "turned"}, {value(i)}).output(value(i));
        sums.node("ReduceSum", {"zeros"}, {value(i)}).output(value(i));
    }
    check_cost("two thousand constant products", products);
    check_cost("two thousand constant sums", sums);
    check_cost("a Resize of one axis after the other",
               zeros({1, 1 << 14}).integers("sizes", {1 << 14, 1}).node("Resize", {"zeros", "", "", "sizes"}, {"y"}));
    ModelBuilder frozen;
    frozen.input("x", {1}).input("vast", {1 << 13, 1 << 13}).output("y").node("Mul", {"x", "vast"}, {"y"});
    check_cost("a vast input frozen to one number", frozen, {"--fix-input", "vast=0"});
}

TEST_CASE("fault 25: dimensions that are computed from symbols cannot grow without end") {
    const auto grown = [](const std::string& op) {
        ModelBuilder model;
        model.input("x", {"n", "m"}).output("y").integers("two", {2, 3}).node("Shape", {"x"}, {"v0"});
        for (int i = 0; i < 60; ++i) {
            model.node("Div", {value(i), "two"}, {"d" + value(i)}).node("Add", {value(i), "two"}, {"a" + value(i)});
            model.node(op, {"a" + value(i), "d" + value(i)}, {value(i + 1)});
        }
        return model.node("ConstantOfShape", {"v60"}, {"y"});
    };
    for (const char* op : {"Add", "Mul", "Div", "Min", "Sub"}) {
        const std::string bytes = grown(op).proto.SerializeAsString();
        check_cost(std::string("shapes by ") + op, bytes, {"--dim", "n=1..2"});
    }
}

}  // namespace tidegate::faults_cost_test
