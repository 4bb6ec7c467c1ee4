#pragma once

// The project's own source files, as text.

#include <string>
#include <vector>

namespace vitald {

struct SourceFile {
  std::string path;  // from the source root, with '/': "platform/model/decimal.cpp"
  std::string text;
};

// Every file below platform, drivers, sync, agent and tests whose name ends in `ending`, ordered by path. `root` is the
// source root; folders that are not ours (node_modules, build) are passed over.
std::vector<SourceFile> source_files(const std::string& root, std::string_view ending);

}  // namespace vitald
