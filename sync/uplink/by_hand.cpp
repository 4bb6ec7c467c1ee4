#include "sync/uplink/by_hand.hpp"

#include <vector>

namespace vitald {

OutgoingParcel::OutgoingParcel(Outbox& outbox, const Authenticator& authenticator, bool all)
    : outbox_(outbox), authenticator_(authenticator), walk_(outbox, all ? outbox.inventory() : outbox.waiting()) {}

Result<std::optional<std::string>> OutgoingParcel::next(const BootId& boot, BootTime now) {
  if (ended_) return std::optional<std::string>();
  if (!writer_) {
    auto bytes = head(boot, now);
    return bytes ? Result(std::optional(std::move(*bytes))) : bytes.error();
  }
  const auto slice = walk_.next();
  if (!slice) return slice.error();
  ended_ = !*slice;
  auto bytes = ended_ ? writer_->end() : rows((*slice)->batches);
  return bytes ? Result(std::optional(std::move(*bytes))) : bytes.error();
}

// The inventory tells the receiver which of its keys we have and what it may ask for.
Result<std::string> OutgoingParcel::head(const BootId& boot, BootTime now) {
  auto writer = ParcelWriter::begin();
  if (!writer) return writer.error();
  writer_.emplace(std::move(*writer));
  const auto inventory = authenticator_.inventory(outbox_.inventory(), boot, now);
  if (!inventory) return inventory.error();
  const auto named = writer_->head(authenticator_.device());
  if (!named) return named.error();
  const auto told = writer_->field(ParcelField::inventory, *inventory);
  return told ? Result(*named + *told) : told.error();
}

Result<std::string> OutgoingParcel::rows(const std::vector<StoredBatch>& batches) {
  std::string all;
  for (const StoredBatch& batch : batches) {
    const auto row = writer_->row(batch.bytes);
    if (!row) return row.error();
    all += *row;
  }
  return all;
}

namespace {

Result<std::vector<Receipt>> authentic_receipts(ParcelReader& parcel, Authenticator& authenticator) {
  std::vector<Receipt> receipts;
  for (;;) {
    const auto field = parcel.next();
    if (!field) return field.error();
    if (!*field) return receipts;
    if ((*field)->field != ParcelField::receipt)
      return Error(Code::invalid, "this file holds batches, not receipts: it is for `vitald-receiver import`");
    auto receipt = authenticator.receipt((*field)->bytes);
    if (!receipt) return receipt.error();
    receipts.push_back(std::move(*receipt));
  }
}

// An epoch that the outbox does not hold any more has nothing to confirm.
Result<void> confirm(Outbox& outbox, const Receipt& receipt) {
  RangeSet stored(receipt.ranges);
  if (receipt.through > 0) stored.add({1, receipt.through});
  const auto moved = outbox.receipted(receipt.epoch, stored);
  return moved || moved.error().code() == Code::not_found ? Result<void>() : moved;
}

}  // namespace

Result<ReceiptsTaken> take_receipts(ParcelReader& parcel, Outbox& outbox, Authenticator& authenticator) {
  if (parcel.device() != authenticator.device())
    return Error(Code::refused, "the file is for device " + parcel.device() + ", this is " + authenticator.device());
  const auto receipts = authentic_receipts(parcel, authenticator);
  if (!receipts) return receipts.error();
  const std::uint64_t before = outbox.stats().batches;
  for (const Receipt& receipt : *receipts)
    if (const auto confirmed = confirm(outbox, receipt); !confirmed) return confirmed.error();
  if (const auto durable = outbox.flush(); !durable) return durable.error();
  const std::uint64_t after = outbox.stats().batches;
  return ReceiptsTaken{receipts->size(), before > after ? before - after : 0, after};
}

}  // namespace vitald
