#pragma once

// Holds the ledger against the stored bodies: every batch's bytes against its hash and its row, what can be opened
// against its count of readings, the totals and the projection against the batches, and what receipts say against both.

#include <cstdint>
#include <functional>
#include <string>

#include "platform/model/result.hpp"
#include "platform/sql/sql.hpp"
#include "sync/receiver/opener.hpp"

namespace vitald {

struct Verified {
  std::uint64_t batches = 0, readings = 0;
  std::uint64_t unopened = 0;  // sealed in a way that is not opened here: only their bytes are checked
  std::uint64_t faults = 0;
};

// `fault` hears of each one, as a sentence.
Result<Verified> verify_ledger(sql::Database& database, const Openers& openers,
                               const std::function<void(const std::string&)>& fault);

}  // namespace vitald
