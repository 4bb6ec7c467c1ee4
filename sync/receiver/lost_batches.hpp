#pragma once

// What receipts named as stored and is there no longer (a table was lost, rows were deleted) counts as done no more, so
// that gap repair asks for what the devices still hold of it.

#include <cstdint>

#include "platform/model/result.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

// At the start. Looks at the ranges that devices said they hold; what was derived from a batch that is gone leaves too.
// Returns how many batches were forgotten.
Result<std::uint64_t> forget_lost_batches(ReceiverStore& store);

}  // namespace vitald
