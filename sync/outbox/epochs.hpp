#pragma once

// The epochs that the store has batches of, by the stretch of positions each owns.

#include <cstdint>
#include <vector>

#include "platform/crypto/keys.hpp"
#include "platform/model/instant.hpp"
#include "platform/storage/database.hpp"
#include "sync/batch/range.hpp"
#include "sync/outbox/position.hpp"

namespace vitald {

struct Epoch {
  Position base = 0;
  std::uint64_t id = 0;
  BootId boot{};
  std::uint64_t last = 0;     // highest number committed
  std::uint64_t total = 0;    // readings numbered up to `last`
  crypto::KeyId recipient{};  // whom its batches are sealed to; zeros: not sealed, or not known
  friend bool operator==(const Epoch&, const Epoch&) = default;

  Range positions() const { return {base + 1, base + last}; }
};

class Epochs {
 public:
  static Result<Epochs> open(Database& database);

  // The newest epoch's last and total come out as stored: 0 when it was never closed.
  Result<void> load();
  // Adds it where it is missing; the epoch that was the newest is written with its end. The reference holds until the
  // next call.
  Result<Epoch*> ensure(const Epoch& epoch);
  // Writes an epoch's end.
  Result<void> save(const Epoch& epoch);
  Result<void> erase(Position base);

  Epoch* find(std::uint64_t id);
  const Epoch* at(Position position) const;  // the epoch that the position lies in
  std::vector<Epoch>& all() { return epochs_; }
  const std::vector<Epoch>& all() const { return epochs_; }

 private:
  Epochs(Statement load, Statement put, Statement erase)
      : load_(std::move(load)), put_(std::move(put)), erase_(std::move(erase)) {}

  Statement load_, put_, erase_;
  std::vector<Epoch> epochs_;  // by base
};

}  // namespace vitald
