#include "platform/linux/sysfs.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "platform/linux/file.hpp"

namespace vitald {
namespace {

constexpr std::size_t kLargest = 4096;  // a page

}  // namespace

Result<std::string> read_attribute(const std::string& file) {
  Result<std::string> text = read_file(file, kLargest);
  while (text && !text->empty() && (text->back() == '\n' || text->back() == '\0')) text->pop_back();
  return text;
}

Result<Decimal> read_number(const std::string& file) {
  const Result<std::string> text = read_attribute(file);
  if (!text) return text.error();
  const Result<Decimal> number = Decimal::parse(*text);
  return number ? number : number.error().in(file);
}

Result<void> write_attribute(const std::string& file, std::string_view value) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
  const bool written = descriptor >= 0 && ::write(descriptor, value.data(), value.size()) >= 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (written) return {};
  return Error(error == ENOENT ? Code::not_found : Code::io,
               file + ": writing " + std::string(value) + ": " + std::strerror(error));
}

bool has_attribute(const std::string& file) { return ::access(file.c_str(), F_OK) == 0; }

std::vector<std::string> entries(const std::string& folder, std::string_view prefix) {
  std::vector<std::string> names;
  std::error_code failed;
  for (auto at = std::filesystem::directory_iterator(folder, failed);
       !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
    std::string name = at->path().filename().string();
    if (name.starts_with(prefix)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

std::string find_by_attribute(const std::string& parent, std::string_view prefix, const std::string& attribute,
                              std::string_view value) {
  for (const std::string& name : entries(parent, prefix)) {
    const std::string folder = parent + "/" + name;
    const Result<std::string> found = read_attribute(folder + "/" + attribute);
    if (found && *found == value) return folder;
  }
  return "";
}

}  // namespace vitald
