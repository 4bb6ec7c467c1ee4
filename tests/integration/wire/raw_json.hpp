#pragma once

// The golden files' bytes as libprotobuf reads them, as JSON: field by field, the messages inside bytes fields opened
// too.

#include <string>

namespace vitald {

// `kind`: "Message", "Receipt" or "Inventory". Throws std::runtime_error where libprotobuf refuses the bytes.
std::string raw_json(const std::string& kind, const std::string& bytes);

}  // namespace vitald
