// SPDX-License-Identifier: MIT
#include "cell_model.h"

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "convert.h"

namespace tidegate::bench {
namespace {

/// A folder of its own, away when it is done.
class Scratch {
public:
    Scratch() {
        std::string path = (std::filesystem::temp_directory_path() / "bench_table_XXXXXX").string();
        if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("no folder for temporary files: " + path);
        path_ = path;
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::string write(const std::string& bytes) const {
        std::string file = (path_ / "model.onnx").string();
        std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return file;
    }

private:
    std::filesystem::path path_;
};

}  // namespace

static_assert(static_cast<int>(WeightForm::i8) == static_cast<int>(Number::i8));

std::vector<std::uint8_t> tide_file(const std::string& onnx, Number number) {
    const Scratch scratch;
    ConvertOptions options;
    options.stateful = true;
    options.quantization.form = static_cast<WeightForm>(number);
    return convert(scratch.write(onnx), options).file;
}

}  // namespace tidegate::bench
