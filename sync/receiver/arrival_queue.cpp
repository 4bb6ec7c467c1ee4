#include "sync/receiver/arrival_queue.hpp"

#include "sync/batch/envelope.hpp"

namespace vitald {
namespace {

std::size_t size(const Message& message) { return message.topic.size() + message.payload.size(); }

// At least 1: what is no list of batches has to be looked at all the same.
std::size_t count_batches(const Message& message) {
  std::size_t batches = 0;
  const auto counted = for_each_batch(message.payload, [&](const BatchView&) { ++batches; });
  return counted && batches > 0 ? batches : 1;
}

}  // namespace

bool ArrivalQueue::push(Message message) {
  const bool full = waiting_.size() + taken_.size() >= max_messages_ || bytes_ + size(message) > max_bytes_;
  if (full) return false;
  const std::size_t batches = count_batches(message);
  bytes_ += size(message);
  batches_ += batches;
  waiting_.push_back({std::move(message), batches});
  return true;
}

const std::vector<Message>& ArrivalQueue::take(std::size_t batches) {
  for (std::size_t taken = 0; taken < batches && !waiting_.empty(); waiting_.pop_front()) {
    taken += waiting_.front().batches;
    batches_ -= waiting_.front().batches;
    taken_.push_back(std::move(waiting_.front().message));
  }
  return taken_;
}

void ArrivalQueue::done() {
  for (const Message& message : taken_) bytes_ -= size(message);
  taken_.clear();
}

}  // namespace vitald
