#include "drivers/socket/group.hpp"

namespace vitald::socket {
namespace {

constexpr std::size_t kMostMessages = 64;  // in a group: the others get their turn

std::size_t readings_in(const Delivery& delivery) {
  std::size_t sum = 0;
  for (const Column& column : delivery.columns) sum += column.values.size();
  return sum;
}

Refusal refusal_of(const Error& error, std::optional<std::uint64_t> number = {}) { return {error.sentence(), number}; }

}  // namespace

Group Gatherer::gather() {
  Group group;
  if (held_) take(group, *std::exchange(held_, {}));
  while (!group.refusal && group.messages < kMostMessages && take_next(group)) {
  }
  return group;
}

// false: there is nothing more for this group.
bool Gatherer::take_next(Group& group) {
  const Result<std::optional<std::string_view>> message = socket_.receive();
  if (message && !*message) return false;
  if (!message && message.error().code() != Code::invalid) {
    group.gone = message.error();
    return false;
  }
  if (message) encoding_ = encoding_of(**message);
  const Result<Request> request = message ? decode_request(**message) : message.error();
  const Delivery* delivery = request ? std::get_if<Delivery>(&*request) : nullptr;
  if (delivery == nullptr) {
    ++group.messages;
    group.refusal = request ? Refusal{"hello: it was said already", {}} : refusal_of(request.error());
    return false;
  }
  if (fits(group, *delivery))
    take(group, *delivery);
  else
    held_ = *delivery;
  return !held_;
}

bool Gatherer::fits(const Group& group, const Delivery& delivery) const {
  const bool same_cursor = !group.cursor || !delivery.cursor || group.cursor->name == delivery.cursor->name;
  const bool has_room = group.readings() == 0 || group.readings() + readings_in(delivery) <= peer_.most_readings();
  return same_cursor && has_room;
}

// Whole or not at all.
void Gatherer::take(Group& group, const Delivery& delivery) {
  ++group.messages;
  std::vector<Reading>& readings = delivery.number ? group.numbered : group.unnumbered;
  Result<void> taken = check(delivery);
  if (taken) taken = append_readings(delivery, peer_.sensors, now_(), readings);
  if (!taken) {
    group.refusal = refusal_of(taken.error(), delivery.number);
    return;
  }
  if (delivery.number) group.through = last_number_ = *delivery.number;
  if (delivery.cursor) group.cursor = delivery.cursor;
}

Result<void> Gatherer::check(const Delivery& delivery) {
  const std::size_t most = peer_.most_readings();
  if (readings_in(delivery) > most)
    return Error(Code::invalid, "more readings than a message may hold: " + std::to_string(most));
  if (delivery.number && *delivery.number <= last_number_) return Error(Code::invalid, "n: must rise");
  return peer_.sensors.declare(delivery.sensors);
}

}  // namespace vitald::socket
