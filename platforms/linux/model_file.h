// SPDX-License-Identifier: MIT
// A .tide file mapped read-only and opened, and the memory for a session on it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "tidegate/tidegate.h"

namespace tidegate::command {

class ModelFile {
public:
    /// Throws CommandError if the file cannot be mapped or tg_open() refuses it.
    explicit ModelFile(const std::string& path);
    ~ModelFile();
    ModelFile(const ModelFile&) = delete;
    ModelFile& operator=(const ModelFile&) = delete;

    const tg_model& model() const { return model_; }
    const unsigned char* bytes() const { return static_cast<const unsigned char*>(mapped_); }
    std::size_t size() const { return size_; }

private:
    void* mapped_ = nullptr;
    std::size_t size_ = 0;
    tg_model model_{};
};

/// Zeroed memory on a multiple of TG_ALIGNMENT.
class Arena {
public:
    explicit Arena(std::size_t bytes);
    /// `asked` bytes, or what is needed if that is 0.
    Arena(std::size_t asked, std::size_t needed) : Arena(asked != 0 ? asked : needed) {}
    void* data() const { return memory_.get(); }
    std::size_t size() const { return size_; }

private:
    struct Free {
        void operator()(void* memory) const;
    };
    std::unique_ptr<void, Free> memory_;
    std::size_t size_;
};

/// What tg_start() and its like returned for an arena of `given` bytes: throws CommandError unless it is TG_OK, with
/// the size needed.
void require_start(tg_status status, const std::string& model, std::size_t given, std::size_t needed);

/// Throws CommandError "`what`: text of the status" unless it is TG_OK.
void require(tg_status status, const std::string& what);

}  // namespace tidegate::command
