// SPDX-License-Identifier: MIT
// Counts calls of malloc and its kin while `counting` is set. For one source file of a program: it replaces them.
#pragma once

#include <cstdlib>

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
