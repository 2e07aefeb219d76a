// SPDX-License-Identifier: MIT
// The commands, one source file each. They print to stdout and throw CommandError for what is refused.
#pragma once

#include <string>
#include <vector>

namespace tidegate::command {

struct RunOptions {
    std::string model;
    std::vector<std::string> inputs;  ///< .npy files in the order of the model's inputs
    std::string out_dir;
    bool steps = false;  ///< the first axis of the first input counts steps
    std::string kernels;
    std::vector<std::string> dims;       ///< "time=12"
    std::string state;                   ///< the file of the states; empty: none
    bool restore_other_version = false;  ///< of another file of the same network
    std::string policy;                  ///< "refuse", also if empty, "hold" or "reset"
    std::size_t arena = 0;               ///< bytes; 0: what the model needs
};
void run(const RunOptions& options);

struct InfoOptions {
    std::string model;     ///< empty with `kernels`
    bool kernels = false;  ///< not a model: the kernel tables
    bool json = false;
    std::string payload;  ///< where the bare FlatBuffer goes; empty: nowhere
};
void info(const InfoOptions& options);
void info_kernels(bool json);

struct BenchOptions {
    std::string model;
    std::string kernels;
    bool json = false;
    bool ops = false;
    std::vector<std::string> dims;
    std::size_t runs = 0;  ///< single ones; 0: as many as fit
    std::size_t arena = 0;
};
void bench(const BenchOptions& options);

struct ForecastOptions {
    std::string model;
    std::string data;
    std::string out;
    std::string plot;
    std::string backtest;  ///< FROM..TO
    std::string kernels;
    std::size_t arena = 0;
};
void forecast(const ForecastOptions& options);

}  // namespace tidegate::command
