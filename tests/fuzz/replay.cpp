// SPDX-License-Identifier: MIT
// The fuzzer's target without libFuzzer: replay FOLDER [COUNT [SEED [KEEP]]] runs it on the files of the folder, then
// on COUNT models that are changed at random (blindly: what they reach is not looked at). One that ends the program is
// left in KEEP.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "graft.h"
#include "mutate.h"
#include "read/model_file.h"
#include "read/schema.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using tidegate::fuzz::Mutator;

std::string present;  ///< what the target is given
std::string keep;     ///< where it goes if that is the end

void target(std::string bytes) {
    present = std::move(bytes);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(present.data()), present.size());
}

extern "C" void save(int signal) {
    if (!keep.empty()) { std::ofstream(keep, std::ios::binary) << present; }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// Changes one byte: what libFuzzer would do to texts, in the small.
std::size_t change_bytes(std::uint8_t* data, std::size_t size, std::size_t most) {
    if (size == 0 && most > 0) { data[size++] = 'a'; }
    if (size > 0) { data[size / 2] = static_cast<std::uint8_t>(data[size / 2] + 1); }
    return size;
}

std::string changed(const std::vector<std::string>& seeds, std::uint32_t number) {
    Mutator mutator(number, change_bytes);
    onnx::ModelProto model, other;
    if (!tidegate::parse(seeds[mutator.below(seeds.size())], model)) { return seeds.front(); }
    if (mutator.below(2) == 0) { model.set_model_version(static_cast<std::int64_t>(mutator.below(1 << 30))); }
    const bool crossed = tidegate::parse(seeds[mutator.below(seeds.size())], other);
    for (std::size_t times = 1 + mutator.below(6); times > 0; --times) {
        if (crossed && mutator.below(4) == 0) {
            tidegate::fuzz::graft(model, other, mutator);
        } else {
            mutator.change(model, crossed && mutator.below(4) == 0 ? &other : nullptr);
        }
    }
    return model.SerializeAsString();
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(argv[1])) { files.push_back(entry.path()); }
    std::sort(files.begin(), files.end());
    const int count = argc > 2 ? std::atoi(argv[2]) : 0;
    const auto seed = static_cast<std::uint32_t>(argc > 3 ? std::atoi(argv[3]) : 1);
    if (argc > 4) { keep = argv[4]; }
    for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL, SIGTERM}) { std::signal(signal, save); }
    std::vector<std::string> seeds;
    for (const std::filesystem::path& file : files) {
        std::ifstream stream(file, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
        std::printf("%s\n", file.c_str());
        std::fflush(stdout);  // the last line names the file that ends it
        target(seeds.back());
    }
    double longest = 0;
    for (int i = 0; i < count; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        target(changed(seeds, seed + static_cast<std::uint32_t>(i)));
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        if (seconds > longest) { std::printf("model %d took %.2f s\n", i, longest = seconds); }
    }
    std::printf("%zu files, %d models\n", files.size(), count);
    return files.empty() ? 1 : 0;
}
