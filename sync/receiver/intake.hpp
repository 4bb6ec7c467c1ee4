#pragma once

// Takes groups of messages into the ledger: one transaction a group, then receipts for every epoch it touched. A
// message that cannot be taken is counted and refused by itself; only the database's own errors fail a group, and then
// nothing of it was taken. Everything is looked at first, then the devices' rows are locked, so that several receivers
// may write one database.
//
// All on the storage strand.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "platform/crypto/keys.hpp"
#include "platform/model/instant.hpp"
#include "platform/model/result.hpp"
#include "sync/receiver/batch_ledger.hpp"
#include "sync/receiver/device_keys.hpp"
#include "sync/receiver/device_registry.hpp"
#include "sync/receiver/missing_batches.hpp"
#include "sync/receiver/opener.hpp"
#include "sync/receiver/projection.hpp"
#include "sync/receiver/receipts.hpp"
#include "sync/receiver/receiver_settings.hpp"
#include "sync/receiver/receiver_store.hpp"
#include "sync/receiver/refusals.hpp"
#include "sync/receiver/topic.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

struct IntakeClocks {
  Now boot;
  std::function<UtcTime()> utc;
};

// Since the start of this process.
struct TakenCounts {
  std::uint64_t stored = 0, known = 0, conflicts = 0;  // batches
  std::map<Refusal, std::uint64_t> refused;
};

class Intake {
 public:
  static Result<std::unique_ptr<Intake>> open(ReceiverStore& store, const ReceiverSettings& settings,
                                              const Recipients& recipients, Openers openers, IntakeClocks clocks);

  // dropped: messages that found no place in the queue since the last group.
  Result<std::vector<OutgoingReceipt>> store(std::span<const Message> group, std::uint64_t dropped);

  // All that is done of these epochs, over as many receipts as it takes.
  Result<std::vector<std::string>> receipts_for(std::string_view device, const std::set<std::uint64_t>& epochs);
  const TakenCounts& taken() const { return taken_; }

  // Receipts that want missing batches again, of devices that have brought none for a while.
  Result<std::vector<OutgoingReceipt>> ask_for_missing(BootTime now);

 private:
  // An epoch of the present group.
  struct Touched {
    RegisteredDevice device;
    RangeSet before, done;
    crypto::KeyId sealed_to{};  // what came of it; zeros: nothing sealed
  };
  // A batch of the present group that nothing speaks against so far.
  struct Arrived {
    RegisteredDevice device;
    Envelope envelope;
    std::string_view bytes;
    crypto::Digest hash;
    EpochKey epoch() const { return {device.row, envelope.epoch}; }
  };
  struct Told {
    RegisteredDevice device;
    Inventory inventory;
  };
  using BatchKey = std::pair<EpochKey, std::uint64_t>;
  struct Parts {
    DeviceRegistry devices;
    BatchLedger ledger;
    Projection projection;
    DeviceKeys device_keys;
    MissingBatches missing;
    Refusals refusals;
    Receipts receipts;
  };

  Intake(ReceiverStore& store, const ReceiverSettings& settings, Openers openers, IntakeClocks clocks, Parts parts);

  Result<void> take_group(std::span<const Message> group);
  Result<void> look_at(std::span<const Message> group);
  Result<void> read_known();
  Result<void> read_hashes();
  Result<void> take_all();
  Result<void> write();
  void forget_group();
  Result<std::vector<OutgoingReceipt>> receipts_of_touched();
  Result<void> watch_inventories();

  // intake_messages.cpp
  Result<void> look(const Message& message);
  Result<void> look_at_batches(const RegisteredDevice& device, std::string_view payload);
  Result<void> look_at_batch(const RegisteredDevice& device, std::string_view bytes);
  Result<void> look_at_inventory(const RegisteredDevice& device, std::string_view payload);
  Result<void> take_batch(const Arrived& batch);
  Result<void> take_fresh(const Arrived& batch);
  Result<void> take_other_bytes(const Arrived& batch);
  Result<void> take_inventory(const Told& told);
  Result<void> mark_done(const RegisteredDevice& device, const Envelope& envelope, const DecodedBody& body);

  // Refused in passing: the group goes on.
  Result<void> refuse(Refusal reason, const std::string& device, std::string_view why);
  std::optional<Refusal> objection(const RegisteredDevice& device, const Envelope& envelope) const;

  Result<Touched*> touch(const RegisteredDevice& device, std::uint64_t epoch);
  // Under which of our keys a device expects its receipts. Where it has told none that we have: what it sealed to.
  Result<crypto::KeyId> recipient_for(std::int64_t device, const crypto::KeyId& sealed_to);

  ReceiverStore& store_;
  const ReceiverSettings settings_;
  Openers openers_;
  IntakeClocks clocks_;
  Parts parts_;
  TakenCounts taken_;
  // Of the present group.
  std::vector<Arrived> arrived_;
  std::vector<Told> told_;
  std::map<EpochKey, RangeSet> done_;          // of the epochs that arrived, as it was
  std::map<EpochKey, Touched> touched_;        // epochs that a receipt is due for
  std::map<BatchKey, crypto::Digest> stored_;  // hashes of stored batches among those that arrived
};

}  // namespace vitald
