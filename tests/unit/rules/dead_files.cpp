#include "tests/unit/rules/dead_files.hpp"

#include <algorithm>
#include <cctype>

namespace vitald {
namespace {

constexpr std::string_view kListName = "CMakeLists.txt";

// "a/b/" for "a/b/CMakeLists.txt".
std::string_view folder_of(const SourceFile& list) {
  return std::string_view(list.path).substr(0, list.path.size() - kListName.size());
}

const SourceFile* nearest(const std::string& path, const std::vector<SourceFile>& lists) {
  const SourceFile* found = nullptr;
  for (const SourceFile& list : lists)
    if (path.starts_with(folder_of(list)) && (found == nullptr || list.path.size() > found->path.size())) found = &list;
  return found;
}

bool part_of_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

// Whether `name` stands in the text as a word of its own: "body.cpp" is not in "json_body.cpp".
bool names(std::string_view text, std::string_view name) {
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1))
    if (at == 0 || !part_of_name(text[at - 1])) return true;
  return false;
}

}  // namespace

std::vector<std::string> dead_files(const std::vector<SourceFile>& sources, const std::vector<SourceFile>& lists) {
  std::vector<std::string> dead;
  for (const SourceFile& source : sources) {
    const SourceFile* const list = nearest(source.path, lists);
    if (list == nullptr || !names(list->text, std::string_view(source.path).substr(folder_of(*list).size())))
      dead.push_back(source.path);
  }
  return dead;
}

}  // namespace vitald
