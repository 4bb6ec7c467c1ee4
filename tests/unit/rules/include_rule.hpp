#pragma once

// Who may include what. Ours: agent -> drivers, sync, platform; drivers -> platform; sync -> platform; platform ->
// platform. Drivers and sync never see each other, no driver sees another driver. A foreign library's headers stay in
// the place that wraps it. Tests may include anything.

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/rules/source_tree.hpp"

namespace vitald {

struct Include {
  std::string header;
  int line = 0;
};

std::vector<Include> includes(std::string_view text);

// What is wrong with that include in the file at `path`; "" when it is allowed.
std::string fault(std::string_view path, std::string_view header);

// "path:line: fault" for each include of the file that breaks the rule.
std::vector<std::string> include_faults(const SourceFile& file);

}  // namespace vitald
