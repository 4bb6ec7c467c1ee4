#pragma once

// The outbox over SQLite: puts the parts together. What each part does stands in its own file; here stands what happens
// when one of them fails.

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "sync/outbox/kept.hpp"
#include "sync/outbox/lanes.hpp"
#include "sync/outbox/ledger.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/outbox/room.hpp"
#include "sync/outbox/salvage.hpp"
#include "sync/outbox/sealer.hpp"
#include "sync/outbox/set_aside.hpp"
#include "sync/outbox/store.hpp"
#include "sync/outbox/store_lock.hpp"
#include "sync/outbox/unwritten.hpp"

namespace vitald {

class SqliteOutbox final : public Outbox {
 public:
  SqliteOutbox(OutboxSettings settings, StoreLock lock);
  ~SqliteOutbox() override;

  // Opens the file, or sets it aside and opens a fresh one.
  Result<void> open_store();

  Result<void> commit(std::span<ClosedBatch> batches, std::span<const StoredCursor> cursors) override;
  std::vector<StoredCursor> cursors() const override;
  void lose(const Loss& loss) override { ledger_.add(loss); }
  Result<std::vector<StoredBatch>> take(Lane lane, std::size_t max_bytes, std::size_t max_batches) override;
  void hand_out(std::array<bool, 3> classes) override { lanes_.only(classes); }
  void rewind() override { lanes_.rewind(); }
  Result<std::vector<StoredBatch>> read(std::uint64_t epoch, Range range, std::size_t max_bytes) override;
  Result<void> receipted(std::uint64_t epoch, const RangeSet& stored) override;
  Result<void> flush() override;
  bool background() override;
  std::vector<HeldEpoch> inventory() const override;
  std::vector<HeldEpoch> waiting() const override;
  OutboxStats stats() const override;

 private:
  // writing.cpp: numbering and writing.
  Result<void> number(std::span<ClosedBatch> batches);
  Result<void> write(std::span<const StoredCursor> cursors);
  Result<void> write_portion(std::span<const StoredCursor> cursors);
  Result<void> fill(std::span<const StoredCursor> cursors, std::size_t portion);
  Result<void> erase_what_must_go(std::size_t portion);
  Result<void> make_room(std::size_t portion);
  Result<void> insert(std::size_t first, std::size_t end);
  Result<void> tell_losses();
  void committed(std::size_t portion);
  Result<void> copy_log_back();
  void drop_overflow();
  bool dirty() const;

  // recovery.cpp: failing and coming back.
  Result<void> ready();
  void fail(const Error& error);
  Result<void> open_file();
  Result<void> start_afresh(AsideKind kind);
  void restore_memory();
  void divide_quota();

  std::vector<HeldEpoch> held(const CountedRanges& without) const;
  double filled() const;
  void find_oldest(OutboxStats& stats) const;
  void count_recipients(OutboxStats& stats) const;

  // handing_out.cpp
  Result<std::vector<StoredBatch>> collect(Lane lane, std::size_t max_bytes, std::size_t max_batches);
  void condemn_rotten(Class class_, Position position);
  StoredBatch stored(Row row) const;

  // background.cpp
  bool check_slice();
  bool erase_slice();
  bool salvage_slice();
  Result<void> move(std::vector<FoundBatch>& found);
  Result<bool> fits(const Row& row);
  void name_what_is_missing();
  void name_missing(const Epoch& epoch, Range range);
  void end_pass();
  void finish_salvage();
  void share_out();

  OutboxSettings settings_;
  StoreLock lock_;
  Budget budget_;
  Sealer sealer_;
  Unwritten unwritten_;
  Ledger ledger_;
  Kept kept_;
  Lanes lanes_;
  std::vector<Condemned> condemned_;
  std::vector<Range> receipts_;                   // positions settled since the last commit
  std::vector<Loss> told_;                        // in batches that are not durable yet
  std::unique_ptr<Store> store_;                  // null: the disk failed; tried again with the next commit
  std::unique_ptr<Salvage> salvage_;              // null: nothing is being salvaged
  bool salvage_skipped_ = false;                  // in this pass: a batch that had no room
  bool salvage_moved_ = false;                    // in this pass: a batch that was not there yet
  std::vector<Epoch> damaged_epochs_;             // of the store that was set aside while it was in use
  std::array<std::optional<Position>, 3> check_;  // where the check after an unclean end goes on, a class each
  bool suspect_ = false;  // the last error was of the disk: the log may not be what the cache shows
  bool telling_ = false;  // the transaction holds the newest of unwritten_, a batch of losses
  std::uint64_t set_aside_bytes_ = 0;
  std::uint64_t commits_ = 0, failed_commits_ = 0, salvaged_ = 0;
};

}  // namespace vitald
