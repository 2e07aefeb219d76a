// SPDX-License-Identifier: MIT
// Einsum against the sum that its equation says, in double.
#include <map>

#include "symbolic_support.h"

namespace tidegate::read_einsum_test {
namespace {

using namespace test;

constexpr std::int64_t kExtents[] = {2, 3, 4, 5};  // of a, b, c, d; other letters are as e, f, g, h

std::int64_t extent(char axis) { return kExtents[static_cast<std::size_t>(axis) % 4]; }

Dims dims_of(const std::string& axes) {
    Dims dims;
    for (const char axis : axes) { dims.push_back(extent(axis)); }
    return dims;
}

std::size_t place(const std::string& axes, const std::map<char, std::int64_t>& index) {
    std::int64_t at = 0;
    for (const char axis : axes) { at = at * extent(axis) + index.at(axis); }
    return static_cast<std::size_t>(at);
}

/// Over all values of all letters.
Tensor summed(const std::vector<std::string>& terms, const std::vector<Tensor>& x, const std::string& output) {
    std::map<char, std::int64_t> index;
    for (const std::string& axes : terms) {
        for (const char axis : axes) { index[axis] = 0; }
    }
    Tensor y = Tensor::zeros(ElementType::f32, dims_of(output));
    for (bool more = true; more;) {
        double product = 1;
        for (std::size_t i = 0; i < terms.size(); ++i) { product *= x[i].reals[place(terms[i], index)]; }
        y.reals[place(output, index)] += product;
        more = false;
        for (auto& [axis, value] : index) {
            if (++value < extent(axis)) {
                more = true;
                break;
            }
            value = 0;
        }
    }
    return y;
}

void check(const std::string& equation, const std::vector<std::string>& terms, const std::string& output) {
    CAPTURE(equation);
    ModelBuilder m;
    std::vector<std::string> names;
    std::vector<Tensor> inputs;
    Random random(static_cast<std::uint32_t>(equation.size()));
    for (const std::string& axes : terms) {
        names.push_back("x" + std::to_string(names.size()));
        std::vector<ModelBuilder::Extent> dims;
        for (const std::int64_t n : dims_of(axes)) { dims.emplace_back(static_cast<int>(n)); }
        m.input(names.back(), dims);
        inputs.push_back(random.tensor(dims_of(axes)));
    }
    m.node("Einsum", names, {"y"}, {{"equation", equation}}).output("y");
    ModelRunner runner(convert(m.save("einsum.onnx"), {}).file);
    const std::vector<Tensor> got = runner.run(inputs);
    const Tensor want = summed(terms, inputs, output);
    REQUIRE(got.at(0).dims == want.dims);
    for (std::size_t i = 0; i < want.reals.size(); ++i) {
        CHECK(std::abs(got[0].reals[i] - want.reals[i]) <= 2e-6 * std::max(1.0, std::abs(want.reals[i])));
    }
}

}  // namespace

TEST_CASE("Einsum is the sum of its equation") {
    check("ab,bc->ac", {"ab", "bc"}, "ac");
    check("ab,bc", {"ab", "bc"}, "ac");
    check("ba", {"ba"}, "ab");
    check("abc->ca", {"abc"}, "ca");
    check("abc->", {"abc"}, "");
    check("a,a", {"a", "a"}, "");
    check("a,b->ba", {"a", "b"}, "ba");
    check("abc,abc->abc", {"abc", "abc"}, "abc");
    check(" abc , acd -> abd ", {"abc", "acd"}, "abd");
    check("bhqd,bhkd->bhqk", {"bhqd", "bhkd"}, "bhqk");
    check("bhqk,bkhd->bqhd", {"bhqk", "bkhd"}, "bqhd");
    check("abcd,cdef->abef", {"abcd", "cdef"}, "abef");
    check("abd,acd->bc", {"abd", "acd"}, "bc");
    check("aab->ba", {"aab"}, "ba");
    check("aa", {"aa"}, "");
    check("aa,ab->b", {"aa", "ab"}, "b");
    check("ab,bc,cd->da", {"ab", "bc", "cd"}, "da");
    check("ac,bc,ab->c", {"ac", "bc", "ab"}, "c");
    check("...b,bc->...c", {"adb", "bc"}, "adc");
    check("a...,a...->...", {"abc", "abc"}, "bc");
    check("a...c->c...", {"abdc"}, "cbd");
    check("...cc->...c", {"abcc"}, "abc");
}

TEST_CASE("equations that are none are refused") {
    for (const char* equation :
         {"ab,b->c", "ab->aa", "a1,b->a", "ab", "ab,b,a->a", "a..,b->a", "......,b->b", "->", ""}) {
        CAPTURE(equation);
        ModelBuilder m;
        m.input("x", {2, 3}).input("z", {3}).node("Einsum", {"x", "z"}, {"y"}, {{"equation", equation}}).output("y");
        CHECK(has(refusal([&] { convert(m.save("none.onnx"), {}); }), "Einsum"));
    }
}

TEST_CASE("Einsum follows a changing time and batch") {
    ModelBuilder m;
    m.input("q", {"batch", "time", 2, 4}).input("k", {"batch", "time", 2, 4}).weights("w", {2, 4, 3});
    m.node("Einsum", {"q", "k"}, {"y0"}, {{"equation", "bqhd,bkhd->bhqk"}}).output("y0");
    m.node("Einsum", {"q", "w"}, {"y1"}, {{"equation", "bthd,hde->bte"}}).output("y1");
    m.node("Einsum", {"q", "w"}, {"y2"}, {{"equation", "...hd,hde->...e"}}).output("y2");
    m.node("Einsum", {"q"}, {"y3"}, {{"equation", "bthd->bh"}}).output("y3");
    CHECK(sweep(m, with_dims({{"time", {1, 7}}, {"batch", {1, 3}}})).compared == 21);
}

}  // namespace tidegate::read_einsum_test
