// SPDX-License-Identifier: MIT
// The central directory at the archive's end lists its files (PKWARE's APPNOTE.TXT, 4.3); 64-bit fields where the
// 32-bit ones are all ones.
#include "accuracy/npz.h"

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>

#include "graph/error.h"
#include "graph/text.h"
#include "verify/tensor_file.h"

namespace tidegate {
namespace {

constexpr std::uint32_t kEndOfDirectory = 0x06054b50, kEndOfDirectory64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::uint32_t kDirectoryEntry = 0x02014b50, kLocalHeader = 0x04034b50, kInExtra = 0xffffffff;
constexpr std::uint64_t kEndBytes = 22, kEnd64Bytes = 56, kLocatorBytes = 20, kEntryBytes = 46, kLocalBytes = 30;
constexpr std::uint16_t kStored = 0, kDeflated = 8, kEncrypted = 1, kZip64Extra = 1;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;  ///< of one array

struct Entry {
    std::string name;
    std::uint16_t flags = 0, method = 0;
    std::uint32_t crc = 0;
    std::uint64_t packed = 0, size = 0, local = 0;
};

class Archive {
public:
    explicit Archive(const std::string& path) : path_(path) {
        std::ifstream file(path, std::ios::binary);
        if (!file) { refuse("cannot be opened"); }
        bytes_.assign(std::istreambuf_iterator<char>(file), {});
        find_directory();
    }

    /// False at the end.
    bool next(Entry& entry);
    std::string content(const Entry& entry) const;
    [[noreturn]] void refuse(const std::string& what) const {
        throw ConvertError("file " + in_quotes(path_) + ": " + what);
    }

private:
    template <class T>
    T read(std::uint64_t offset) const {
        if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) { refuse("is not a whole .npz file"); }
        T value;
        std::memcpy(&value, bytes_.data() + offset, sizeof value);
        return value;
    }
    std::string text(std::uint64_t offset, std::uint64_t size) const {
        if (offset > bytes_.size() || bytes_.size() - offset < size) { refuse("is not a whole .npz file"); }
        return bytes_.substr(offset, size);
    }
    void find_directory();
    void read_zip64(Entry& entry, std::uint64_t at, std::uint64_t size) const;
    std::string inflated(const Entry& entry, const std::string& packed) const;

    std::string path_;
    std::string bytes_;
    std::uint64_t at_ = 0;
    std::uint64_t left_ = 0;
};

void Archive::find_directory() {
    if (bytes_.size() < kEndBytes) { refuse("is not a .npz file"); }
    std::uint64_t end = bytes_.size() - kEndBytes;  // a comment may follow
    while (end > 0 && read<std::uint32_t>(end) != kEndOfDirectory) { --end; }
    if (read<std::uint32_t>(end) != kEndOfDirectory) { refuse("is not a .npz file"); }
    left_ = read<std::uint16_t>(end + 10);
    at_ = read<std::uint32_t>(end + 16);
    if (end < kLocatorBytes || read<std::uint32_t>(end - kLocatorBytes) != kLocator64) { return; }
    const auto end64 = read<std::uint64_t>(end - kLocatorBytes + 8);
    if (end64 > bytes_.size() - kEnd64Bytes || read<std::uint32_t>(end64) != kEndOfDirectory64) {
        refuse("is not a whole .npz file");
    }
    left_ = read<std::uint64_t>(end64 + 32);
    at_ = read<std::uint64_t>(end64 + 48);
}

bool Archive::next(Entry& entry) {
    if (left_ == 0) { return false; }
    --left_;
    if (read<std::uint32_t>(at_) != kDirectoryEntry) { refuse("its directory is damaged"); }
    entry.flags = read<std::uint16_t>(at_ + 8);
    entry.method = read<std::uint16_t>(at_ + 10);
    entry.crc = read<std::uint32_t>(at_ + 16);
    entry.packed = read<std::uint32_t>(at_ + 20);
    entry.size = read<std::uint32_t>(at_ + 24);
    entry.local = read<std::uint32_t>(at_ + 42);
    const auto name = read<std::uint16_t>(at_ + 28), extra = read<std::uint16_t>(at_ + 30);
    const auto comment = read<std::uint16_t>(at_ + 32);
    entry.name = text(at_ + kEntryBytes, name);
    read_zip64(entry, at_ + kEntryBytes + name, extra);
    at_ += kEntryBytes + name + extra + comment;
    return true;
}

/// Those of the three that did not fit, in this order.
void Archive::read_zip64(Entry& entry, std::uint64_t at, std::uint64_t size) const {
    for (const std::uint64_t end = at + size; at + 4 <= end;) {
        const auto id = read<std::uint16_t>(at), length = read<std::uint16_t>(at + 2);
        at += 4;
        if (id == kZip64Extra) {
            std::uint64_t field = at;
            for (std::uint64_t* value : {&entry.size, &entry.packed, &entry.local}) {
                if (*value != kInExtra) { continue; }
                *value = read<std::uint64_t>(field);
                field += 8;
            }
        }
        at += length;
    }
}

std::string Archive::inflated(const Entry& entry, const std::string& packed) const {
    std::string content(entry.size, '\0');
    z_stream stream{};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(content.data());
    stream.avail_out = static_cast<uInt>(content.size());
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) { refuse("cannot be inflated"); }
    const int status = inflate(&stream, Z_FINISH);
    inflateEnd(&stream);
    if (status != Z_STREAM_END || stream.total_out != entry.size) { refuse(in_quotes(entry.name) + " is damaged"); }
    return content;
}

std::string Archive::content(const Entry& entry) const {
    if ((entry.flags & kEncrypted) != 0) { refuse(in_quotes(entry.name) + " is encrypted"); }
    if (entry.size >= kMostBytes || entry.packed >= kMostBytes) { refuse(in_quotes(entry.name) + " is too large"); }
    if (read<std::uint32_t>(entry.local) != kLocalHeader) { refuse("its directory is damaged"); }
    const std::uint64_t start = entry.local + kLocalBytes + read<std::uint16_t>(entry.local + 26) +
                                std::uint64_t{read<std::uint16_t>(entry.local + 28)};
    std::string content = text(start, entry.packed);
    if (entry.method == kDeflated) {
        content = inflated(entry, content);
    } else if (entry.method != kStored) {
        refuse(in_quotes(entry.name) + " is compressed by another method than deflate");
    }
    const auto* data = reinterpret_cast<const Bytef*>(content.data());
    if (crc32_z(0, data, content.size()) != entry.crc) { refuse(in_quotes(entry.name) + " is damaged"); }
    return content;
}

}  // namespace

std::map<std::string, Tensor> read_npz(const std::string& path) {
    constexpr std::string_view kEnding = ".npy";
    Archive archive(path);
    std::map<std::string, Tensor> arrays;
    for (Entry entry; archive.next(entry);) {
        if (!entry.name.ends_with(kEnding)) { archive.refuse(in_quotes(entry.name) + " is no .npy array"); }
        const std::string name = entry.name.substr(0, entry.name.size() - kEnding.size());
        const Tensor array = decode_npy(archive.content(entry), path + ":" + entry.name);
        if (!arrays.emplace(name, array).second) { archive.refuse(in_quotes(entry.name) + " is there twice"); }
    }
    return arrays;
}

}  // namespace tidegate
