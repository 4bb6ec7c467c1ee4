#include "tests/unit/rules/source_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace vitald {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders[] = {"platform", "drivers", "sync", "agent", "tests"};

bool foreign(const fs::path& folder) { return folder.filename() == "node_modules" || folder.filename() == "build"; }

std::string read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

void collect(const fs::path& root, const fs::path& folder, std::string_view ending, std::vector<SourceFile>& files) {
  if (!fs::exists(folder)) return;
  for (auto entry = fs::recursive_directory_iterator(folder); entry != fs::recursive_directory_iterator(); ++entry) {
    if (entry->is_directory() && foreign(entry->path())) entry.disable_recursion_pending();
    if (entry->is_regular_file() && entry->path().filename().string().ends_with(ending))
      files.push_back({fs::relative(entry->path(), root).generic_string(), read(entry->path())});
  }
}

}  // namespace

std::vector<SourceFile> source_files(const std::string& root, std::string_view ending) {
  std::vector<SourceFile> files;
  for (const auto* folder : kFolders) collect(root, fs::path(root) / folder, ending, files);
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace vitald
