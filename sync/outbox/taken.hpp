#pragma once

// Which rows of a class were handed out, as intervals of positions. Between two rows of one interval lies no row that
// was not handed out or settled, so that a search jumps over all of them at once: the backfill lane keeps one interval
// that grows upwards, the live lane one that grows downwards, and they become one when they meet.

#include <map>
#include <optional>

#include "sync/batch/range.hpp"
#include "sync/outbox/position.hpp"

namespace vitald {

class Taken {
 public:
  std::optional<Range> around(Position position) const;
  // From `from` to `to` there is no row that may still be handed out.
  void mark(Position from, Position to);
  // A row has come to be here after its neighbours were handed out.
  void forget(Position position);
  void clear() { intervals_.clear(); }
  std::size_t intervals() const { return intervals_.size(); }

 private:
  std::map<Position, Position> intervals_;  // first -> last
};

}  // namespace vitald
