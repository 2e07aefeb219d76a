// SPDX-License-Identifier: MIT
#include "verify/tensor_file.h"

#include "graph/error.h"
#include "read/tensor_proto.h"

namespace tidegate {

NamedTensor read_tensor_file(const std::string& path) {
    if (path.ends_with(".npy")) { return {"", read_npy(path)}; }
    if (path.ends_with(".pb")) {
        NamedTensor result;
        result.tensor = read_tensor_proto(path, &result.name);
        return result;
    }
    throw ConvertError("file '" + path + "' is neither .npy nor .pb");
}

}  // namespace tidegate
