// SPDX-License-Identifier: MIT
#include <array>
#include <cstdio>
#include <cstring>
#include <string>

#include "format/model_generated.h"
#include "kernels/cpu.h"
#include "kernels/support.h"

using namespace tidegate;
using namespace tidegate::test;

TEST_CASE("the list of instruction sets is best first, ends with scalar, and each name is there once") {
    Size count = 0;
    const kernels::KernelSet* sets = kernels::kernel_sets(count);
    REQUIRE(count >= 1);
    CHECK(sets[count - 1].kernels == &kernels::scalar_kernels);
    CHECK(sets[count - 1].runs_here());
    CHECK(kernels::best_kernels() == sets_here().front());
    for (Size i = 0; i < count; ++i) {
        for (Size j = 0; j < i; ++j) CHECK(std::strcmp(sets[i].kernels->name, sets[j].kernels->name) != 0);
    }
    MESSAGE("the best here: ", std::string(kernels::best_kernels()->name));
#if defined(__x86_64__)
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool is_listed = std::strcmp(sets[0].kernels->name, "avx512+vnni") == 0;
    const bool avx512 = is_listed && avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    const bool vnni = avx512 && __builtin_cpu_supports("avx512vnni");
    CHECK(std::string(kernels::best_kernels()->name) == (vnni     ? "avx512+vnni"
                                                         : avx512 ? "avx512"
                                                         : avx2   ? "avx2"
                                                                  : "scalar"));
#elif defined(__aarch64__)
    const std::uint32_t features = kernels::cpu_features();
    const bool dotprod = (features & kernels::cpu_dotprod) != 0, i8mm = (features & kernels::cpu_i8mm) != 0;
    CHECK(std::string(kernels::best_kernels()->name) == (dotprod && i8mm ? "neon-i8mm"
                                                         : dotprod       ? "neon-dotprod"
                                                                         : "neon"));
#endif
}

TEST_CASE("every table has all its functions, in the order of the format's enums") {
    using format::Binary;
    using format::Unary;
    for (const Kernels* set : sets_here()) {
        for (kernels::UnaryKernel f : set->unary) REQUIRE((f != nullptr));
        for (kernels::BinaryKernel f : set->binary) REQUIRE((f != nullptr));
        const auto of = [&](Unary kind) {
            const float x = -2;
            float y = 0;
            set->unary[static_cast<std::size_t>(kind)](&x, &y, 1, 3, 0.25F);
            return y;
        };
        CHECK(of(Unary::relu) == 0);
        CHECK(of(Unary::tanh) == doctest::Approx(std::tanh(-2.0)));
        CHECK(of(Unary::sigmoid) == doctest::Approx(1 / (1 + std::exp(2.0))));
        CHECK(of(Unary::affine) == -5.75F);
        CHECK(of(Unary::leaky_relu) == -6);
        CHECK(of(Unary::thresholded_relu) == 0);
        CHECK(of(Unary::scaled_tanh) == doctest::Approx(3 * std::tanh(-0.5)));
        CHECK(of(Unary::hard_sigmoid) == 0);
        CHECK(of(Unary::elu) == doctest::Approx(3 * std::expm1(-2.0)));
        CHECK(of(Unary::softsign) == -2.0F / 3);
        CHECK(of(Unary::softplus) == doctest::Approx(std::log1p(std::exp(-2.0))));
        const auto of_two = [&](Binary kind) {
            const float a = 6, b = 3;
            float y = 0;
            set->binary[static_cast<std::size_t>(kind)](&a, 1, &b, 1, &y, 1);
            return y;
        };
        CHECK(of_two(Binary::add) == 9);
        CHECK(of_two(Binary::subtract) == 3);
        CHECK(of_two(Binary::multiply) == 18);
        CHECK(of_two(Binary::divide) == 2);
    }
}

namespace {

std::string output_of(const std::string& command) {
    std::string text;
    if (std::FILE* pipe = popen(command.c_str(), "r")) {
        std::array<char, 4096> part;
        while (std::fgets(part.data(), static_cast<int>(part.size()), pipe)) text += part.data();
        pclose(pipe);
    }
    return text;
}

}  // namespace

#if defined(TIDEGATE_SANITIZED)
constexpr bool kSanitized = true;  // objects call the sanitizer
#else
constexpr bool kSanitized = false;
#endif

TEST_CASE("the kernels' object files share no weak symbol and need nothing but memcpy, memset and memmove") {
    const std::string folder = std::string(TIDEGATE_BINARY_DIR) + "/runtime/CMakeFiles/tidegate_kernels.dir/kernels";
    const std::string symbols = "find '" + folder + "' -name '*.o' -print0 | xargs -0 " TIDEGATE_NM " -C ";
    if (output_of(symbols + "| grep scalar_kernels").empty()) {
        MESSAGE("skipped: no nm, or no object files in ", folder);
        return;
    }
    // A weak symbol of a file compiled for AVX could be linked into code that runs without it. A name of xsimd that
    // carries its instruction set is in no other file; the integer functions of format/ have one form, and are
    // there in unoptimised builds only.
    // clang's sanitizer adds type names of functions, which are data.
    const std::string harmless =
        std::string("-e xsimd_ -e tidegate::format::") + (kSanitized ? " -e ' V typeinfo \\(name \\)\\?for '" : "");
    CHECK(output_of(symbols + "| grep ' [WVu] ' | grep -v " + harmless) == "");
    if (kSanitized) return;
    CHECK(output_of(symbols + "| grep ' U ' | grep -vE ' U (memcpy|memset|memmove|_GLOBAL_OFFSET_TABLE_|"
                              "__cpu_model|__cpu_features2|__cpu_indicator_init|getauxval|tidegate::kernels::.*)$'") ==
          "");
}
