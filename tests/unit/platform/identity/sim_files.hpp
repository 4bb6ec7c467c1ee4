#pragma once

// Files in memory, with a power cut before or amid any operation: from then on nothing works, and boot() shows what a
// disk may hold then.

#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "platform/identity/files.hpp"

namespace vitald {

// How many random courses a test takes: VITALD_SEEDS in the environment, else so many.
std::uint64_t seeds(std::uint64_t unless_told);

class SimFiles : public Files {
 public:
  explicit SimFiles(std::uint64_t seed) : random_(seed) {}

  // The power goes at the operation after so many more; never without.
  void cut_after(std::optional<int> operations) { left_ = operations; }
  bool is_cut() const { return cut_; }
  void boot();
  int changes() const { return changes_; }  // operations so far
  const std::map<std::string, std::string>& all() const { return files_; }
  std::map<std::string, std::string>& all() { return files_; }

  Result<std::string> read(const std::string& path) override;
  Result<void> write(const std::string& path, std::string_view bytes) override;
  Result<void> point(const std::string& link, const std::string& target) override { return write(link, target); }
  Result<std::string> link_target(const std::string& link) override { return read(link); }
  Result<void> destroy(const std::string& path) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync(const std::string& directory) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool discard(const std::string& directory) override;

 private:
  bool goes_through();
  bool coin() { return random_() % 2 == 0; }

  std::mt19937_64 random_;
  std::map<std::string, std::string> files_;
  std::map<std::string, std::string> unsynced_;  // removed, perhaps only in memory
  std::optional<int> left_;
  bool cut_ = false;
  int changes_ = 0;
};

}  // namespace vitald
