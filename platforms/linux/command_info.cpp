// SPDX-License-Identifier: MIT
// tidegate info: what is in the file, for people or as JSON.
#include <fmt/format.h>

#include "commands.h"
#include "data/files.h"
#include "info.h"

namespace tidegate::command {

void info(const InfoOptions& options) {
    const ModelFile file(options.model);
    const Facts facts = facts_of(file);
    const MemoryMap map = memory_map_of(file);
    if (!options.payload.empty()) { data::write_file(options.payload, payload_of(file)); }
    if (options.json) {
        fmt::print("{}\n", info_json(facts, map));
    } else {
        print_info(facts, map);
    }
}

}  // namespace tidegate::command
