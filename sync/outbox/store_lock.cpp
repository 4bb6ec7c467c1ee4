#include "sync/outbox/store_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <utility>

namespace vitald {
namespace {

struct Word {
  int pid = 0;  // 0: the end was clean
  unsigned long long generation = 0;
};

// "pid generation": what cannot be read counts as 0.
Word read(int descriptor) {
  std::array<char, 64> text{};
  Word word;
  const ssize_t size = pread(descriptor, text.data(), text.size() - 1, 0);
  const char* end = text.data() + (size > 0 ? size : 0);
  const auto pid = std::from_chars(text.data(), end, word.pid);
  if (pid.ec == std::errc() && pid.ptr < end) std::from_chars(pid.ptr + 1, end, word.generation);
  return word;
}

}  // namespace

Result<StoreLock> StoreLock::acquire(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return Error(Code::io, "opening " + file + ": " + std::strerror(errno));
  StoreLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int pid = read(std::exchange(lock.descriptor_, -1)).pid;
    close(descriptor);
    return Error(Code::refused, file + ": the store is in use by process " + std::to_string(pid));
  }
  lock.read_word();
  lock.write_word(getpid());  // a hint for people: a disk that is full or failing must not keep the store shut
  return lock;
}

void StoreLock::read_word() {
  const Word word = read(descriptor_);
  unclean_ = word.pid != 0;
  generation_ = word.generation;
}

bool StoreLock::write_word(int pid) const {
  std::array<char, 64> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%d %llu          \n", pid, static_cast<unsigned long long>(generation_));
  return pwrite(descriptor_, text.data(), static_cast<std::size_t>(size), 0) == size;
}

Result<void> StoreLock::set_generation(std::uint64_t generation) {
  generation_ = generation;
  if (write_word(getpid()) && fdatasync(descriptor_) == 0) return {};
  return Error(Code::io, std::string("writing the lock file: ") + std::strerror(errno));
}

StoreLock::StoreLock(StoreLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), unclean_(other.unclean_), generation_(other.generation_) {}

StoreLock::~StoreLock() {
  if (descriptor_ < 0) return;
  write_word(0);
  close(descriptor_);
}

}  // namespace vitald
