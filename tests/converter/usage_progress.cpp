// SPDX-License-Identifier: MIT
// What long work shows on a terminal, and that it shows nothing elsewhere.
#include <doctest/doctest.h>
#include <fcntl.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <thread>

#include "command_place.h"
#include "onnx_builder.h"
#include "terminal/progress.h"
#include "verify/tensor_file.h"

namespace tidegate::usage_progress_test {
namespace {

/// Both ends of a terminal that nobody sits at.
class Terminal {
public:
    Terminal() : ours_(::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)) {
        REQUIRE(ours_ >= 0);
        REQUIRE(::grantpt(ours_) == 0);
        REQUIRE(::unlockpt(ours_) == 0);
        name = ::ptsname(ours_);
        theirs = ::open(name.c_str(), O_RDWR | O_NOCTTY);
        REQUIRE(theirs >= 0);
    }
    ~Terminal() {
        ::close(theirs);
        ::close(ours_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// What was written there since it was last asked.
    std::string text() const {
        std::string all(4096, '\0');
        const ssize_t count = ::read(ours_, all.data(), all.size());
        all.resize(count < 0 ? 0 : static_cast<std::size_t>(count));
        return all;
    }

    std::string name;
    int theirs = -1;

private:
    int ours_;
};

/// `work` with its stderr on the terminal.
template <class Work>
void with_stderr(const Terminal& terminal, Work work) {
    std::fflush(stderr);
    const int before = ::dup(STDERR_FILENO);
    ::dup2(terminal.theirs, STDERR_FILENO);
    work();
    std::fflush(stderr);
    ::dup2(before, STDERR_FILENO);
    ::close(before);
}

}  // namespace

TEST_CASE("progress shows after half a second, and is wiped out at the end; short work shows nothing") {
    const Terminal terminal;
    with_stderr(terminal, [] {
        terminal::Progress progress("counting", 10);
        for (std::size_t i = 0; i < 10; ++i) { progress.at(i); }
    });
    CHECK(terminal.text().empty());
    with_stderr(terminal, [] {
        terminal::Progress progress("counting", 10);
        std::this_thread::sleep_for(std::chrono::milliseconds(1100));
        progress.at(4);
    });
    CHECK(terminal.text() == "\rcounting  40 %, 1 s\r\x1b[K");
}

TEST_CASE("int8 with much data shows its progress on a terminal, and none in a file") {
    const Place place;
    test::ModelBuilder m;
    m.input("x", {1, 16}).weights("w", {16, 32}).weights("v", {32, 32}).weights("u", {32, 4}).output("y");
    m.node("MatMul", {"x", "w"}, {"a"}).node("Tanh", {"a"}, {"b"}).node("MatMul", {"b", "v"}, {"c"});
    m.node("Tanh", {"c"}, {"d"}).node("MatMul", {"d", "u"}, {"y"});
    const std::string model = m.save("progress.onnx");
#ifdef TIDEGATE_SANITIZED
    constexpr std::int64_t kRuns = 6000;
#else
    constexpr std::int64_t kRuns = 60000;
#endif
    Tensor data = Tensor::zeros(ElementType::f32, {kRuns, 1, 16});
    for (std::size_t i = 0; i < data.reals.size(); ++i) {
        data.reals[i] = static_cast<double>(i * 7919 % 1000) / 500 - 1;
    }
    write_npy(place.at("data.npy").string(), data);
    const std::string line = model + " -o m.tide --int8 --calibrate " + place.at("data.npy").string();
    const Terminal terminal;
    const std::string command = "'" TIDEGATE_BINARY_DIR "/converter/tidegate-convert' " + line;
    const std::string folder = place.at("m.tide").parent_path().string();
    auto status = std::async(std::launch::async, [&] {
        return std::system(("cd '" + folder + "' && " + command + " >out.txt 2>" + terminal.name).c_str());
    });
    std::string shown;  // is read meanwhile: who writes to a full terminal waits
    while (status.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) { shown += terminal.text(); }
    shown += terminal.text();
    CHECK(status.get() == 0);
    CHECK(has(shown, "\rmeasuring layers "));
    CHECK(has(shown, "\r\x1b[K"));
    const Result quiet = place.run(line);
    CHECK(quiet.status == 0);
    CHECK(quiet.err.empty());
}

}  // namespace tidegate::usage_progress_test
