#include "sync/outbox/page_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <vector>

#include "sync/outbox/set_aside.hpp"

namespace vitald {
namespace {

// SQLite's file format, section 4.1: a header of 32 bytes, then frames: page number, database size when the frame ends
// a transaction, two salts, two checksums, the page.
constexpr std::uint64_t kLogHeader = 32, kFrameHeader = 24;

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

bool read_at(int descriptor, std::uint64_t offset, std::span<std::uint8_t> into) {
  return descriptor >= 0 &&
         pread(descriptor, into.data(), into.size(), static_cast<off_t>(offset)) == static_cast<ssize_t>(into.size());
}

std::uint64_t size_of(int descriptor) {
  struct stat status {};
  return descriptor >= 0 && fstat(descriptor, &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

PageFile::PageFile(const std::string& file)
    : database_(open(file.c_str(), O_RDWR | O_CLOEXEC)), log_(open(log_of(file).c_str(), O_RDONLY | O_CLOEXEC)) {
  pages_ = static_cast<std::uint32_t>(size_of(database_) / kPageBytes);
  read_log();
}

PageFile::~PageFile() {
  if (database_ >= 0) close(database_);
  if (log_ >= 0) close(log_);
}

// The frames of the log's present turn bear the salts of its first frame. Their checksums are not held against them:
// rows carry hashes of their own, and a damaged frame must not hide those that follow it.
void PageFile::read_log() {
  std::array<std::uint8_t, kFrameHeader> header{}, first{};
  std::vector<std::pair<std::uint32_t, std::uint64_t>> uncommitted;
  if (!read_at(log_, kLogHeader, first)) return;
  for (std::uint64_t at = kLogHeader; read_at(log_, at, header); at += kFrameHeader + kPageBytes) {
    if (!std::equal(header.begin() + 8, header.begin() + 16, first.begin() + 8)) continue;
    uncommitted.emplace_back(big_endian(header.data()), at + kFrameHeader);
    if (big_endian(header.data() + 4) == 0) continue;
    for (const auto& [page, offset] : uncommitted) logged_[page] = offset;
    uncommitted.clear();
  }
  if (!logged_.empty()) pages_ = std::max(pages_, std::min(logged_.rbegin()->first, std::uint32_t{1} << 30));
}

std::optional<Page> PageFile::read(std::uint32_t page) const {
  Page bytes;
  if (page == 0 || page > pages_) return std::nullopt;
  const auto logged = logged_.find(page);
  const bool read = logged != logged_.end() ? read_at(log_, logged->second, bytes)
                                            : read_at(database_, std::uint64_t{page - 1} * kPageBytes, bytes);
  return read ? std::optional(bytes) : std::nullopt;
}

void PageFile::release(std::uint32_t first, std::uint32_t count) const {
  if (database_ < 0) return;
  (void)fallocate(database_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(first - 1) * static_cast<off_t>(kPageBytes),
                  static_cast<off_t>(count) * static_cast<off_t>(kPageBytes));
}

}  // namespace vitald
