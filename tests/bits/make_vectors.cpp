// SPDX-License-Identifier: MIT
#include "bits/make_vectors.h"

#include <cstring>
#include <stdexcept>

#include "bits/forms.h"
#include "bits/models.h"
#include "bits/vectors.h"

namespace tidegate::test {
namespace {

template <class T>
void write_at(std::vector<std::uint8_t>& bytes, std::size_t offset, const T& value) {
    if (bytes.size() < offset + sizeof value) bytes.resize(offset + sizeof value);
    std::memcpy(bytes.data() + offset, &value, sizeof value);
}

}  // namespace

std::vector<VectorModel> vector_models() {
    const auto few_wide = [](std::uint32_t count) {
        return std::vector<VectorRuns>{{Inputs::ordinary, count}, {Inputs::wide, count / 5}};
    };
    std::vector<VectorModel> models;
    models.push_back({"functions",
                      functions_model(),
                      {{Inputs::ordinary, 50}, {Inputs::special, 10}, {Inputs::wide, 10}, {Inputs::exponents, 50}}});
    models.push_back({"reductions",
                      reductions_model(),
                      {{Inputs::ordinary, 10}, {Inputs::special, 10}, {Inputs::wide, 10}, {Inputs::exponents, 10}}});
    models.push_back({"tiny products", tiny_products_model(), {{Inputs::wide, 40}}});
    for (const std::uint32_t units : {3U, 16U, 41U, 48U}) {  // four steps a run
        models.push_back({"cells of " + std::to_string(units) + " units", cells_model(units), few_wide(50)});
    }
    using Form = objects::MatrixForm;
    for (const std::uint32_t units : {5U, 41U}) {  // ten steps and more a run
        models.push_back(
            {"int8, " + std::to_string(units) + " units", form_model(Form::i8_panels, units), few_wide(20)});
    }
    models.push_back({"int8 stream, 64 units", lstm_stream_model(Form::i8_panels, 64), few_wide(200)});
    models.push_back({"half precision, 21 units", form_model(Form::f16_panels, 21), few_wide(20)});
    models.push_back({"f32, several series", form_model(Form::f32_panels, 19), few_wide(20)});
    models.push_back({"int8 and half products", products_model(21), {{Inputs::ordinary, 50}, {Inputs::special, 50}}});
    models.push_back({"recurrent sample", recurrent_sample(), few_wide(70)});
    models.push_back({"moves sample", moves_sample(), few_wide(200)});
    models.push_back({"windows sample", windows_sample(), few_wide(100)});
    models.push_back({"symbolic sample", symbolic_sample(), few_wide(50)});
    models.push_back({"forecaster", forecaster_sample(), few_wide(200)});
    return models;
}

std::string name_of(const VectorModel& model, const VectorRuns& runs) {
    constexpr const char* kSuffixes[] = {"", ", special", ", wide", ", exponents"};
    return model.name + kSuffixes[static_cast<std::uint32_t>(runs.inputs)];
}

std::vector<std::uint8_t> make_vectors(const std::vector<VectorModel>& models) {
    std::vector<VectorsEntry> entries;
    for (const VectorModel& model : models) {
        for (const VectorRuns& runs : model.runs) {
            VectorsEntry entry{};
            const std::string name = name_of(model, runs);
            if (name.size() >= sizeof entry.name) throw std::length_error(name);
            std::memcpy(entry.name, name.data(), name.size());
            entry.inputs = static_cast<std::uint32_t>(runs.inputs);
            entry.runs = runs.count;
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
        for (std::size_t i = 0; i < model.runs.size(); ++i, ++next) {
            entries[next].offset = static_cast<std::uint32_t>(offset);
            entries[next].bytes = static_cast<std::uint32_t>(file.size());
            write_at(bytes, sizeof header + next * sizeof(VectorsEntry), entries[next]);
        }
    }
    return bytes;
}

}  // namespace tidegate::test
