#pragma once

// One process a store. The lock file beside it holds the owner's pid and the store's generation; the kernel lets the
// lock go when the process ends, however it ends. A pid that is still there at the next start tells that the end was
// not clean.

#include <cstdint>
#include <string>

#include "platform/model/result.hpp"

namespace vitald {

class StoreLock {
 public:
  // refused, naming the owner's pid, when another process holds it.
  static Result<StoreLock> acquire(const std::string& file);
  ~StoreLock();  // leaves word that the end was clean
  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&&) = delete;

  bool unclean() const { return unclean_; }
  std::uint64_t generation() const { return generation_; }
  // Durable when it returns: a store that follows this one must not begin below it.
  Result<void> set_generation(std::uint64_t generation);

 private:
  explicit StoreLock(int descriptor) : descriptor_(descriptor) {}
  void read_word();
  bool write_word(int pid) const;

  int descriptor_;
  bool unclean_ = false;
  std::uint64_t generation_ = 0;
};

}  // namespace vitald
