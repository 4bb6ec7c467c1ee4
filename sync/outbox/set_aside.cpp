#include "sync/outbox/set_aside.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace vitald {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDamaged = ".aside-", kForeign = ".foreign-";

bool exists(const std::string& file) { return access(file.c_str(), F_OK) == 0; }

Result<void> failed(const std::string& what) { return Error(Code::io, what + ": " + std::strerror(errno)); }

Result<void> sync_folder(const std::string& file) {
  const std::string folder = fs::path(file).parent_path().empty() ? "." : fs::path(file).parent_path().string();
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed("opening " + folder);
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced ? Result<void>() : failed("syncing " + folder);
}

std::string free_name(const std::string& file, std::string_view kind) {
  for (int i = 1;; ++i) {
    const std::string candidate = file + std::string(kind) + std::to_string(i);
    if (!exists(candidate) && !exists(log_of(candidate))) return candidate;
  }
}

// The database first: a log that is left alone is recognised at the next start, a database without its log is not.
Result<void> rename_both(const std::string& file, const std::string& to) {
  if (exists(file) && std::rename(file.c_str(), to.c_str()) != 0) return failed("renaming " + file);
  if (exists(log_of(file)) && std::rename(log_of(file).c_str(), log_of(to).c_str()) != 0) {
    return failed("renaming " + log_of(file));
  }
  return sync_folder(file);
}

// Paths beside the file whose name begins with the file's and the kind.
std::vector<std::string> siblings(const std::string& file, std::string_view kind) {
  std::vector<std::string> found;
  std::error_code error;
  const fs::path folder = fs::path(file).parent_path();
  const std::string prefix = fs::path(file).filename().string() + std::string(kind);
  for (const auto& entry : fs::directory_iterator(folder.empty() ? "." : folder, error)) {
    if (entry.path().filename().string().starts_with(prefix)) found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::string log_of(const std::string& file) { return file + "-wal"; }

Result<void> set_aside(const std::string& file, AsideKind kind) {
  return rename_both(file, free_name(file, kind == AsideKind::damaged ? kDamaged : kForeign));
}

Result<void> set_lone_log_aside(const std::string& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) == 0 && status.st_size > 0) return {};
  if (stat(log_of(file).c_str(), &status) != 0 || status.st_size == 0) return {};
  return set_aside(file, AsideKind::damaged);
}

std::vector<std::string> damaged(const std::string& file) {
  std::vector<std::string> databases;
  for (std::string path : siblings(file, kDamaged)) {
    if (path.ends_with("-wal")) path.resize(path.size() - 4);
    if (databases.empty() || databases.back() != path) databases.push_back(path);
  }
  return databases;
}

std::uint64_t set_aside_bytes(const std::string& file) {
  std::uint64_t bytes = 0;
  for (const std::string_view kind : {kDamaged, kForeign}) {
    for (const std::string& path : siblings(file, kind)) {
      struct stat status {};
      if (stat(path.c_str(), &status) == 0) bytes += static_cast<std::uint64_t>(status.st_blocks) * 512;
    }
  }
  return bytes;
}

}  // namespace vitald
