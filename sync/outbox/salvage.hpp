#pragma once

// Finds what can be saved of a damaged store: reads its file page by page, twice. The first time for what is settled,
// the second time for batches that still wait. A freed page may still show rows that had left: those of an epoch that
// had left as a whole are found as if they waited, and cost a resend, which the receiver swallows.

#include <cstdint>
#include <string>
#include <vector>

#include "sync/batch/range.hpp"
#include "sync/outbox/page_file.hpp"
#include "sync/outbox/page_rows.hpp"

namespace vitald {

class Salvage {
 public:
  Salvage(const std::string& file, std::string device) : file_(file), device_(std::move(device)), pages_(file) {}

  // The next waiting batches, of at most `slice` pages; may be none. done() after the last.
  std::vector<FoundBatch> next(std::uint32_t slice);
  bool done() const { return at_ > pages_.pages() && second_; }
  // These were moved: their place on the disk may go.
  void moved(const std::vector<FoundBatch>& batches);

  bool was_settled(std::uint64_t position) const { return settled_.contains(position); }
  const RangeSet& settled() const { return settled_; }
  const std::string& file() const { return file_; }

 private:
  std::string file_, device_;
  PageFile pages_;
  RangeSet settled_;
  bool second_ = false;
  std::uint32_t at_ = 1;
};

}  // namespace vitald
