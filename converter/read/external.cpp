// SPDX-License-Identifier: MIT
#include "read/external.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "graph/text.h"

namespace tidegate {
namespace {

constexpr std::uint64_t kMostTimes = 4;  // tensors may share parts of a file

[[noreturn]] void refuse_external(const std::string& why) { throw std::runtime_error("external data: " + why); }

class File {
public:
    File(const std::string& folder, const std::string& name)
        : descriptor_(open((folder + "/" + name).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) {
        if (descriptor_ < 0) {
            refuse_external(errno == ELOOP
                                ? in_quotes(name) + " is a symbolic link; put the file itself beside the model"
                                : in_quotes(name) + " cannot be opened beside the model: " + std::strerror(errno));
        }
        struct stat status {};
        const bool known = fstat(descriptor_, &status) == 0;
        if (!known || !S_ISREG(status.st_mode)) {
            close(descriptor_);
            refuse_external(in_quotes(name) + " is not a regular file");
        }
        if (status.st_nlink != 1) {
            close(descriptor_);
            refuse_external(in_quotes(name) + " is a hard link; put a copy of the file beside the model");
        }
        size_ = static_cast<std::uint64_t>(status.st_size);
    }
    ~File() { close(descriptor_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    std::uint64_t size() const { return size_; }

    std::string read(std::uint64_t offset, std::uint64_t bytes) const {
        std::string data(bytes, '\0');
        for (std::uint64_t done = 0; done < bytes;) {
            const ssize_t got = pread(descriptor_, data.data() + done, bytes - done, static_cast<off_t>(offset + done));
            if (got <= 0) { refuse_external("the file became shorter while it was read"); }
            done += static_cast<std::uint64_t>(got);
        }
        return data;
    }

private:
    int descriptor_;
    std::uint64_t size_ = 0;
};

std::map<std::string, std::string> entries_of(const onnx::TensorProto& tensor) {
    std::map<std::string, std::string> entries;
    for (const auto& entry : tensor.external_data()) {
        const std::string& key = entry.key();
        if (key != "location" && key != "offset" && key != "length" && key != "checksum") {
            refuse_external("unknown key " + in_quotes(key));
        }
        if (!entries.emplace(key, entry.value()).second) {
            refuse_external("key " + in_quotes(key) + " appears twice");
        }
    }
    return entries;
}

std::uint64_t number(const std::map<std::string, std::string>& entries, const char* key, std::uint64_t missing) {
    const auto found = entries.find(key);
    if (found == entries.end()) { return missing; }
    const std::string& text = found->second;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        refuse_external(std::string(key) + " " + in_quotes(text) + " is not a number");
    }
    return value;
}

void check_name(const std::string& name) {
    if (name.empty()) { refuse_external("no location"); }
    if (name == "." || name == ".." || name.find_first_of(std::string_view("/\\:\0", 4)) != std::string::npos) {
        refuse_external("location " + in_quotes(name) +
                        " is not a plain file name; the file must lie beside the model");
    }
}

}  // namespace

std::string ExternalFolder::read(const onnx::TensorProto& tensor, std::uint64_t bytes) const {
    const auto entries = entries_of(tensor);
    const auto location = entries.find("location");
    const std::string name = location == entries.end() ? "" : location->second;
    check_name(name);
    const std::uint64_t offset = number(entries, "offset", 0);
    const std::uint64_t length = number(entries, "length", bytes);
    if (length != bytes) {
        refuse_external("length " + std::to_string(length) + " where the shape asks for " + std::to_string(bytes) +
                        " bytes");
    }
    const File file(path_, name);
    if (offset > file.size() || bytes > file.size() - offset) {
        refuse_external("bytes " + std::to_string(offset) + " + " + std::to_string(bytes) + " lie past the end of " +
                        in_quotes(name) + " (" + std::to_string(file.size()) + " bytes)");
    }
    std::uint64_t& taken = (*taken_)[name];
    taken += bytes;
    if (taken > kMostTimes * file.size()) {
        refuse_external(in_quotes(name) + " is read more than " + std::to_string(kMostTimes) + " times over");
    }
    return file.read(offset, bytes);
}

}  // namespace tidegate
