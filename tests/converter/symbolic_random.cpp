// SPDX-License-Identifier: MIT
// Random chains of operators over symbolic shapes: no combination may break the promise.
#include "symbolic_support.h"

namespace tidegate::symbolic_random_test {
namespace {

using namespace test;

/// A chain that starts at x [time, batch, 4]; ranks are followed, shapes are the converter's business.
class Chain {
public:
    Chain(ModelBuilder& model, Random& random) : model_(model), random_(random) {}

    void grow() {
        switch (random_.between(0, 9)) {
            case 0:
                return transpose();
            case 1:
                return slice();
            case 2:
                return binary();
            case 3:
                return concat();
            case 4:
                return gather();
            case 5:
                return merge();
            case 6:
                return node("Tanh", {now_}, {});
            case 7:
                return node("Softmax", {now_}, {{"axis", axis()}});
            case 8:
                return expand();
            default:
                return halves();
        }
    }
    const std::string& end() const { return now_; }

private:
    std::string fresh() { return "v" + std::to_string(count_++); }
    std::int64_t axis() { return random_.between(0, rank_ - 1); }
    std::string list(const List& values) {
        const std::string name = fresh();
        model_.integers(name, values);
        return name;
    }
    void node(const std::string& op, const std::vector<std::string>& inputs,
              const std::vector<std::pair<std::string, AttributeValue>>& attributes) {
        const std::string result = fresh();
        model_.node(op, inputs, {result}, attributes);
        now_ = result;
    }
    void transpose() {
        List perm;
        for (std::int64_t i = 0; i < rank_; ++i) { perm.push_back(i); }
        for (std::int64_t i = rank_ - 1; i > 0; --i) {
            std::swap(perm[static_cast<std::size_t>(i)], perm[static_cast<std::size_t>(random_.between(0, i))]);
        }
        node("Transpose", {now_}, {{"perm", perm}});
    }
    void slice() {
        const std::int64_t step = random_.coin() ? 1 : random_.between(0, 1) * 4 - 2;
        std::int64_t start = random_.between(-3, 2), end = random_.coin() ? INT64_MAX : random_.between(-2, 4);
        if (step < 0) {
            start = -1;
            end = random_.coin() ? INT64_MIN : random_.between(0, 1);
        }
        node("Slice", {now_, list({start}), list({end}), list({axis()}), list({step})}, {});
    }
    void binary() {
        const std::string before = now_;
        node("Sigmoid", {now_}, {});
        node(random_.coin() ? "Mul" : "Sub", {before, now_}, {});
    }
    void concat() {
        const std::string before = now_;
        node("Relu", {now_}, {});
        node("Concat", {before, now_, before}, {{"axis", axis()}});
    }
    void gather() { node("Gather", {now_, list(random_.coin() ? List{-1} : List{0, -1})}, {{"axis", axis()}}); }
    /// The first two axes become one, in whatever form the exporter says it.
    void merge() {
        if (rank_ < 3) { return node("Unsqueeze", {now_, list({0})}, {}), void(++rank_); }
        const std::string shape = fresh(), part = fresh();
        model_.node("Shape", {now_}, {shape});
        model_.node("Slice", {shape, list({2}), list({rank_})}, {part});
        const std::string target = fresh();
        model_.node("Concat", {list({-1}), part}, {target}, {{"axis", 0}});
        node("Reshape", {now_, target}, {});
        --rank_;
    }
    void expand() {
        const std::string shape = fresh(), target = fresh();
        model_.node("Shape", {now_}, {shape}).node("Concat", {list({2}), shape}, {target}, {{"axis", 0}});
        node("Expand", {now_, target}, {});
        ++rank_;
        merge();
    }
    void halves() {
        const std::string a = fresh(), b = fresh();
        model_.node("Split", {now_}, {a, b}, {{"axis", axis()}});
        now_ = random_.coin() ? a : b;
        node("Relu", {now_}, {});
    }

    ModelBuilder& model_;
    Random& random_;
    std::string now_ = "x";
    std::int64_t rank_ = 3;
    int count_ = 0;
};

}  // namespace

TEST_CASE("random chains of operators give the bits of one length at every length, or are refused") {
    int compared = 0, refusals = 0, models = 0;
    for (std::uint32_t seed = 0; seed < 150; ++seed) {
        Random random(seed);
        ModelBuilder m(13);
        m.input("x", {"time", "batch", 4});
        Chain chain(m, random);
        for (std::int64_t i = random.between(2, 6); i > 0; --i) { chain.grow(); }
        m.node("Tanh", {chain.end()}, {"y"}).output("y");
        const ConvertOptions options = with_dims({{"time", {1, 6}}, {"batch", {1, 2}}});
        const std::string path = m.save("random.onnx");
        CAPTURE(seed);
        const auto why = refused([&] { convert(path, options); });
        if (why) {
            INFO(*why);
            CHECK(why->find("internal") == std::string::npos);
            continue;
        }
        const Sweep found = sweep(path, options);
        compared += found.compared;
        refusals += found.refused;
        ++models;
    }
    MESSAGE(models, " models, ", compared, " lengths compared, ", refusals, " refused alike");
    CHECK(models > 75);
    CHECK(compared > 500);
}

}  // namespace tidegate::symbolic_random_test
