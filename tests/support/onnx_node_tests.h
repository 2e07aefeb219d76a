// SPDX-License-Identifier: MIT
// ONNX's own node tests (Debian: libonnx-testdata): one folder per test with model.onnx and test_data_set_K.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace tidegate::test {

inline const std::filesystem::path kNodeTests = "/usr/share/libonnx-testdata/data/node";

/// False, with one line that says so, where the data is not installed.
inline bool node_tests_installed(const char* test) {
    if (std::filesystem::is_directory(kNodeTests)) { return true; }
    std::printf("skipped: %s needs libonnx-testdata (%s)\n", test, kNodeTests.c_str());
    return false;
}

/// The folders named test_<operator> or test_<operator>_..., sorted; "gather" is not "gathernd", nor "gather_elements".
inline std::vector<std::filesystem::path> node_tests_of(const std::string& op) {
    std::vector<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(kNodeTests)) {
        const std::string name = entry.path().filename().string();
        const std::string prefix = "test_" + op;
        const bool bare = name == prefix;
        if (!bare && !name.starts_with(prefix + "_")) { continue; }
        if (op == "gather" && name.starts_with("test_gather_elements")) { continue; }
        if (op == "scatter" && name.starts_with("test_scatter_elements")) { continue; }
        if (name.find("_expanded") != std::string::npos) { continue; }
        folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    return folders;
}

/// Every folder, sorted.
inline std::vector<std::filesystem::path> all_node_tests() {
    std::vector<std::filesystem::path> folders;
    for (const auto& entry : std::filesystem::directory_iterator(kNodeTests)) { folders.push_back(entry.path()); }
    std::sort(folders.begin(), folders.end());
    return folders;
}

/// The answer is float16; a value of 16 bits is f32 in this project, and better than the answer.
inline bool answers_in_half(const std::filesystem::path& folder) {
    return folder.filename().string().find("_to_FLOAT16") != std::string::npos;
}

inline std::vector<std::string> data_sets_of(const std::filesystem::path& folder) {
    std::vector<std::string> data_sets;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with("test_data_set_")) { data_sets.push_back(entry.path()); }
    }
    std::sort(data_sets.begin(), data_sets.end());
    return data_sets;
}

/// Names of the operators, as node tests spell them, that the project has.
inline const std::vector<std::string> kPlainOperators{"matmul",
                                                      "gemm",
                                                      "add",
                                                      "sub",
                                                      "mul",
                                                      "div",
                                                      "relu",
                                                      "leakyrelu",
                                                      "tanh",
                                                      "sigmoid",
                                                      "softmax",
                                                      "logsoftmax",
                                                      "concat",
                                                      "slice",
                                                      "split",
                                                      "gather",
                                                      "squeeze",
                                                      "unsqueeze",
                                                      "reshape",
                                                      "flatten",
                                                      "transpose",
                                                      "identity",
                                                      "cast",
                                                      "dropout",
                                                      "constant",
                                                      "shape",
                                                      "expand",
                                                      "constantofshape",
                                                      "range",
                                                      "conv",
                                                      "basic_conv",
                                                      "convtranspose",
                                                      "maxpool",
                                                      "averagepool",
                                                      "abs",
                                                      "and",
                                                      "ceil",
                                                      "celu",
                                                      "clip",
                                                      "cos",
                                                      "equal",
                                                      "erf",
                                                      "exp",
                                                      "floor",
                                                      "greater",
                                                      "greater_equal",
                                                      "hardswish",
                                                      "isinf",
                                                      "isnan",
                                                      "less",
                                                      "less_equal",
                                                      "log",
                                                      "max",
                                                      "mean",
                                                      "min",
                                                      "mod",
                                                      "neg",
                                                      "or",
                                                      "or2d",
                                                      "or3d",
                                                      "prelu",
                                                      "pow",
                                                      "reciprocal",
                                                      "round",
                                                      "sign",
                                                      "sin",
                                                      "sqrt",
                                                      "sum",
                                                      "tan",
                                                      "thresholdedrelu",
                                                      "where",
                                                      "xor",
                                                      "xor2d",
                                                      "and2d",
                                                      "and3d",
                                                      "and4d",
                                                      "or4d",
                                                      "xor3d",
                                                      "xor4d",
                                                      "constant_pad",
                                                      "edge_pad",
                                                      "reflect_pad",
                                                      "tile",
                                                      "gather_elements",
                                                      "gathernd",
                                                      "scatter",
                                                      "scatter_elements",
                                                      "scatternd",
                                                      "depthtospace",
                                                      "spacetodepth",
                                                      "onehot",
                                                      "tril",
                                                      "triu",
                                                      "size",
                                                      "eyelike",
                                                      "reversesequence",
                                                      "resize",
                                                      "upsample",
                                                      "einsum",
                                                      "if",
                                                      "loop11",
                                                      "scan",
                                                      "scan9",
                                                      "reduce",
                                                      "argmax",
                                                      "argmin",
                                                      "cumsum",
                                                      "top_k",
                                                      "hardmax",
                                                      "layer_normalization",
                                                      "mvn",
                                                      "batchnorm",
                                                      "quantizelinear",
                                                      "dequantizelinear",
                                                      "dynamicquantizelinear",
                                                      "matmulinteger",
                                                      "basic_convinteger",
                                                      "convinteger",
                                                      "qlinearmatmul",
                                                      "qlinearconv",
                                                      "elu",
                                                      "selu",
                                                      "not",
                                                      "softplus",
                                                      "softsign",
                                                      "hardsigmoid",
                                                      "instancenorm"};
inline const std::vector<std::string> kRecurrentOperators{"rnn", "simple_rnn", "lstm", "gru"};

}  // namespace tidegate::test
