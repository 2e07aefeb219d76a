// SPDX-License-Identifier: MIT
// States in files: replaced as a whole or not at all, whatever happens to the writer.
#include "state_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <random>

#include "arrays.h"
#include "models.h"
#include "shell.h"
#include "support/session.h"

namespace state_file_test {

using namespace tidegate::test;
using tidegate::restore_state_file;
using tidegate::save_state_file;
using tidegate::StateFileResult;

namespace {

/// A session of the LSTM at length 1.
class Lstm : public TestSession {
public:
    Lstm() : TestSession(file_of(lstm_sample())) {
        const std::int32_t time = 1;
        REQUIRE(tg_set_dims(get(), &time, 1) == TG_OK);
    }
    void step(unsigned seed) {
        set(0, noise(kLstmInputs, seed));
        REQUIRE(run() == TG_OK);
    }
    std::uint64_t steps() const {
        tg_health health;
        REQUIRE(tg_get_health(get(), &health) == TG_OK);
        return health.steps;
    }
};

std::size_t count_files(const Folder& folder) {
    const std::filesystem::directory_iterator files(folder / "");
    return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

mode_t mode_of(const std::string& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777;
}

/// The errno of saving in a process whose files may have at most `bytes`.
int error_with_limit(Lstm& lstm, const std::string& path, rlim_t bytes) {
    const pid_t child = ::fork();
    if (child == 0) {
        const rlimit limit = {bytes, bytes};
        std::signal(SIGXFSZ, SIG_IGN);
        ::setrlimit(RLIMIT_FSIZE, &limit);
        ::_exit(save_state_file(lstm.get(), path.c_str()).error);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a saved state replaces the old one, and a new session goes on from it with the same bits") {
    const Folder folder;
    const std::string path = folder / "state";
    Lstm first;
    for (unsigned seed = 1; seed <= 5; ++seed) {
        first.step(seed);
        REQUIRE(save_state_file(first.get(), path.c_str()).ok());
        CHECK(count_files(folder) == 1);
    }
    Lstm second;
    REQUIRE(restore_state_file(second.get(), path.c_str()).ok());
    CHECK(second.steps() == 5);
    first.step(6);
    second.step(6);
    CHECK(bits(first.output(0)) == bits(second.output(0)));
}

TEST_CASE("a new state is private, one that replaces another keeps its mode, a link stays a link") {
    const Folder folder;
    Lstm lstm;
    REQUIRE(save_state_file(lstm.get(), (folder / "state").c_str()).ok());
    CHECK(mode_of(folder / "state") == 0600);
    REQUIRE(::chmod((folder / "state").c_str(), 0644) == 0);
    std::filesystem::create_symlink("state", folder / "link");
    lstm.step(1);
    REQUIRE(save_state_file(lstm.get(), (folder / "link").c_str()).ok());
    CHECK(mode_of(folder / "state") == 0644);
    CHECK(std::filesystem::is_symlink(folder / "link"));
    Lstm other;
    REQUIRE(restore_state_file(other.get(), (folder / "state").c_str()).ok());
    CHECK(other.steps() == 1);
}

TEST_CASE("a write that fails anywhere leaves the old state and no temporary") {
    const Folder folder;
    const std::string path = folder / "state";
    Lstm lstm;
    REQUIRE(save_state_file(lstm.get(), path.c_str()).ok());
    const std::string old = read_text(path);
    lstm.step(1);
    for (rlim_t bytes = 0; bytes < old.size(); ++bytes) { REQUIRE(error_with_limit(lstm, path, bytes) == EFBIG); }
    CHECK(read_text(path) == old);
    CHECK(count_files(folder) == 1);
    CHECK(error_with_limit(lstm, path, old.size()) == 0);
    CHECK(read_text(path) != old);
}

TEST_CASE("what is no regular file is not replaced") {
    const Folder folder;
    const Lstm lstm;
    std::filesystem::create_directory(folder / "folder");
    REQUIRE(::mkfifo((folder / "fifo").c_str(), 0600) == 0);
    CHECK(save_state_file(lstm.get(), (folder / "folder").c_str()).error == EISDIR);
    CHECK(save_state_file(lstm.get(), (folder / "fifo").c_str()).error == EINVAL);
    CHECK(save_state_file(lstm.get(), "/dev/full").error == EINVAL);
    CHECK(save_state_file(lstm.get(), (folder / "absent/state").c_str()).error == ENOENT);
    CHECK(save_state_file(lstm.get(), "").error == ENOENT);
    CHECK(count_files(folder) == 2);
    CHECK(std::filesystem::is_character_file("/dev/full"));
    if (::geteuid() != 0) {  // root may write anywhere
        REQUIRE(::chmod((folder / "folder").c_str(), 0500) == 0);
        CHECK(save_state_file(lstm.get(), (folder / "folder/state").c_str()).error == EACCES);
        CHECK(::chmod((folder / "folder").c_str(), 0700) == 0);
    }
}

TEST_CASE("what cannot be restored says why, and the session has not changed") {
    const Folder folder;
    Lstm lstm;
    lstm.step(1);
    REQUIRE(save_state_file(lstm.get(), (folder / "state").c_str()).ok());
    const std::string whole = read_text(folder / "state");
    write_text(folder / "cut", whole.substr(0, whole.size() / 2));
    write_text(folder / "empty", "");
    lstm.step(2);
    const auto restored = [&](const std::string& path) { return restore_state_file(lstm.get(), path.c_str()); };
    CHECK(restored(folder / "absent").error == ENOENT);
    CHECK(restored(folder / "").error == EISDIR);
    CHECK(restored("/dev/zero").error == EINVAL);
    CHECK(restored(folder / "cut").status == TG_STATE_TRUNCATED);
    CHECK(restored(folder / "empty").status == TG_STATE_TRUNCATED);
    CHECK(restore_state_file(nullptr, "state").status == TG_NULL_ARGUMENT);
    CHECK(save_state_file(lstm.get(), nullptr).status == TG_NULL_ARGUMENT);
    CHECK(std::string(restored(folder / "cut").text()) == tg_status_text(TG_STATE_TRUNCATED));
    CHECK(std::string(restored(folder / "absent").text()) == "No such file or directory");
    CHECK(lstm.steps() == 2);
}

TEST_CASE("whenever a writer is killed the file is a whole state, never an older one than before") {
    constexpr int kKills = 150;
    const Folder folder;
    const std::string path = folder / "state";
    std::mt19937 random(1);
    Lstm lstm;
    REQUIRE(save_state_file(lstm.get(), path.c_str()).ok());
    std::uint64_t steps = 0;
    for (int kill = 0; kill < kKills; ++kill) {
        const pid_t child = ::fork();
        if (child == 0) {
            for (;;) {  // goes on from the state that was restored below
                if (tg_run(lstm.get()) != TG_OK || !save_state_file(lstm.get(), path.c_str()).ok()) { ::_exit(1); }
            }
        }
        ::usleep(std::uniform_int_distribution<useconds_t>(0, 4000)(random));
        REQUIRE(::kill(child, SIGKILL) == 0);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        REQUIRE(restore_state_file(lstm.get(), path.c_str()).ok());
        REQUIRE(lstm.steps() >= steps);
        steps = lstm.steps();
    }
    CHECK(steps > 0);
}

}  // namespace state_file_test
