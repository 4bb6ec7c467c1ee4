#pragma once

// The outbox: the one queue of the product. It takes closed batches, numbers and seals them, keeps them in SQLite until
// the receiver has said that they are stored, and hands them out by lane. A reading whose commit() returned without an
// error is safe against every power cut; what must go (quota, corruption, a refused commit) is named in a loss record.
//
// Everything here blocks and runs on one thread: the storage strand. One connection, never a second one.

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/model/instant.hpp"
#include "platform/model/metric.hpp"
#include "platform/model/result.hpp"
#include "sync/batch/body.hpp"
#include "sync/batch/inventory.hpp"
#include "sync/batch/range.hpp"
#include "sync/batch/seal.hpp"

namespace vitald {

// A body that will get no more readings, on its way to become a batch.
struct ClosedBatch {
  Class class_ = Class::vital;
  std::uint32_t readings = 0;
  BootTime first, last;  // of its readings
  std::string body;      // BodyBuilder::finish(); packed (zstd) here when the class is waveform and it helps
};

// A driver's cursor, by the driver's entry id and its own name.
struct StoredCursor {
  std::string driver, name, bytes;
};

// Lanes in the order of sending. alarm: oldest first. live: newest vital and waveform batches. backfill: oldest of
// these.
enum class Lane : std::uint8_t { alarm, live, backfill };

struct StoredBatch {
  std::uint64_t epoch = 0, number = 0;
  Class class_ = Class::vital;
  std::uint32_t readings = 0;
  BootTime last;      // of the boot that recorded it
  std::string bytes;  // as sent: the batch with tag and length, or a JSON document
};

struct OutboxStats {
  std::uint64_t batches = 0;       // waiting for a receipt
  std::uint64_t readings = 0;      // in them
  std::uint64_t bytes = 0;         // database, log and set-aside files on disk
  std::uint64_t quota = 0;         // bytes
  double filled = 0;               // what of the database's part of it what waits takes, about: 0 to 1
  std::optional<BootTime> oldest;  // latest reading of the oldest waiting batch of this boot
  bool oldest_of_earlier_boot = false;
  std::uint64_t recorded = 0;   // readings ever committed in this store
  std::uint64_t confirmed = 0;  // readings ever confirmed
  struct LossCount {
    LossReason reason;
    Class class_;
    std::uint64_t readings;
  };
  std::vector<LossCount> lost;  // ever
  struct Recipient {
    KeyId key{};  // zeros: not sealed, or of an epoch that an older version began
    std::uint64_t batches = 0;
  };
  std::vector<Recipient> recipients;              // whom what waits is sealed to
  std::vector<std::string> set_aside;             // damaged stores that are being salvaged or wait for it
  std::uint64_t set_aside_bytes = 0;              // on disk, those of others included
  std::uint64_t salvaged = 0;                     // batches, by this process
  std::uint64_t commits = 0, failed_commits = 0;  // of this process
};

struct OutboxSettings {
  std::string file;                           // "/var/lib/vitald/outbox.db"
  std::uint64_t quota = 256 << 20;            // bytes: database, log and set-aside files together
  Microseconds keep{std::chrono::hours(72)};  // confirmed batches stay that long while the quota allows
  Microseconds epoch_length{std::chrono::hours(24)};
  std::string device;
  BootId boot{};
  Now now;  // the boot clock
  SealMaker seal;
  bool json = false;  // encoding: "json" instead of protobuf
};

class Outbox {
 public:
  // A file that is no outbox, is corrupt or of another device is set aside and a fresh one made: opening fails only
  // when the directory cannot be written, another process holds the store (refused: names its pid) or the store's
  // schema is newer.
  static Result<std::unique_ptr<Outbox>> open(OutboxSettings settings);
  virtual ~Outbox() = default;

  // One transaction, one sync: the batches in their order, the cursors, receipts taken in meanwhile and the deletes
  // they allow. Durable when it returns without an error. After an error nothing of this call was accepted, but its
  // batches stay with the outbox: the same sealed bytes are written by the next commit(), before new ones and in the
  // same transaction as that call's cursors. The caller repeats commit({}, cursors) until it succeeds and hands in
  // nothing new meanwhile.
  virtual Result<void> commit(std::span<ClosedBatch> batches, std::span<const StoredCursor> cursors) = 0;
  // All cursors, as committed: read once at the start, the recorder keeps them in step from then on.
  virtual std::vector<StoredCursor> cursors() const = 0;

  // Adds to the loss ledger; becomes a batch of class alarm with one of the next commits.
  virtual void lose(const Loss& loss) = 0;

  // Batches of that lane not handed out since the last rewind(), at most so many bytes and batches (at least one batch
  // if any is there). Checked against their hash: a corrupt row is never handed out but becomes a loss record.
  virtual Result<std::vector<StoredBatch>> take(Lane lane, std::size_t max_bytes, std::size_t max_batches) = 0;
  // take() hands out batches of these classes only, in the order of Class; all of them at first.
  virtual void hand_out(std::array<bool, 3> classes) = 0;
  // What take() handed out and is not confirmed may be handed out again (a new session).
  virtual void rewind() = 0;
  // Named batches again (resend, gap repair); those that are gone are left out.
  virtual Result<std::vector<StoredBatch>> read(std::uint64_t epoch, Range range, std::size_t max_bytes) = 0;

  // The receiver's word. Kept in memory and written with the next commit: losing it causes a resend, nothing else.
  // Ranges that were never given out are an Error and move nothing.
  virtual Result<void> receipted(std::uint64_t epoch, const RangeSet& stored) = 0;
  // Writes what receipted() and lose() left in memory although nothing is to be committed.
  virtual Result<void> flush() = 0;
  // Work in small slices while idle: checking rows after an unclean end, salvage, deletes whose keep time is over.
  // true: there is more to do.
  virtual bool background() = 0;

  virtual std::vector<HeldEpoch> inventory() const = 0;
  // The same of what waits for a receipt only.
  virtual std::vector<HeldEpoch> waiting() const = 0;
  virtual OutboxStats stats() const = 0;
};

}  // namespace vitald
