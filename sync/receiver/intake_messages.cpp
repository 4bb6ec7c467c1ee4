#include <limits>

#include "platform/crypto/digest.hpp"
#include "sync/receiver/intake.hpp"

namespace vitald {
namespace {

constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kHighestNumber = std::numeric_limits<std::int64_t>::max();  // what SQL can hold

bool storable(const Range& range) {
  return range.first >= 1 && range.first <= range.last && range.last <= kHighestNumber;
}

bool storable(const DecodedBody& body) {
  for (const Loss& loss : body.losses)
    for (const Range& range : loss.ranges)
      if (!storable(range)) return false;
  return true;
}

bool storable(const Inventory& inventory) {
  for (const HeldEpoch& held : inventory.epochs) {
    if (held.last > kHighestNumber) return false;
    for (const Range& range : held.ranges)
      if (!storable(range)) return false;
  }
  return true;
}

Refusal refusal_of(const Error& error) {
  switch (error.code()) {
    case Code::not_found:
      return Refusal::unknown_suite;
    case Code::refused:
      return Refusal::not_authentic;
    default:
      return Refusal::malformed_batch;
  }
}

}  // namespace

Result<void> Intake::look(const Message& message) {
  const auto topic = parse_topic(message.topic, settings_.prefix);
  if (!topic) return refuse(Refusal::unknown_topic, "", message.topic);
  const auto device = parts_.devices.find(topic->device);
  if (!device) return device.error();
  if (!*device) return refuse(Refusal::unregistered_device, "", topic->device);
  if (message.payload.size() > settings_.message_bytes)
    return refuse(Refusal::oversized, (*device)->name, std::to_string(message.payload.size()) + " bytes");
  return topic->role == Role::status ? look_at_inventory(**device, message.payload)
                                     : look_at_batches(**device, message.payload);
}

Result<void> Intake::look_at_batches(const RegisteredDevice& device, std::string_view payload) {
  if (is_json(payload)) return look_at_batch(device, payload);
  Result<void> looked;
  const auto read = for_each_batch(payload, [&](const BatchView& batch) {
    if (looked) looked = look_at_batch(device, batch.bytes);
  });
  if (!looked) return looked;
  return read ? read : refuse(Refusal::malformed_message, device.name, read.error().sentence());
}

Result<void> Intake::look_at_batch(const RegisteredDevice& device, std::string_view bytes) {
  const auto envelope = envelope_of(bytes);
  if (!envelope) return refuse(Refusal::malformed_batch, device.name, envelope.error().sentence());
  if (const auto reason = objection(device, *envelope))
    return refuse(*reason, device.name, "batch " + std::to_string(envelope->number) + " of " + envelope->device);
  const auto hash = crypto::sha256(bytes);
  if (!hash) return hash.error();
  arrived_.push_back({device, *envelope, bytes, *hash});
  return {};
}

Result<void> Intake::take_batch(const Arrived& batch) {
  const auto known = stored_.find({batch.epoch(), batch.envelope.number});
  if (known == stored_.end()) return take_fresh(batch);
  if (known->second != batch.hash) return take_other_bytes(batch);
  const auto touched = touch(batch.device, batch.envelope.epoch);
  if (!touched) return touched.error();
  (*touched)->sealed_to = batch.envelope.recipient;
  ++taken_.known;
  parts_.ledger.count_duplicate(batch.epoch(), clocks_.utc());
  return {};
}

Result<void> Intake::take_fresh(const Arrived& batch) {
  const Envelope& envelope = batch.envelope;
  const RegisteredDevice& device = batch.device;
  const auto body = open_batch(envelope, batch.bytes, device.key, openers_);
  if (!body) return refuse(refusal_of(body.error()), device.name, body.error().sentence());
  if (!storable(*body)) return refuse(Refusal::malformed_batch, device.name, "a loss record names impossible numbers");
  const auto boot = parts_.projection.boot(device.row, envelope.boot);
  if (!boot) return boot.error();
  const std::int64_t id = parts_.ledger.next_id();
  const auto contents = parts_.projection.add({device.row, *boot, id, envelope.class_}, *body);
  if (!contents) return contents.error();
  const BatchLedger::Entry entry{batch.epoch(), envelope, batch.bytes, batch.hash, clocks_.utc()};
  const auto added = parts_.ledger.add(id, entry, *boot, device.key_row, *contents);
  if (!added) return added;
  ++taken_.stored;
  stored_.emplace(BatchKey(batch.epoch(), envelope.number), batch.hash);
  return mark_done(device, envelope, *body);
}

Result<void> Intake::mark_done(const RegisteredDevice& device, const Envelope& envelope, const DecodedBody& body) {
  const auto touched = touch(device, envelope.epoch);
  if (!touched) return touched.error();
  (*touched)->sealed_to = envelope.recipient;
  (*touched)->done.add({envelope.number, envelope.number});
  for (const Loss& loss : body.losses) {
    if (loss.ranges.empty()) continue;
    const auto lost = touch(device, loss.epoch);
    if (!lost) return lost.error();
    for (const Range& range : loss.ranges) (*lost)->done.add(range);
  }
  return {};
}

// It has to be the device's own: nobody else may raise a conflict. The receipt names the stored one, or the device
// would send the other for ever.
Result<void> Intake::take_other_bytes(const Arrived& batch) {
  const auto body = open_batch(batch.envelope, batch.bytes, batch.device.key, openers_);
  if (!body) return refuse(refusal_of(body.error()), batch.device.name, body.error().sentence());
  ++taken_.conflicts;
  if (const auto touched = touch(batch.device, batch.envelope.epoch); !touched) return touched.error();
  return parts_.ledger.keep_conflict({batch.epoch(), batch.envelope, batch.bytes, batch.hash, clocks_.utc()});
}

Result<void> Intake::look_at_inventory(const RegisteredDevice& device, std::string_view payload) {
  auto carried = decode_inventory(payload);
  if (!carried) return refuse(Refusal::malformed_inventory, device.name, carried.error().sentence());
  const Inventory& inventory = carried->inventory;
  if (inventory.device != device.name) return refuse(Refusal::foreign_device, device.name, inventory.device);
  if (!parts_.receipts.recipients().find(inventory.recipient))
    return refuse(Refusal::foreign_recipient, device.name, "an inventory for another receiver's key");
  const auto authentic = parts_.receipts.authentic(*carried, device);
  if (!authentic) return authentic.error();
  if (!*authentic) return refuse(Refusal::not_authentic, device.name, "an inventory with a wrong MAC");
  if (!storable(inventory)) return refuse(Refusal::malformed_inventory, device.name, "impossible numbers");
  told_.push_back({device, std::move(carried->inventory)});
  return {};
}

Result<void> Intake::take_inventory(const Told& told) {
  for (const HeldEpoch& held : told.inventory.epochs)
    if (const auto touched = touch(told.device, held.epoch); !touched) return touched.error();
  if (const auto kept = parts_.device_keys.set(told.device.row, told.inventory.recipient); !kept) return kept;
  return parts_.missing.store(told.device.row, told.inventory, clocks_.utc());
}

Result<void> Intake::refuse(Refusal reason, const std::string& device, std::string_view why) {
  ++taken_.refused[reason];
  parts_.refusals.count(reason, device, why);
  return {};
}

std::optional<Refusal> Intake::objection(const RegisteredDevice& device, const Envelope& envelope) const {
  if (envelope.version != kVersion) return Refusal::unknown_version;
  if (envelope.device != device.name) return Refusal::foreign_device;
  if (envelope.suite == Suite::none && !settings_.accept_unsealed) return Refusal::unsealed;
  if (!openers_.find(envelope.suite)) return Refusal::unknown_suite;
  const bool to_us = envelope.suite == Suite::none || parts_.receipts.recipients().find(envelope.recipient);
  if (!to_us) return Refusal::foreign_recipient;
  if (envelope.number == 0 || envelope.number > kHighestNumber) return Refusal::malformed_batch;
  return std::nullopt;
}

Result<Intake::Touched*> Intake::touch(const RegisteredDevice& device, std::uint64_t epoch) {
  const EpochKey key{device.row, epoch};
  if (const auto found = touched_.find(key); found != touched_.end()) return &found->second;
  const auto read = done_.find(key);
  auto done = read == done_.end() ? parts_.ledger.done(key) : Result<RangeSet>(read->second);
  if (!done) return done.error();
  return &touched_.emplace(key, Touched{device, *done, *done}).first->second;
}

}  // namespace vitald
