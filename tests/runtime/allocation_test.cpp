// SPDX-License-Identifier: MIT
// From start to the thousandth run nothing is allocated: malloc and its kin are counted while a flag is up.
#include <doctest/doctest.h>

#include "support/allocations.h"
#include "support/session.h"
#include "support/step_model.h"

namespace allocation_test {

using namespace tidegate;
using namespace tidegate::test;

TEST_CASE("nothing is allocated from open to the thousandth run" * doctest::skip(!TIDEGATE_COUNTS)) {
    Random random(1);
    const AlignedBytes file(file_of(recurrent_graph(plain_case(CellKind::lstm, 32, 3), random)));
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

}  // namespace allocation_test
