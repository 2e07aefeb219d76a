// SPDX-License-Identifier: MIT
// Weights that a model keeps in files beside it. A model is not trusted: it must not be able to make the converter read
// anything else.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "read/schema.h"

namespace tidegate {

/// The folder of a model, and how much of each file in it has been read.
class ExternalFolder {
public:
    ExternalFolder(std::string path)
        : path_(std::move(path)) {}  // NOLINT(google-explicit-constructor): a folder is one

    /// The `bytes` bytes that `tensor` refers to. The file must lie in the folder itself: a plain name, no symbolic or
    /// hard link, a regular file, the range inside it; all its tensors together must not be many times its size. Throws
    /// std::runtime_error saying what is wrong.
    std::string read(const onnx::TensorProto& tensor, std::uint64_t bytes) const;

private:
    std::string path_;
    std::shared_ptr<std::map<std::string, std::uint64_t>> taken_ =
        std::make_shared<std::map<std::string, std::uint64_t>>();  ///< bytes of a file, by name
};

}  // namespace tidegate
