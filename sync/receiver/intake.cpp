#include "sync/receiver/intake.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "platform/storage/transaction.hpp"
#include "sync/receiver/lost_batches.hpp"

namespace vitald {

namespace {

Result<void> look_for_lost_batches(ReceiverStore& store) {
  const auto lost = forget_lost_batches(store);
  if (!lost) return lost.error().in("looking for batches that are there no longer");
  if (*lost > 0)
    spdlog::error("{} batches that receipts have named are not in the database any more: devices are asked for them",
                  *lost);
  return {};
}

// Each as much as one receipt names.
std::vector<RangeSet> parts_of(const RangeSet& done) {
  std::vector<RangeSet> parts;
  const std::span<const Range> ranges = done.ranges();
  for (std::size_t first = 0; first < ranges.size(); first += kMostRanges)
    parts.emplace_back(ranges.subspan(first, std::min(kMostRanges, ranges.size() - first)));
  return parts;
}

}  // namespace

Result<std::unique_ptr<Intake>> Intake::open(ReceiverStore& store, const ReceiverSettings& settings,
                                             const Recipients& recipients, Openers openers, IntakeClocks clocks) {
  if (const auto looked = look_for_lost_batches(store); !looked) return looked.error();
  Database& database = store.database();
  auto devices = DeviceRegistry::open(database);
  if (!devices) return devices.error();
  auto ledger = BatchLedger::open(database);
  if (!ledger) return ledger.error();
  auto projection = Projection::open(database);
  if (!projection) return projection.error();
  auto device_keys = DeviceKeys::open(database);
  if (!device_keys) return device_keys.error();
  auto inventories = Inventories::open(database);
  if (!inventories) return inventories.error();
  auto refusals = Refusals::open(database, clocks.boot);
  if (!refusals) return refusals.error();
  Parts parts{std::move(*devices),
              std::move(*ledger),
              std::move(*projection),
              std::move(*device_keys),
              MissingBatches(std::move(*inventories), settings.ask_again),
              std::move(*refusals),
              Receipts(recipients, settings.prefix, settings.credit)};
  std::unique_ptr<Intake> intake(new Intake(store, settings, std::move(openers), std::move(clocks), std::move(parts)));
  if (const auto watched = intake->parts_.missing.watch_known_devices(intake->clocks_.boot()); !watched)
    return watched.error();
  return intake;
}

Intake::Intake(ReceiverStore& store, const ReceiverSettings& settings, Openers openers, IntakeClocks clocks,
               Parts parts)
    : store_(store),
      settings_(settings),
      openers_(std::move(openers)),
      clocks_(std::move(clocks)),
      parts_(std::move(parts)) {}

Result<std::vector<OutgoingReceipt>> Intake::store(std::span<const Message> group, std::uint64_t dropped) {
  touched_.clear();
  told_.clear();
  parts_.refusals.forget();
  if (dropped > 0) parts_.refusals.count(Refusal::queue_full, "", "the queue is full", dropped);
  if (const auto taken = take_group(group); !taken) return taken.error().in("writing to the database");
  if (const auto watched = watch_inventories(); !watched) return watched.error();
  return receipts_of_touched();
}

Result<void> Intake::take_group(std::span<const Message> group) {
  const auto turn = WriteTurn::take(store_);
  if (!turn) return turn.error();
  auto transaction = Transaction::begin(store_.database());
  if (!transaction) return transaction.error();
  for (const Message& message : group)
    if (const auto taken = take(message); !taken) return taken;
  if (const auto written = write_done(); !written) return written;
  if (const auto counted = parts_.refusals.write(clocks_.utc()); !counted) return counted;
  return transaction->commit();
}

Result<void> Intake::write_done() {
  for (const auto& [key, touched] : touched_) {
    if (touched.before == touched.done) continue;
    if (const auto written = parts_.ledger.set_done(key, touched.before, touched.done); !written) return written;
  }
  return {};
}

Result<std::vector<OutgoingReceipt>> Intake::receipts_of_touched() {
  std::vector<OutgoingReceipt> receipts;
  for (const auto& [key, touched] : touched_) {
    const auto recipient = recipient_for(key.device, touched.sealed_to);
    if (!recipient) return recipient.error();
    auto receipt = parts_.receipts.make(touched.device, key.epoch, touched.done, {}, *recipient);
    if (!receipt) return receipt.error();
    receipts.push_back(std::move(*receipt));
  }
  return receipts;
}

Result<void> Intake::watch_inventories() {
  for (const std::int64_t device : told_)
    if (const auto watched = parts_.missing.watch(device, parts_.ledger, clocks_.boot()); !watched) return watched;
  return {};
}

Result<std::vector<std::string>> Intake::receipts_for(std::string_view name, const std::set<std::uint64_t>& epochs) {
  std::vector<std::string> payloads;
  const auto device = parts_.devices.find(name);
  if (!device) return device.error();
  if (!*device) return payloads;
  const auto recipient = recipient_for((*device)->row, {});
  if (!recipient) return recipient.error();
  for (const std::uint64_t epoch : epochs) {
    const auto done = parts_.ledger.done({(*device)->row, epoch});
    if (!done) return done.error();
    for (const RangeSet& part : parts_of(*done)) {
      auto receipt = parts_.receipts.make(**device, epoch, part, {}, *recipient);
      if (!receipt) return receipt.error();
      payloads.push_back(std::move(receipt->payload));
    }
  }
  return payloads;
}

Result<crypto::KeyId> Intake::recipient_for(std::int64_t device, const crypto::KeyId& sealed_to) {
  const Recipients& ours = parts_.receipts.recipients();
  const auto told = parts_.device_keys.find(device);
  if (!told) return told.error();
  if (*told && ours.find(**told)) return **told;
  return ours.find(sealed_to) ? sealed_to : ours.present();
}

Result<std::vector<OutgoingReceipt>> Intake::ask_for_missing(BootTime now) {
  const auto wanted = parts_.missing.due(parts_.ledger, now);
  if (!wanted) return wanted.error();
  std::vector<OutgoingReceipt> receipts;
  for (const auto& [row, epochs] : *wanted) {
    const auto device = parts_.devices.find(row);
    if (!device) return device.error();
    const auto recipient = recipient_for(row, {});
    if (!recipient) return recipient.error();
    for (const auto& [epoch, numbers] : epochs) {
      if (!*device) break;
      const auto done = parts_.ledger.done({row, epoch});
      if (!done) return done.error();
      auto receipt = parts_.receipts.make(**device, epoch, *done, numbers, *recipient);
      if (!receipt) return receipt.error();
      receipts.push_back(std::move(*receipt));
    }
  }
  return receipts;
}

}  // namespace vitald
