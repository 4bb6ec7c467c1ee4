#pragma once

// Which row a lane hands out next. Every search is a few steps in the tables' trees, whatever the backlog.

#include <array>
#include <optional>

#include "sync/outbox/outbox.hpp"
#include "sync/outbox/store.hpp"
#include "sync/outbox/taken.hpp"

namespace vitald {

struct Candidate {
  Class class_ = Class::vital;
  Position position = 0;
};

class Lanes {
 public:
  // The next row of the lane that was neither handed out nor settled.
  Result<std::optional<Candidate>> next(Store& store, Lane lane);
  // It was handed out.
  void took(const Candidate& candidate);
  void rewind();
  // Only batches of these classes from now on, in the order of Class.
  void only(std::array<bool, 3> classes) { wanted_ = classes; }
  // A row that was not there before has come to be at this position.
  void arrived(Class class_, Position position) { taken(class_).forget(position); }

 private:
  Result<std::optional<Candidate>> oldest(Store& store, Class class_);
  Result<std::optional<Candidate>> newest(Store& store, Class class_);
  Taken& taken(Class class_) { return taken_[static_cast<std::size_t>(class_) - 1]; }
  bool wanted(Class class_) const { return wanted_[static_cast<std::size_t>(class_) - 1]; }

  std::array<Taken, 3> taken_;
  std::array<bool, 3> wanted_{true, true, true};
};

}  // namespace vitald
