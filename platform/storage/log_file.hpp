#pragma once

// The write-ahead log as a file.

#include <string>

#include "platform/model/result.hpp"

namespace vitald {

// Writes the log's bytes once more and syncs it; no log is no error. After a failed sync the kernel takes the pages for
// clean, so that what is read back from the cache need not be on the disk.
Result<void> rewrite_log(const std::string& file);

}  // namespace vitald
