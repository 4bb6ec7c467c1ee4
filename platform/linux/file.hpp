#pragma once

// Small files, read whole and written durably.

#include <string>
#include <string_view>

#include "platform/model/result.hpp"

namespace vitald {

// At most `limit` bytes; a larger file is an Error.
Result<std::string> read_file(const std::string& path, std::size_t limit = 1 << 20);
// Temporary file, fsync, rename, fsync of the directory: after a power cut the file is the old one or the new one.
Result<void> write_file(const std::string& path, std::string_view bytes, unsigned mode = 0644);

}  // namespace vitald
