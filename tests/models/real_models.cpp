// SPDX-License-Identifier: MIT
// Models that other people exported, with recorded answers, where they lie beside the project.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "convert.h"
#include "verified.h"
#include "verify/selfcheck.h"

namespace tidegate::real_models_test {
namespace {

namespace fs = std::filesystem;

const fs::path kModels = fs::path(TIDEGATE_SOURCE_DIR) / ".." / "shared" / "models";

bool models_present(const char* test) {
    if (fs::is_directory(kModels)) { return true; }
    std::printf("skipped: %s needs ../shared/models\n", test);
    return false;
}

/// test_data_set_0, test_data_set_1, stream.
std::vector<std::string> data_sets(const fs::path& folder) {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_directory() && (name.starts_with("test_data_set_") || name == "stream")) {
            result.push_back(entry.path().string());
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

/// The command's default, but for one model whose answers no float computation can repeat: Relu as a gate of a GRU lets
/// states grow to 6e4 and cancel, and the recorded answers are themselves up to 2.9e-3 off the value in double (this
/// project's: 1.9e-4).
Tolerance tolerance_for(const fs::path& folder) {
    return folder.filename() == "mgx-gru-bi-layout" ? Tolerance{4e-3, 1e-5} : Tolerance{};
}

void check_model(const fs::path& folder) {
    const test::Verified result = test::verified(folder / "model.onnx", data_sets(folder), tolerance_for(folder));
    CAPTURE(folder.filename());
    INFO(result.text);
    CHECK(result.passed);
}

std::string bytes_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("all 25 collected operator models give the recorded answers") {
    if (!models_present("operator models")) { return; }
    std::vector<fs::path> folders;
    for (const auto& entry : fs::directory_iterator(kModels / "operators")) { folders.push_back(entry.path()); }
    std::sort(folders.begin(), folders.end());
    CHECK(folders.size() == 25);
    for (const fs::path& folder : folders) { check_model(folder); }
}

TEST_CASE("real models of PyTorch and Keras give the recorded answers, whole and as streams") {
    if (!models_present("real models")) { return; }
    for (const char* name : {"aircraft-rul", "dtln-1", "ecg-bilstm", "fairtalk-a", "gonnx-gru", "gonnx-nt-enc",
                             "gonnx-nt-dec", "gtcrn-micro-op17", "gtcrn-simple", "keras-vae-enc-a", "silero-vad-ov16k",
                             "tract-byte-bilstm", "unity-hallway"}) {
        check_model(kModels / "real" / name);
    }
}

TEST_CASE("a real model with an If for each sampling rate gives the recorded answers, whole and as a stream") {
    if (!models_present("a real model with If")) { return; }
    const fs::path folder = kModels / "real" / "silero-vad-v4";
    ConvertOptions options;
    options.fixed_inputs = {{"sr", Tensor::of_i64({}, {16000})}};
    const test::Verified result = test::verified(folder / "model.onnx", data_sets(folder), {}, options);
    INFO(result.text);
    CHECK(result.passed);
}

TEST_CASE("real models that are converted for ranges give the recorded answers, and at every length the same bits") {
    if (!models_present("real models with symbolic dimensions")) { return; }
    struct Ranged {
        const char* name;
        std::map<std::string, DimRange> dims;
    };
    const Ranged models[] = {{"aircraft-rul", {{"unk__130", {1, 4}}}},
                             {"gonnx-gru", {{"batch_size", {1, 4}}, {"seq_length", {1, 32}}}},
                             {"gonnx-nt-enc", {{"batch_size", {1, 4}}, {"sequence_length", {1, 32}}}},
                             {"gonnx-nt-dec", {{"batch_size", {1, 4}}, {"sequence_length", {1, 32}}}},
                             {"keras-vae-enc-a", {{"unk__135", {1, 4}}}},
                             {"tract-byte-bilstm", {{"batch", {1, 4}}, {"length", {1, 48}}}}};
    for (const Ranged& m : models) {
        CAPTURE(m.name);
        const fs::path folder = kModels / "real" / m.name;
        ConvertOptions options;
        options.dims = m.dims;
        const test::Verified result =
            test::verified(folder / "model.onnx", {(folder / "test_data_set_0").string()}, {}, options);
        INFO(result.text);
        CHECK(result.passed);
        const SelfCheck check = selfcheck(convert(folder / "model.onnx", options));
        CHECK(check.lengths == 5);
        CHECK(check.difference == "");
        CHECK(check.largest_error < 5e-6);
    }
}

TEST_CASE("a stream runs on a model with a symbolic time, its states linked") {
    if (!models_present("a stream with a symbolic time")) { return; }
    const fs::path folder = kModels / "real" / "gonnx-gru";
    ConvertOptions options;
    options.dims = {{"seq_length", {1, 32}}};
    const test::Verified result = test::verified(folder / "model.onnx", {(folder / "stream").string()}, {}, options);
    INFO(result.text);
    CHECK(result.passed);
    options.dims.emplace("batch_size", DimRange(1, 4));
    const test::Verified refused = test::verified(folder / "model.onnx", {(folder / "stream").string()}, {}, options);
    CHECK(refused.refused);
    CHECK(refused.text.find("bind it with --dim batch_size=N") != std::string::npos);
}

TEST_CASE("the self-check of a real model finds no more than the rounding of floats") {
    if (!models_present("self-check of real models")) { return; }
    ConvertOptions options;
    options.dims = {{"batch", 2}, {"length", 24}};
    const SelfCheck result = selfcheck(convert(kModels / "real" / "tract-byte-bilstm" / "model.onnx", options));
    CHECK(result.runs == 3);
    CHECK(result.largest_error > 0);
    CHECK(result.largest_error < 5e-6);
}

TEST_CASE("verify notices one changed answer, one changed input and another shape") {
    if (!models_present("verify against changed data")) { return; }
    const fs::path model = kModels / "real" / "gonnx-gru" / "model.onnx";
    const fs::path copy = fs::path(TIDEGATE_BINARY_DIR) / "changed_data_set";
    const auto fresh = [&] {
        fs::remove_all(copy);
        fs::create_directories(copy);
        for (const auto& entry : fs::directory_iterator(model.parent_path() / "test_data_set_0")) {
            std::ofstream(copy / entry.path().filename(), std::ios::binary) << bytes_of(entry.path());
        }
    };
    fresh();
    CHECK(test::verified(model, {copy}).passed);
    // The element's exponent changes: the last bytes of the file are the last float.
    const auto change_last_float = [&](const char* name) {
        std::string bytes = bytes_of(copy / name);
        bytes[bytes.size() - 2] = static_cast<char>(bytes[bytes.size() - 2] ^ 0x40);
        std::ofstream(copy / name, std::ios::binary) << bytes;
    };
    SUBCASE("answer") { change_last_float("output_0.pb"); }
    SUBCASE("input") { change_last_float("input_0.pb"); }
    // Not named like an output, so its position says what it answers to.
    SUBCASE("shape") { fs::copy_file(copy / "input_0.pb", copy / "output_0.pb", fs::copy_options::overwrite_existing); }
    const test::Verified result = test::verified(model, {copy});
    INFO(result.text);
    CHECK_FALSE(result.passed);
    CHECK_FALSE(result.refused);
    fs::remove_all(copy);
}

}  // namespace tidegate::real_models_test
