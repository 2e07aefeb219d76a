// SPDX-License-Identifier: MIT
// tidegate-convert, run as a command in a directory of its own.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "support/text.h"

namespace tidegate {

namespace fs = std::filesystem;

inline const std::string kModel = TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality.onnx";
inline const std::string kSpec = TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality.json";
inline const std::string kStates = " --state h_out=h --state c_out=c";

inline std::string contents(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::vector<std::uint8_t> bytes(const fs::path& path) {
    const std::string text = contents(path);
    return {text.begin(), text.end()};
}

struct Result {
    int status = -1;
    std::string out, err;
    /// Refused as the rules say: exit code 2 and exactly one line on stderr that begins with the command's name.
    bool refused_with(const std::string& part) const {
        const bool one_line = !err.empty() && err.find('\n') == err.size() - 1;
        return status == 2 && one_line && err.rfind("tidegate-convert: ", 0) == 0 &&
               err.find(part) != std::string::npos;
    }
};

/// A directory of its own, removed at the end, and the command run in it.
class Place {
public:
    Place() : directory_(fs::temp_directory_path() / ("tidegate-command-" + std::to_string(::getpid()))) {
        fs::remove_all(directory_);
        fs::create_directories(directory_);
    }
    ~Place() { fs::remove_all(directory_); }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    Result run(const std::string& arguments) const {
        const std::string line = "cd '" + directory_.string() +
                                 "' && '" TIDEGATE_BINARY_DIR "/converter/tidegate-convert' " + arguments +
                                 " >out.txt 2>err.txt";
        const int status = std::system(line.c_str());
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(at("out.txt")), contents(at("err.txt"))};
    }
    fs::path at(const std::string& name) const { return directory_ / name; }
    std::size_t files() const {
        return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()));
    }

private:
    fs::path directory_;
};

using test::has;

}  // namespace tidegate
