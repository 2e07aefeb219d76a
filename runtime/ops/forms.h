// SPDX-License-Identifier: MIT
// The forms of weights as operators call them: which members of Kernels. A program that has only operators of one form
// names only its kernels, so that a linker drops the others.
#pragma once

#include "kernels/kernels.h"

namespace tidegate::ops {

using Multiply = void(const kernels::Kernels& kernels, const kernels::Product& product);

struct F32 {
    static void multiply(const kernels::Kernels& k, const kernels::Product& p) { k.multiply_f32(p); }
    static void lstm_step(const kernels::Kernels& k, const kernels::LstmStep& s) { k.lstm_step_f32(s); }
    static void gru_step(const kernels::Kernels& k, const kernels::GruStep& s) { k.gru_step_f32(s); }
};
struct F16 {
    static void multiply(const kernels::Kernels& k, const kernels::Product& p) { k.multiply_f16(p); }
    static void lstm_step(const kernels::Kernels& k, const kernels::LstmStep& s) { k.lstm_step_f16(s); }
    static void gru_step(const kernels::Kernels& k, const kernels::GruStep& s) { k.gru_step_f16(s); }
};
struct I8 {
    static void multiply(const kernels::Kernels& k, const kernels::Product& p) { k.multiply_i8(p); }
    static void lstm_step(const kernels::Kernels& k, const kernels::LstmStep& s) { k.lstm_step_i8(s); }
    static void gru_step(const kernels::Kernels& k, const kernels::GruStep& s) { k.gru_step_i8(s); }
};

}  // namespace tidegate::ops
