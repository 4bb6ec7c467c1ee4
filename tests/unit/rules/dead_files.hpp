#pragma once

// A .cpp that no CMakeLists.txt names is never compiled: it is dead, and its tests never ran.

#include <string>
#include <vector>

#include "tests/unit/rules/source_tree.hpp"

namespace vitald {

// The paths of `sources` that the nearest of `lists` above them (by folder) does not name.
std::vector<std::string> dead_files(const std::vector<SourceFile>& sources, const std::vector<SourceFile>& lists);

}  // namespace vitald
