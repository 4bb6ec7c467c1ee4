#include "tests/unit/platform/identity/sim_files.hpp"

#include <cstdlib>

namespace vitald {
namespace {

const Error kDead(Code::io, "the power is gone");

}  // namespace

std::uint64_t seeds(std::uint64_t unless_told) {
  const char* told = std::getenv("VITALD_SEEDS");
  return told == nullptr ? unless_told : std::strtoull(told, nullptr, 10);
}

bool SimFiles::goes_through() {
  if (cut_) return false;
  ++changes_;
  if (left_ && (*left_)-- <= 0) cut_ = true;
  return !cut_;
}

// What was removed and not synced may be there again, each file by itself.
void SimFiles::boot() {
  cut_ = false;
  left_.reset();
  for (const auto& [path, bytes] : unsynced_)
    if (coin()) files_.emplace(path, bytes);
  unsynced_.clear();
}

Result<std::string> SimFiles::read(const std::string& path) {
  if (cut_) return kDead;
  const auto file = files_.find(path);
  return file == files_.end() ? Result<std::string>(Error(Code::not_found, path)) : file->second;
}

Result<void> SimFiles::write(const std::string& path, std::string_view bytes) {
  const bool was_alive = !cut_, done = goes_through();
  if (done || (was_alive && coin())) {
    files_[path] = bytes;
    unsynced_.erase(path);
  }
  return done ? Result<void>() : kDead;
}

Result<void> SimFiles::destroy(const std::string& path) {
  if (!cut_ && !files_.contains(path)) return {};
  const bool was_alive = !cut_, done = goes_through();
  if (!done && was_alive && coin()) {
    if (coin()) return files_.erase(path), kDead;
    files_[path].assign(files_[path].size(), '\0');
  }
  if (done) files_.erase(path);
  return done ? Result<void>() : kDead;
}

Result<void> SimFiles::remove(const std::string& path) {
  if (!cut_ && !files_.contains(path)) return {};
  if (!goes_through()) return kDead;
  unsynced_[path] = files_[path];
  files_.erase(path);
  return {};
}

Result<void> SimFiles::sync(const std::string& directory) {
  if (!goes_through()) return kDead;
  std::erase_if(unsynced_, [&](const auto& file) { return file.first.substr(0, file.first.rfind('/')) == directory; });
  return {};
}

std::vector<std::string> SimFiles::list(const std::string& directory) {
  std::vector<std::string> found;
  for (const auto& [path, bytes] : files_)
    if (path.starts_with(directory + "/")) found.push_back(path);
  return found;
}

bool SimFiles::discard(const std::string&) { return false; }

}  // namespace vitald
