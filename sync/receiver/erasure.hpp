#pragma once

// Erases one subject: the readings of its bound sensors, as long as they were bound, are taken out of the stored
// bodies, which are written anew without them (and in the clear: their seal was the device's), and out of everything
// derived from them. The ledger stays: a batch that comes again is known and not stored again.
//
// Where it is not sure when a reading was measured, it is erased if it may have been the subject's.

#include <cstdint>
#include <functional>
#include <string>

#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/opener.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

struct Erased {
  std::uint64_t batches = 0, readings = 0;
  std::uint64_t unopened = 0;  // sealed to a key that is not here: nothing in them could be erased
};

// In slices, so that `run` goes on meanwhile. Its bindings keep their times and lose the subject's name.
Result<Erased> erase_subject(ReceiverStore& store, const Openers& openers, const std::string& subject, UtcTime now);

// What has come since, of subjects that were erased before. from: the first batch to look at.
Result<Erased> erase_late(ReceiverStore& store, const Openers& openers, std::int64_t from, UtcTime now);

}  // namespace vitald
