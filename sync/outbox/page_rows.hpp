#pragma once

// The records on one leaf page of a table, with their overflow pages. Never trusts what it reads: lengths are checked,
// and a record that does not hold together is left out. Rows are told apart by shape and proven by their hash.

#include <cstdint>
#include <vector>

#include "sync/batch/envelope.hpp"
#include "sync/batch/range.hpp"
#include "sync/outbox/page_file.hpp"
#include "sync/outbox/row.hpp"

namespace vitald {

struct FoundBatch {
  Row row;
  Envelope envelope;
  std::vector<std::uint32_t> overflow;  // the pages that hold the rest of it
  std::uint32_t leaf = 0;               // the page that holds its beginning
};

struct PageRows {
  std::vector<FoundBatch> batches;
  std::vector<Range> settled;  // positions
};

PageRows rows_on(const PageFile& file, std::uint32_t page);

}  // namespace vitald
