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
    "an operator of the model is not in this program",
    "the arena's first byte must be on a multiple of 64",
    "the arena is smaller than the model needs",
    "this CPU cannot run these kernels",
    "a length or an index in an input is out of range; nothing was run",
    "a state would not be finite; the states were left as they were",
    "a state would not be finite; the states were held",
    "a state would not be finite; the states were reset",
    "the number of values is not the number of symbolic dimensions",
    "a dimension is outside the range that the model is planned for",
    "the model has no result at these dimensions",
    "the memory is smaller than tg_state_size() says",
    "the saved state has another size than it says",
    "this is not a saved state",
    "the saved state needs a newer version of tidegate",
    "the saved state is damaged: its checksum is wrong",
    "the saved state is another model's",
    "the saved state is of a file with other weight types",
    "the saved state is of another version of the model",
    "the saved state holds a value that is not finite or too large",
    "there is no input or output of that index or name",
    "there is no symbolic dimension of that index",
    "there is no such policy",
    "there is no op of that index",
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
