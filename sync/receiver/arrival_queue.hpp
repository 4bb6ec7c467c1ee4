#pragma once

// What came from the broker and is not yet in the database. Bounded: what finds no place is dropped, and since it gets
// no receipt, the device sends it again.

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "platform/model/result.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

class ArrivalQueue {
 public:
  ArrivalQueue(std::size_t max_messages, std::size_t max_bytes) : max_messages_(max_messages), max_bytes_(max_bytes) {}

  // false: no place. A taken group keeps its place until done().
  bool push(Message message);
  // Messages from the front holding at least so many batches, or all that there are. The group before must be done().
  const std::vector<Message>& take(std::size_t batches);
  // The group is in the database.
  void done();

  const std::vector<Message>& taken() const { return taken_; }
  std::size_t batches() const { return batches_; }  // waiting, not taken
  bool empty() const { return waiting_.empty() && taken_.empty(); }

 private:
  struct Waiting {
    Message message;
    std::size_t batches;
  };

  std::size_t max_messages_, max_bytes_;
  std::deque<Waiting> waiting_;
  std::vector<Message> taken_;
  std::size_t batches_ = 0, bytes_ = 0;  // bytes: waiting and taken
};

}  // namespace vitald
