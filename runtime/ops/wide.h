// SPDX-License-Identifier: MIT
// Pointers of one size on every target, so that a session takes the same arena on a Cortex-M and on a server.
#pragma once

#include <cstdint>

namespace tidegate {

/// A pointer (to an object or a function) that takes 8 bytes on 32-bit targets too.
template <class T>
class Wide {
public:
    Wide() = default;
    Wide(T* pointer) : pointer_(pointer) {}   // NOLINT(google-explicit-constructor): it stands for the pointer
    operator T*() const { return pointer_; }  // NOLINT(google-explicit-constructor)
    T* get() const { return pointer_; }
    T* operator->() const { return pointer_; }

private:
    alignas(8) T* pointer_ = nullptr;
};
static_assert(sizeof(Wide<void>) == 8 && sizeof(Wide<void()>) == 8);

}  // namespace tidegate
