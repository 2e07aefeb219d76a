// SPDX-License-Identifier: MIT
// What the FlatBuffers verifier lets pass and the check must not.
#include <doctest/doctest.h>

#include <cstring>
#include <functional>

#include "format/model_generated.h"
#include "opened.h"
#include "sample.h"

namespace payload_test {

using namespace tidegate::test;
using tidegate::format::Verdict;

namespace {

using Bytes = std::vector<std::uint8_t>;
using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;
namespace format = tidegate::format;

/// A model with no ops and the given parts; FlatBuffers finds nothing wrong with it.
Bytes small_model(const std::function<void(FlatBufferBuilder&, format::ModelBuilder&)>& add,
                  FlatBufferBuilder& builder) {
    const auto tensors = builder.CreateVector(std::vector<Offset<format::Tensor>>());
    const auto ops = builder.CreateVector(std::vector<Offset<format::Op>>());
    const auto ports = builder.CreateVector(std::vector<Offset<format::Port>>());
    format::ModelBuilder model(builder);
    model.add_tensors(tensors);
    model.add_ops(ops);
    model.add_inputs(ports);
    model.add_outputs(ports);
    model.add_arena_bytes(16);  // an 8-byte field: the payload's size becomes a multiple of 8
    add(builder, model);
    FinishModelBuffer(builder, model.Finish());
    Bytes payload(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
    flatbuffers::Verifier verifier(payload.data(), payload.size());
    REQUIRE(format::VerifyModelBuffer(verifier));
    return payload;
}

/// A vector of one element of zeros, wherever 4-byte alignment puts it.
template <class T>
Offset<flatbuffers::Vector<T>> loose_vector(FlatBufferBuilder& builder, std::size_t element_bytes) {
    builder.StartVector(element_bytes, 1);
    const std::vector<std::uint8_t> zeros(element_bytes);
    builder.PushBytes(zeros.data(), zeros.size());
    return Offset<flatbuffers::Vector<T>>(builder.EndVector(1));
}

/// Where the vector's data lies in the payload, modulo `alignment`.
template <class V>
std::size_t misalignment(const Bytes& payload, const V* (format::Model::*vector)() const, std::size_t alignment) {
    const auto* model = flatbuffers::GetRoot<format::Model>(payload.data());
    return static_cast<std::size_t>((model->*vector)()->Data() - payload.data()) % alignment;
}

}  // namespace

TEST_CASE("vectors of 8-byte structs and the weights must be aligned, which FlatBuffers does not verify") {
    std::size_t buffers_off = 0, weights_off = 0;
    const auto refused = [](const Bytes& payload) {
        return verdict_on(sealed(payload)) == Verdict::malformed ? 1u : 0u;
    };
    for (std::size_t shift = 0; shift < 16; ++shift) {
        FlatBufferBuilder builder;
        const auto restart = [&] {
            builder.Clear();
            for (std::size_t i = 0; i < shift; ++i) { builder.PushElement<std::uint32_t>(0); }
        };
        restart();
        const auto buffers = loose_vector<const format::Buffer*>(builder, sizeof(format::Buffer));
        Bytes payload = small_model([&](auto&, auto& model) { model.add_buffers(buffers); }, builder);
        bool is_off = misalignment(payload, &format::Model::buffers, 8) != 0;
        CHECK(refused(payload) == is_off);
        buffers_off += is_off;

        restart();
        const auto weights = builder.CreateVector(std::vector<std::uint8_t>{1, 2, 3});
        payload = small_model([&](auto&, auto& model) { model.add_weights(weights); }, builder);
        is_off = misalignment(payload, &format::Model::weights, 64) != 0;
        CHECK(refused(payload) == is_off);
        weights_off += is_off;
    }
    CHECK(buffers_off > 0);
    CHECK(weights_off > 0);
}

TEST_CASE("a model without ops is invalid, so the misaligned ones were not refused for that") {
    FlatBufferBuilder builder;
    CHECK(text_of(verdict_on(sealed(small_model([](auto&, auto&) {}, builder)))) == "invalid");
}

TEST_CASE("another file identifier, an empty payload and noise are malformed") {
    Bytes payload = payload_of(moves_sample().model);
    payload[4] = 'X';
    CHECK(text_of(verdict_on(sealed(payload))) == "malformed");
    for (std::size_t size = 0; size < 200; ++size) {
        REQUIRE(verdict_on(sealed(Bytes(size))) == Verdict::malformed);
        REQUIRE(verdict_on(sealed(Bytes(size, 0xFF))) == Verdict::malformed);
        Bytes named(size, 0x04);
        if (size >= 8) { std::memcpy(named.data() + 4, "TIDE", 4); }
        REQUIRE(verdict_on(sealed(named)) == Verdict::malformed);
    }
}

namespace {

/// `rows` columns that share one list of `names` strings: rows * names strings to look at, in (rows + names) * 4 bytes.
Bytes shared_categories(std::size_t rows, std::size_t names) {
    FlatBufferBuilder builder;
    const auto name = builder.CreateString("name");
    const auto categories = builder.CreateVector(std::vector<Offset<flatbuffers::String>>(names, name));
    const auto column = format::CreateColumn(builder, name, format::Transform::affine, 0, 1, categories);
    const auto columns = builder.CreateVector(std::vector<Offset<format::Column>>(rows, column));
    const auto times = builder.CreateVector(std::vector<Offset<flatbuffers::String>>(1, name));
    const auto features = builder.CreateVector(std::vector<Offset<format::Feature>>());
    const auto quantiles = builder.CreateVector(std::vector<float>{0.5F});
    const auto forecast = format::CreateForecast(builder, times, 1, columns, features, 0, 1, quantiles, 0, 0, 0);
    const auto none = builder.CreateVector(std::vector<Offset<format::Port>>());
    const auto tensors = builder.CreateVector(std::vector<Offset<format::Tensor>>());
    const auto ops = builder.CreateVector(std::vector<Offset<format::Op>>());
    format::ModelBuilder model(builder);
    model.add_tensors(tensors);
    model.add_ops(ops);
    model.add_inputs(none);
    model.add_outputs(none);
    model.add_forecast(forecast);
    FinishModelBuffer(builder, model.Finish());
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace

TEST_CASE("columns that share a long list of categories are refused before their strings are looked at") {
    CHECK(text_of(verdict_on(sealed(shared_categories(1, 4096)))) == "invalid");  // within the limits; no ops
    CHECK(text_of(verdict_on(sealed(shared_categories(1, 4097)))) == "malformed");
    CHECK(text_of(verdict_on(sealed(shared_categories(512, 8)))) == "invalid");
    CHECK(text_of(verdict_on(sealed(shared_categories(513, 1)))) == "malformed");
    // Ten billion strings: minutes of work in a file of under a megabyte.
    CHECK(text_of(verdict_on(sealed(shared_categories(100000, 100000)))) == "malformed");
}

}  // namespace payload_test
