// SPDX-License-Identifier: MIT
// From start to the thousandth run nothing is allocated: malloc and its kin are counted while a flag is up.
#include <doctest/doctest.h>

#include <cstdlib>

#include "support/recurrent_graph.h"
#include "support/session.h"

#if defined(__GLIBC__) && !defined(TIDEGATE_SANITIZED)
#define TIDEGATE_COUNTS 1
#else
#define TIDEGATE_COUNTS 0
#endif

namespace {
bool counting = false;
long allocations = 0;
[[maybe_unused]] void count() { allocations += counting; }
}  // namespace

#if TIDEGATE_COUNTS
// operator new ends in malloc here, so it is counted too.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void* malloc(std::size_t n) {
    count();
    return __libc_malloc(n);
}
void* calloc(std::size_t n, std::size_t m) {
    count();
    return __libc_calloc(n, m);
}
void* realloc(void* p, std::size_t n) {
    count();
    return __libc_realloc(p, n);
}
void* aligned_alloc(std::size_t a, std::size_t n) {
    count();
    return __libc_memalign(a, n);
}
}
#endif

using namespace tidegate;
using namespace tidegate::test;

TEST_CASE("nothing is allocated from open to the thousandth run" * doctest::skip(!TIDEGATE_COUNTS)) {
    Random random(1);
    RecurrentCase c;
    c.op.cell = CellKind::lstm;
    c.op.hidden = 32;
    c.op.functions = {{UnaryKind::sigmoid, 0, 0}, {UnaryKind::tanh, 0, 0}, {UnaryKind::tanh, 0, 0}};
    const AlignedBytes file(file_of(recurrent_graph(c, random)));
    AlignedBytes arena(1 << 20);
    counting = true;
    void* probe = std::malloc(16);
    std::free(probe);
    counting = false;
    REQUIRE_MESSAGE(allocations == 1, "the hook does not count");

    allocations = 0;
    tg_model model;
    tg_session* session = nullptr;
    tg_tensor x, y;
    counting = true;
    int failures = tg_open(file.data(), file.size(), &model) != TG_OK;
    failures += tg_start(&model, arena.data(), arena.size(), &session) != TG_OK;
    failures += tg_input_named(session, "X", &x) != TG_OK;
    failures += tg_output(session, 0, &y) != TG_OK;
    for (int i = 0; i < 1000; ++i) {
        static_cast<float*>(x.data)[0] = static_cast<float>(i % 7);
        failures += tg_run(session) != TG_OK;
    }
    failures += tg_reset(session) != TG_OK;
    counting = false;
    CHECK(failures == 0);
    CHECK(allocations == 0);
}
