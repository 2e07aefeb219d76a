// SPDX-License-Identifier: MIT
// Runs the built commands as a user would, in a folder of the test's own.
#pragma once

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace tidegate::test {

/// A new folder, removed with all that is in it.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "tidegate-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) { throw std::runtime_error("mkdtemp " + name); }
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }

private:
    std::filesystem::path path_;
};

inline std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) { throw std::runtime_error("cannot read " + path); }
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

inline void write_text(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

struct Outcome {
    int code = -1;
    std::string out;
    std::string err;

    /// What every refusal looks like: exit 2 and one line on stderr.
    bool refused() const {
        return code == 2 && err.starts_with("tidegate: ") && err.find('\n') == err.size() - 1 && out.empty();
    }
    bool says(const std::string& text) const { return err.find(text) != std::string::npos; }
};

inline Outcome run_program(const std::string& program, const std::string& arguments) {
    const Folder folder;
    const std::string line =
        program + " " + arguments + " >" + (folder / "out") + " 2>" + (folder / "err") + " </dev/null";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(folder / "out"), read_text(folder / "err")};
}

/// tidegate with these arguments, as a shell reads them.
inline Outcome tidegate_command(const std::string& arguments) { return run_program(TIDEGATE_COMMAND, arguments); }

/// The flagship, converted once.
inline const std::string& air_quality_model() {
    static const Folder folder;
    static const std::string path = [] {
        const std::string source = TIDEGATE_SOURCE_DIR "/examples/air-quality/";
        const std::string model = folder / "air-quality.tide";
        const Outcome made = run_program(TIDEGATE_CONVERT, source + "air-quality.onnx -o " + model +
                                                               " --state h_out=h --state c_out=c --forecast " + source +
                                                               "air-quality.json");
        if (made.code != 0) { throw std::runtime_error("tidegate-convert: " + made.err); }
        return model;
    }();
    return path;
}

/// The same with its states as inputs and outputs.
inline const std::string& air_quality_step_model() {
    static const Folder folder;
    static const std::string path = [] {
        const std::string model = folder / "step.tide";
        const Outcome made =
            run_program(TIDEGATE_CONVERT, TIDEGATE_SOURCE_DIR "/examples/air-quality/air-quality.onnx -o " + model);
        if (made.code != 0) { throw std::runtime_error("tidegate-convert: " + made.err); }
        return model;
    }();
    return path;
}

}  // namespace tidegate::test
