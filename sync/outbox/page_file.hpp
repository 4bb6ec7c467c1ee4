#pragma once

// The pages of a store file, read without SQLite: each as its write-ahead log last committed it, else as the database
// file has it. Works on damaged files and on a log whose database is missing.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "platform/model/result.hpp"
#include "sync/outbox/budget.hpp"

namespace vitald {

using Page = std::array<std::uint8_t, kPageBytes>;

class PageFile {
 public:
  explicit PageFile(const std::string& file);
  ~PageFile();
  PageFile(const PageFile&) = delete;
  PageFile& operator=(const PageFile&) = delete;

  std::uint32_t pages() const { return pages_; }
  std::optional<Page> read(std::uint32_t page) const;  // counted from 1
  // Their bytes are needed no more: gives the file system its blocks back where it can.
  void release(std::uint32_t first, std::uint32_t count) const;

 private:
  void read_log();

  int database_, log_;
  std::uint32_t pages_ = 0;
  std::map<std::uint32_t, std::uint64_t> logged_;  // page -> offset in the log
};

}  // namespace vitald
