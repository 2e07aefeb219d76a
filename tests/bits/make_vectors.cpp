// SPDX-License-Identifier: MIT
#include "bits/make_vectors.h"

#include <cstring>
#include <stdexcept>

#include "bits/models.h"
#include "bits/vectors.h"

namespace tidegate::test {
namespace {

const char* suffix(Inputs inputs) {
    return inputs == Inputs::ordinary ? "" : inputs == Inputs::special ? ", special" : ", wide";
}

template <class T>
void write_at(std::vector<std::uint8_t>& bytes, std::size_t offset, const T& value) {
    if (bytes.size() < offset + sizeof value) bytes.resize(offset + sizeof value);
    std::memcpy(bytes.data() + offset, &value, sizeof value);
}

}  // namespace

std::vector<VectorModel> vector_models() {
    const std::vector<Inputs> states = {Inputs::ordinary, Inputs::wide};
    std::vector<VectorModel> models;
    models.push_back({"functions", functions_model(), {Inputs::ordinary, Inputs::special, Inputs::wide}, 50});
    models.push_back({"tiny products", tiny_products_model(), {Inputs::wide}, 200});
    for (const std::uint32_t units : {3U, 16U, 41U, 64U}) {
        models.push_back({"cells of " + std::to_string(units) + " units", cells_model(units), states, 50});
    }
    models.push_back({"recurrent sample", recurrent_sample(), states, 70});
    models.push_back({"moves sample", moves_sample(), states, 200});
    models.push_back({"symbolic sample", symbolic_sample(), states, 50});
    models.push_back({"forecaster", forecaster_sample(), states, 200});
    return models;
}

std::vector<std::uint8_t> make_vectors(const std::vector<VectorModel>& models) {
    std::vector<VectorsEntry> entries;
    for (const VectorModel& model : models) {
        for (const Inputs inputs : model.inputs) {
            VectorsEntry entry{};
            const std::string name = model.name + suffix(inputs);
            if (name.size() >= sizeof entry.name) throw std::length_error(name);
            std::memcpy(entry.name, name.data(), name.size());
            entry.inputs = static_cast<std::uint32_t>(inputs);
            entry.runs = inputs == Inputs::ordinary ? model.runs : model.runs / 5;
            entries.push_back(entry);
        }
    }
    VectorsHeader header{};
    std::memcpy(header.magic, kVectorsMagic, sizeof header.magic);
    header.count = static_cast<std::uint32_t>(entries.size());
    std::vector<std::uint8_t> bytes(sizeof header + entries.size() * sizeof(VectorsEntry));
    write_at(bytes, 0, header);

    std::size_t next = 0;
    for (const VectorModel& model : models) {
        const std::vector<std::uint8_t> file = file_of(model.sample);
        const std::size_t offset = bytes.size();
        bytes.insert(bytes.end(), file.begin(), file.end());
        bytes.resize((bytes.size() + TG_ALIGNMENT - 1) / TG_ALIGNMENT * TG_ALIGNMENT);
        for (std::size_t i = 0; i < model.inputs.size(); ++i, ++next) {
            entries[next].offset = static_cast<std::uint32_t>(offset);
            entries[next].bytes = static_cast<std::uint32_t>(file.size());
            write_at(bytes, sizeof header + next * sizeof(VectorsEntry), entries[next]);
        }
    }
    return bytes;
}

}  // namespace tidegate::test
