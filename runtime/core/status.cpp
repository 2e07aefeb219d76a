// SPDX-License-Identifier: MIT
#include "tidegate/tidegate.h"

namespace {

constexpr const char* kTexts[] = {
    "ok",
    "a pointer is null",
    "the file's first byte must be on a multiple of 64",
    "the file is shorter than its header says",
    "this is not a tidegate model",
    "the file needs a newer version of tidegate",
    "the file is damaged: its checksum or size is wrong",
    "the file is damaged: its payload cannot be read",
    "the model contradicts itself and cannot be run safely",
    "the model does not fit this machine's memory",
    "the arena's first byte must be on a multiple of 64",
    "the arena is smaller than tg_arena_size() says",
    "this CPU cannot run these kernels",
    "an operator of the model is not in this program",
    "a length or an index in an input is out of range; nothing was run",
    "a state would not be finite; the states were left as they were",
    "there is no input or output of that index or name",
    "the model does not forecast, or has not seen a sample yet",
    "the timestamp is not later than the last one",
    "the timestamp is not a whole number of steps after the last one",
    "the gap is longer than the model fills; reset and start over",
};
static_assert(sizeof(kTexts) / sizeof(kTexts[0]) == TG_STATUS_COUNT, "one sentence per status");

}  // namespace

extern "C" const char* tg_status_text(tg_status status) {
    const unsigned index = static_cast<unsigned>(status);
    return index < TG_STATUS_COUNT ? kTexts[index] : "unknown status";
}
