// SPDX-License-Identifier: MIT
// External data: a model must not be able to make the converter read anything but files that lie beside it. Links,
// offsets and keys one by one are in read_tensors.cpp too.
#include <sys/stat.h>

#include <filesystem>

#include "converter/command_place.h"
#include "converter/faults.h"

namespace tidegate::faults_external_test {
namespace {

using test::ModelBuilder, test::refusal, test::scratch_folder;

/// y = x + w, w [4] in a file.
ModelBuilder model_with(const std::vector<std::pair<std::string, std::string>>& entries) {
    ModelBuilder model;
    model.input("x", {4}).output("y").node("Add", {"x", "w"}, {"y"}, {}, "it");
    onnx::TensorProto& tensor = *model.graph().add_initializer();
    tensor.set_name("w");
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    tensor.add_dims(4);
    tensor.set_data_location(onnx::TensorProto::EXTERNAL);
    for (const auto& [key, value] : entries) {
        auto& entry = *tensor.add_external_data();
        entry.set_key(key);
        entry.set_value(value);
    }
    return model;
}

/// A folder with weights.bin, and what is around it.
struct Folder {
    Folder() : root(scratch_folder() / "external"), beside(root / "beside") {
        fs::remove_all(root);
        fs::create_directories(beside);
        std::ofstream(beside / "weights.bin") << std::string(16, '\1');
        std::ofstream(root / "above.bin") << std::string(16, '\1');
    }
    ~Folder() { fs::remove_all(root); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string refused(const std::vector<std::pair<std::string, std::string>>& entries) const {
        const std::string path = beside / "model.onnx";
        const std::string bytes = model_with(entries).proto.SerializeAsString();
        std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return refusal([&] { convert(path, {}); });
    }
    std::string refused(const std::string& location) const { return refused({{"location", location}}); }

    fs::path root, beside;
};

}  // namespace

TEST_CASE("fault 19: external data lie beside the model: nowhere else, in no link, and in nothing but a file") {
    const Folder folder;
    CHECK(folder.refused("weights.bin") == "");
    for (const std::string& elsewhere :
         {std::string("/etc/passwd"), std::string("../above.bin"), std::string(".."), std::string("."),
          std::string("./weights.bin"), (folder.beside / "weights.bin").string(), std::string("beside/../weights.bin"),
          std::string("C:weights.bin"), std::string("C:\\weights.bin"), std::string("\\\\host\\weights.bin"),
          std::string("file:///etc/passwd"), std::string("weights.bin\0.txt", 16), std::string("/dev/zero")}) {
        CAPTURE(elsewhere);
        CHECK(has(folder.refused(elsewhere), "is not a plain file name"));
    }
    CHECK(has(folder.refused(""), "no location"));
    CHECK(has(folder.refused({{"offset", "0"}}), "no location"));
    CHECK(has(folder.refused(std::string(5000, 'w')), "cannot be opened"));

    fs::create_symlink("../above.bin", folder.beside / "link.bin");
    CHECK(has(folder.refused("link.bin"), "is a symbolic link"));
    fs::create_symlink("weights.bin", folder.beside / "inside.bin");
    CHECK(has(folder.refused("inside.bin"), "is a symbolic link"));
    fs::create_symlink(folder.root, folder.beside / "parent");
    CHECK(has(folder.refused("parent/above.bin"), "is not a plain file name"));
    fs::create_hard_link(folder.root / "above.bin", folder.beside / "twin.bin");
    CHECK(has(folder.refused("twin.bin"), "is a hard link"));
    fs::create_directories(folder.beside / "folder.bin");
    CHECK(has(folder.refused("folder.bin"), "is not a regular file"));
    REQUIRE(::mkfifo((folder.beside / "fifo.bin").c_str(), 0600) == 0);
    CHECK(has(folder.refused("fifo.bin"), "is not a regular file"));  // and nobody waits for a writer
    if (::mknod((folder.beside / "device.bin").c_str(), S_IFCHR | 0600, static_cast<dev_t>(0x105)) == 0) {
        CHECK(folder.refused("device.bin") != "");  // where one may make /dev/zero
    }
}

TEST_CASE("fault 19: a model that is named without a folder has the present one, not the root") {
    const Place place;
    const std::string bytes = model_with({{"location", "weights.bin"}}).proto.SerializeAsString();
    std::ofstream(place.at("model.onnx"), std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    CHECK(place.run("model.onnx -o model.tide").refused_with("'weights.bin' cannot be opened beside the model"));
    std::ofstream(place.at("weights.bin")) << std::string(16, '\1');
    CHECK(place.run("model.onnx -o model.tide").status == 0);
}

TEST_CASE("fault 20: offsets and lengths that are negative, wrap, lie past the end or are petabytes are refused") {
    const Folder folder;
    const auto at = [&](const std::string& offset, const std::string& length) {
        return folder.refused({{"location", "weights.bin"}, {"offset", offset}, {"length", length}});
    };
    CHECK(at("0", "16") == "");
    CHECK(has(at("1", "16"), "past the end"));
    CHECK(has(at("16", "16"), "past the end"));
    CHECK(has(at("18446744073709551615", "16"), "past the end"));
    CHECK(has(at("18446744073709551600", "16"), "past the end"));
    CHECK(has(at("9223372036854775807", "16"), "past the end"));
    CHECK(has(at("-16", "16"), "is not a number"));
    CHECK(has(at("0", "-1"), "is not a number"));
    CHECK(has(at("0x0", "16"), "is not a number"));
    CHECK(has(at(" 0", "16"), "is not a number"));
    CHECK(has(at("", "16"), "is not a number"));
    CHECK(has(at("0", "1125899906842624"), "where the shape asks for 16 bytes"));
    CHECK(has(at("0", "15"), "where the shape asks for 16 bytes"));
    CHECK(has(at("0", "0"), "where the shape asks for 16 bytes"));
    ModelBuilder vast = model_with({{"location", "weights.bin"}});
    vast.graph().mutable_initializer(0)->set_dims(0, std::int64_t{1} << 39);
    std::ofstream(folder.beside / "vast.onnx", std::ios::binary) << vast.proto.SerializeAsString();
    CHECK(has(refusal([&] { convert(folder.beside / "vast.onnx", {}); }), "past the end"));
}

TEST_CASE("fault 21: keys that are unknown, or given twice, are refused") {
    const Folder folder;
    for (const char* key : {"basepath", "Location", "", "location ", "checksum2", "__class__"}) {
        CAPTURE(key);
        CHECK(has(folder.refused({{"location", "weights.bin"}, {key, "1"}}), "unknown key"));
    }
    CHECK(has(folder.refused({{"location", "weights.bin"}, {"location", "/etc/passwd"}}), "appears twice"));
    CHECK(has(folder.refused({{"location", "weights.bin"}, {"offset", "0"}, {"offset", "1"}}), "appears twice"));
}

TEST_CASE("a file beside the model cannot be read over and over: what is made stays in proportion to it") {
    const Folder folder;
    std::ofstream(folder.beside / "weights.bin", std::ios::binary) << std::string(1 << 20, '\1');
    ModelBuilder model;
    model.input("x", {1}).output("y").node("Relu", {"x"}, {"y"});
    for (int i = 0; i < 100; ++i) {
        onnx::TensorProto tensor = model_with({{"location", "weights.bin"}}).graph().initializer(0);
        tensor.set_name("w" + std::to_string(i));
        tensor.set_dims(0, 1 << 18);
        *model.graph().add_initializer() = tensor;
    }
    std::ofstream(folder.beside / "again.onnx", std::ios::binary) << model.proto.SerializeAsString();
    CHECK(has(refusal([&] { convert(folder.beside / "again.onnx", {}); }), "'weights.bin' is read more than"));
}

}  // namespace tidegate::faults_external_test
