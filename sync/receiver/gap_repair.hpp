#pragma once

// When to ask a device for what is missing: it holds the batches, and nothing has brought one of them for a while. A
// device that is draining its backlog is left alone; one that does not answer is asked less and less often.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "platform/model/instant.hpp"

namespace vitald {

class GapRepair {
 public:
  explicit GapRepair(Microseconds grace) : grace_(grace) {}

  // The device has just told what it holds, or is known from before (missing unknown).
  void watch(std::int64_t device, std::optional<std::uint64_t> missing, BootTime now);
  // Watched devices whose time has come.
  std::vector<std::int64_t> due(BootTime now) const;
  // What a due device misses now. true: ask for it. Nothing missing ends the watch.
  bool look(std::int64_t device, std::uint64_t missing, BootTime now);

 private:
  struct Watch {
    BootTime due;
    Microseconds wait;
    std::optional<std::uint64_t> missing;
  };

  Microseconds grace_;
  std::map<std::int64_t, Watch> watched_;
};

}  // namespace vitald
