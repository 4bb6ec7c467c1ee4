#pragma once

// The kernel's small text files, one value each. Reading one may ask the hardware behind it and block for that long.

#include <string>
#include <string_view>
#include <vector>

#include "platform/model/decimal.hpp"
#include "platform/model/result.hpp"

namespace vitald {

// Without the line's end.
Result<std::string> read_attribute(const std::string& file);
Result<Decimal> read_number(const std::string& file);
// In place: such a file cannot be renamed over.
Result<void> write_attribute(const std::string& file, std::string_view value);
bool has_attribute(const std::string& file);
// Names in that folder that begin so, in order; none when there is no such folder.
std::vector<std::string> entries(const std::string& folder, std::string_view prefix);
// The first folder "<parent>/<prefix>..." whose attribute has that value; "" = none.
std::string find_by_attribute(const std::string& parent, std::string_view prefix, const std::string& attribute,
                              std::string_view value);

}  // namespace vitald
