#pragma once

// Finds what can be saved of a damaged store: reads its file page by page, twice. The first time for what is settled,
// the second time for batches that still wait. A freed page may still show rows that had left: those of an epoch that
// had left as a whole are found as if they waited, and cost a resend, which the receiver swallows.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sync/batch/range.hpp"
#include "sync/outbox/page_file.hpp"
#include "sync/outbox/page_rows.hpp"

namespace vitald {

class Salvage {
 public:
  Salvage(const std::string& file, std::string device)
      : file_(file), device_(std::move(device)), pages_(file), needless_(pages_.pages() + 1) {}

  // The next waiting batches, of at most `slice` pages; may be none. done() after the last.
  std::vector<FoundBatch> next(std::uint32_t slice);
  bool done() const { return at_ > pages_.pages() && second_; }
  // These were moved: blocks of which nothing else is needed go back to the disk.
  void moved(const std::vector<FoundBatch>& batches);

  // Looks for waiting batches once more, from the beginning: what had no room may have it now. Not for ever.
  bool again();

  bool was_settled(std::uint64_t position) const { return settled_.contains(position); }
  const RangeSet& settled() const { return settled_; }
  const std::string& file() const { return file_; }

 private:
  void forget(const FoundBatch& batch);
  void forget(std::uint32_t page);

  std::string file_, device_;
  PageFile pages_;
  std::vector<bool> needless_;                    // by page
  std::map<std::uint32_t, std::size_t> waiting_;  // by leaf: its batches that were not moved
  RangeSet settled_;
  bool second_ = false;
  int passes_ = 1;  // for batches
  std::uint32_t at_ = 1;
};

}  // namespace vitald
