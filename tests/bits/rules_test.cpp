// SPDX-License-Identifier: MIT
// What docs/numbers.md says of NaN and of tiny inputs, seen from outside, with every kernel table.
#include <cmath>
#include <limits>

#include "bits/forms.h"
#include "bits/models.h"
#include "support/session.h"

using namespace tidegate::test;

namespace {

constexpr std::size_t kElements = 4 * 67;

float from_bits(std::uint32_t bits) {
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

/// All outputs of functions_model(), one after another, for inputs a and b.
std::vector<float> outputs(const std::string& kernels, const std::vector<float>& a, const std::vector<float>& b) {
    TestSession session(file_of(functions_model()), kernels);
    session.set(0, a);
    session.set(1, b);
    REQUIRE(session.run() == TG_OK);
    std::vector<float> all;
    for (std::size_t i = 0; i < tg_output_count(&session.model()); ++i) {
        const std::vector<float> values = session.output(i);
        all.insert(all.end(), values.begin(), values.end());
    }
    return all;
}

}  // namespace

TEST_CASE("a NaN that comes out has one form, whatever NaN, infinity or sign went in") {
    const float infinity = std::numeric_limits<float>::infinity();
    std::vector<float> a(kElements, 1.0F), b(kElements, -infinity);
    const std::uint32_t nans[] = {0x7fc00000, 0xffc00000, 0x7fc12345, 0x7fa00001, 0xffffffff};
    for (std::size_t i = 0; i < kElements; ++i) {
        a[i] = i % 3 == 0 ? from_bits(nans[i % 5]) : i % 3 == 1 ? infinity : -infinity;
    }
    for (const std::string& kernels : kernel_names()) {
        CAPTURE(kernels);
        std::size_t count = 0;
        bool one_form = true;
        for (const float value : outputs(kernels, a, b)) {
            if (!std::isnan(value)) continue;
            ++count;
            one_form = one_form && bits({value})[0] == 0x7fc00000;
        }
        CHECK(count > kElements);
        CHECK(one_form);
    }
}

TEST_CASE("an input below 2^-100 in size is +0") {
    std::vector<float> tiny(kElements), b(kElements, 0.5F);
    const float values[] = {from_bits(1), -from_bits(1),     0x1.fffffep-127F, -0x1.fffffep-127F,
                            0x1p-126F,    -0x1.fffffep-101F, 0x1.fffffep-101F, -0.0F};
    for (std::size_t i = 0; i < kElements; ++i) { tiny[i] = values[i % 8]; }
    const std::vector<float> zeros(kElements, 0.0F);
    for (const std::string& kernels : kernel_names()) {
        CAPTURE(kernels);
        CHECK(bits(outputs(kernels, tiny, b)) == bits(outputs(kernels, zeros, b)));
        CHECK(bits(outputs(kernels, b, tiny)) == bits(outputs(kernels, b, zeros)));
    }
    CHECK(bits(outputs("scalar", std::vector<float>(kElements, 0x1p-100F), b)) != bits(outputs("scalar", zeros, b)));
}

TEST_CASE("an integer product of a vector that is not finite is NaN, the other vectors' products are not") {
    constexpr std::size_t kVectors = 6, kInputs = 7, kUnits = 21;
    for (const std::string& kernels : kernel_names()) {
        CAPTURE(kernels);
        for (std::size_t spoiled = 0; spoiled < kVectors * kInputs; ++spoiled) {
            TestSession session(file_of(products_model(kUnits)), kernels);
            std::vector<float> x(kVectors * kInputs);
            for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i % 9) - 4;
            x[spoiled] = spoiled % 2 == 0 ? from_bits(0xffc00000) : -std::numeric_limits<float>::infinity();
            session.set(0, x);
            REQUIRE(session.run() == TG_OK);
            for (const std::size_t output : {0U, 1U}) {  // dynamic and fixed scale
                const std::vector<float> y = session.output(output);
                bool as_said = true;
                for (std::size_t i = 0; i < y.size(); ++i) {
                    as_said = as_said && std::isnan(y[i]) == (i / kUnits == spoiled / kInputs);
                }
                CHECK(as_said);
            }
        }
    }
}
