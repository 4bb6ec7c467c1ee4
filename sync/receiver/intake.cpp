#include "sync/receiver/intake.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

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
  sql::Database& database = store.database();
  auto devices = DeviceRegistry::open(database);
  if (!devices) return devices.error();
  auto ledger = BatchLedger::open(database);
  if (!ledger) return ledger.error();
  auto projection = Projection::open(database, {settings.projects_vitals(), settings.pushes_alarms()});
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
  forget_group();
  if (dropped > 0) parts_.refusals.count(Refusal::queue_full, "", "the queue is full", dropped);
  if (const auto taken = take_group(group); !taken) {
    parts_.projection.forget();
    parts_.ledger.forget();
    return taken.error().in("writing to the database");
  }
  if (const auto watched = watch_inventories(); !watched) return watched.error();
  return receipts_of_touched();
}

void Intake::forget_group() {
  arrived_.clear();
  told_.clear();
  touched_.clear();
  done_.clear();
  stored_.clear();
  parts_.refusals.forget();
}

Result<void> Intake::take_group(std::span<const Message> group) {
  auto transaction = sql::Transaction::begin(store_.database());
  if (!transaction) return transaction.error();
  if (const auto looked = look_at(group); !looked) return looked;
  if (const auto read = read_known(); !read) return read;
  if (const auto taken = take_all(); !taken) return taken;
  if (const auto written = write(); !written) return written;
  return transaction->commit();
}

Result<void> Intake::look_at(std::span<const Message> group) {
  if (const auto fresh = parts_.devices.refresh(); !fresh) return fresh;
  for (const Message& message : group)
    if (const auto looked = look(message); !looked) return looked;
  return {};
}

// What the database knows of the epochs and batches that arrived. Locks their devices first.
Result<void> Intake::read_known() {
  std::set<EpochKey> epochs;
  std::set<std::int64_t> devices;
  for (const Arrived& batch : arrived_) epochs.insert(batch.epoch());
  for (const Told& told : told_) {
    devices.insert(told.device.row);
    for (const HeldEpoch& held : told.inventory.epochs) epochs.insert({told.device.row, held.epoch});
  }
  for (const EpochKey& epoch : epochs) devices.insert(epoch.device);
  const std::vector<std::int64_t> rows(devices.begin(), devices.end());
  if (const auto locked = store_.database().lock_rows("device", rows); !locked) return locked;
  const std::vector<EpochKey> keys(epochs.begin(), epochs.end());
  auto done = parts_.ledger.done(keys);
  if (!done) return done.error();
  std::size_t i = 0;
  for (const EpochKey& key : keys) done_.emplace(key, std::move((*done)[i++]));
  return read_hashes();
}

// Only a number that is done can be stored.
Result<void> Intake::read_hashes() {
  std::vector<BatchLedger::BatchKey> keys;
  for (const Arrived& batch : arrived_)
    if (done_.at(batch.epoch()).contains(batch.envelope.number)) keys.push_back({batch.epoch(), batch.envelope.number});
  const auto hashes = parts_.ledger.hashes(keys);
  if (!hashes) return hashes.error();
  for (std::size_t i = 0; i < keys.size(); ++i)
    if ((*hashes)[i]) stored_.insert_or_assign({keys[i].epoch, keys[i].number}, *(*hashes)[i]);
  return {};
}

Result<void> Intake::take_all() {
  if (const auto ids = parts_.ledger.take_ids(arrived_.size() - stored_.size(), clocks_.utc()); !ids) return ids;
  for (const Arrived& batch : arrived_)
    if (const auto taken = take_batch(batch); !taken) return taken;
  for (const Told& told : told_)
    if (const auto taken = take_inventory(told); !taken) return taken;
  return {};
}

Result<void> Intake::write() {
  for (const auto& [key, touched] : touched_) {
    if (touched.before == touched.done) continue;
    if (const auto set = parts_.ledger.set_done(key, touched.before, touched.done); !set) return set;
  }
  if (const auto written = parts_.ledger.write(); !written) return written;
  if (const auto written = parts_.projection.write(); !written) return written;
  return parts_.refusals.write(clocks_.utc());
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
  for (const Told& told : told_)
    if (const auto watched = parts_.missing.watch(told.device.row, parts_.ledger, clocks_.boot()); !watched)
      return watched;
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
