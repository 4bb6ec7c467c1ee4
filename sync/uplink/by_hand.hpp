#pragma once

// The way over for a site without a link: what waits goes out as a parcel, receipts come back as one. On the storage
// strand.

#include <cstdint>
#include <optional>
#include <string>

#include "sync/batch/parcel.hpp"
#include "sync/outbox/row_walk.hpp"
#include "sync/uplink/authenticator.hpp"

namespace vitald {

// What waits for a receipt when it is made; with `all`, also what is confirmed and kept.
class OutgoingParcel {
 public:
  OutgoingParcel(Outbox& outbox, const Authenticator& authenticator, bool all);

  // The next bytes of the file; nothing at the end.
  Result<std::optional<std::string>> next(const BootId& boot, BootTime now);

 private:
  Result<std::string> head(const BootId& boot, BootTime now);
  Result<std::string> rows(const std::vector<StoredBatch>& batches);

  Outbox& outbox_;
  const Authenticator& authenticator_;
  std::optional<ParcelWriter> writer_;
  RowWalk walk_;
  bool ended_ = false;
};

struct ReceiptsTaken {
  std::uint64_t receipts = 0;
  std::uint64_t confirmed = 0;  // batches that had been waiting
  std::uint64_t waiting = 0;    // that still do
};

// All of a parcel's receipts or, with an Error, none: one that is not authentic makes the whole file suspect. Durable
// when it returns. Taking it twice changes nothing.
Result<ReceiptsTaken> take_receipts(ParcelReader& parcel, Outbox& outbox, Authenticator& authenticator);

}  // namespace vitald
