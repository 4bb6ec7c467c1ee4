#include "sync/outbox/trim.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "sync/outbox/budget.hpp"
#include "sync/outbox/set_aside.hpp"

namespace vitald {
namespace {

constexpr off_t kBlock = 4096;       // a file system's
constexpr char kTableLeaf = '\x0d';  // SQLite's file format, section 1.6; an overflow page begins with a page number
constexpr off_t kBlocksAtOnce = 16;  // between two looks at what was gained

bool holds_rows(int descriptor, off_t block) {
  for (off_t page = block; page < block + kBlock; page += kPageBytes) {
    char first = 0;
    if (pread(descriptor, &first, 1, page) == 1 && first == kTableLeaf) return true;
  }
  return false;
}

class Trim {
 public:
  Trim(const std::string& file, const std::string& database, std::uint64_t most)
      : file_(file), most_(most), descriptor_(open(database.c_str(), O_RDWR | O_CLOEXEC)) {
    struct stat status {};
    if (descriptor_ >= 0 && fstat(descriptor_, &status) == 0) size_ = status.st_size;
  }
  ~Trim() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Trim(const Trim&) = delete;
  Trim& operator=(const Trim&) = delete;

  bool enough() const { return set_aside_bytes(file_) <= most_; }

  // Blocks from the front, except the first; with `rows` those too that hold rows.
  void release(bool rows) {
    off_t released = 0;
    for (off_t block = kBlock; block < size_; block += kBlock) {
      if (!rows && holds_rows(descriptor_, block)) continue;
      if (fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, block, kBlock) != 0) return;
      if (++released % kBlocksAtOnce == 0 && enough()) return;
    }
  }

  // Where a file system knows no holes: the end goes.
  void cut() {
    const std::uint64_t over = set_aside_bytes(file_) - most_;
    const auto left = size_ - std::min(size_, static_cast<off_t>(over) + kBlock);
    if (descriptor_ >= 0) (void)!ftruncate(descriptor_, left);
  }

 private:
  const std::string& file_;
  std::uint64_t most_;
  int descriptor_;
  off_t size_ = 0;
};

}  // namespace

void trim_set_aside(const std::string& file, std::uint64_t most_bytes) {
  for (const std::string& database : damaged(file)) {
    Trim trim(file, database, most_bytes);
    if (!trim.enough()) trim.release(false);
    if (!trim.enough()) trim.release(true);
    if (!trim.enough()) trim.cut();
  }
}

}  // namespace vitald
