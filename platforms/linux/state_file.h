// SPDX-License-Identifier: MIT
// Saved states in files that survive a crash: whoever looks finds the old state or the new one, each whole.
//
// Saving writes a temporary file beside the target (target.XXXXXX, mode 0600 or the old file's), brings it to the disk
// and renames it over the target; then the folder is brought to the disk. On an error the old file is untouched and
// the temporary is gone; only a process killed in the middle leaves one behind. Two that save to one path at once do
// not disturb each other: the later rename wins.
//
// No exceptions. Saving and restoring allocate and call the system: not for the thread that must not wait.
#pragma once

#include <cstdint>

#include "tidegate/tidegate.h"

namespace tidegate {

/// What became of it: done, refused by the library (status), or by the system (error, an errno).
struct StateFileResult {
    tg_status status = TG_OK;
    int error = 0;

    bool ok() const { return status == TG_OK && error == 0; }
    /// A sentence in English: the status' text or the system's.
    const char* text() const;
};

/// Writes the session's states to `path`, which is absent or a regular file (a symbolic link is followed).
StateFileResult save_state_file(const tg_session* session, const char* path);

/// tg_state_restore() from the file. error is ENOENT if there is none. Unless ok(), the session has not changed.
StateFileResult restore_state_file(tg_session* session, const char* path, std::uint32_t flags = 0);

}  // namespace tidegate
