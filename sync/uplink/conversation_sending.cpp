// What goes out: which batches, on which lane, and when.

#include <spdlog/spdlog.h>

#include <algorithm>

#include "sync/uplink/conversation.hpp"

namespace vitald {

namespace {

using namespace std::chrono_literals;

constexpr Lane kLanes[] = {Lane::alarm, Lane::live, Lane::backfill};  // in the order of sending
constexpr std::string_view kRoles[] = {"alarm", "live", "backfill"};

constexpr std::size_t kMostBatches = 64;  // of one message
constexpr std::size_t kAlarmCredit = 16;  // beyond the receiver's: an alarm does not wait behind a backlog's receipts
constexpr auto kLook = 5s;                // how often a dry lane is looked at although nobody woke us
constexpr auto kGoodbyeAfter = 10s;       // of silence, on a link that is to close when all is sent

std::size_t index(Lane lane) { return static_cast<std::size_t>(lane); }

std::vector<StoredBatch> found(Result<std::vector<StoredBatch>> batches) {
  if (batches) return std::move(*batches);
  spdlog::error("uplink: reading the outbox: {}", batches.error().sentence());
  return {};
}

}  // namespace

asio::awaitable<Error> Conversation::deliver() {
  for (;;) {
    has_work_ = false;
    collect_repeats();
    for (bool sent = true; sent;) sent = co_await send_one();
    if (is_drained()) co_return Error(Code::cancelled, "everything is sent").named(kDrained);
    co_await wait_for_work();
  }
}

void Conversation::collect_repeats() {
  for (const EpochRange& due : outstanding_.due(boot_now())) again_.push_back({due, false});
  for (const EpochRange& replay : std::exchange(parts_.replays, {})) again_.push_back({replay, true});
}

// Of a link that is to close then. Receipts that do not come are not waited for longer.
bool Conversation::is_drained() const {
  if (parts_.settings.send_every == 0s || !in_flight_.empty() || has_work_) return false;
  const bool is_all_sent = again_.empty() && std::ranges::all_of(dry_, [](bool dry) { return dry; }) &&
                           std::ranges::all_of(ready_, [](const auto& queue) { return queue.empty(); });
  return (is_all_sent && outstanding_.size() == 0) || boot_now() - last_heard_ >= kGoodbyeAfter;
}

asio::awaitable<void> Conversation::wait_for_work() {
  const BootTime look = boot_now() + kLook;
  BootTime until = std::min<BootTime>(look, outstanding_.next_due());
  if (paced_until_ > boot_now()) until = std::min(until, paced_until_);
  while (!has_work_ && boot_now() < until) co_await work_.wait_until(until);
  if (boot_now() >= look) dry_.fill(false);
}

// The first lane in order that may send and has something: so an alarm overtakes whatever was next.
asio::awaitable<bool> Conversation::send_one() {
  for (const Lane lane : kLanes) {
    if (!window_.slot(lane)) continue;
    co_await fill(lane);
    std::deque<Payload>& queue = ready_[index(lane)];
    if (queue.empty() || !window_.room(lane, queue.front().bytes.size())) continue;
    paced_until_ = pace_.next(queue.front().bytes.size());
    if (paced_until_ > boot_now()) co_return false;
    const Payload payload = std::move(queue.front());
    queue.pop_front();
    send(lane, payload);
    co_return true;
  }
  co_return false;
}

// Looks into the outbox when nothing of that lane is at hand.
asio::awaitable<void> Conversation::fill(Lane lane) {
  std::deque<Payload>& queue = ready_[index(lane)];
  if (queue.empty() && parts_.budget.limited()) {
    co_await account();
  }
  if (queue.empty() && lane == Lane::backfill) {
    co_await repeat();
  }
  while (queue.empty() && !dry_[index(lane)] && credit_for(lane) > 0) {
    dry_[index(lane)] = true;  // before looking: a wake() meanwhile must not be forgotten
    auto batches = co_await take(lane);
    if (!batches.empty()) dry_[index(lane)] = false;
    drop_unsendable(batches);
    queue = bundle(std::move(batches), message_bytes_);
  }
}

// Charges what the socket shows and holds back the classes whose day is spent.
asio::awaitable<void> Conversation::account() {
  DayBudget& budget = parts_.budget;
  budget.measured(parts_.session.wire_bytes());
  const auto open = budget.open(boot_now());
  const std::optional<std::string> record = budget.to_keep(boot_now());
  if (open == open_ && !record) co_return;
  if (open != open_) dry_.fill(false);
  open_ = open;
  const auto kept = co_await run_on(parts_.storage, [&]() -> Result<void> {
    parts_.outbox.hand_out(open);
    return record ? budget.keep(*record) : Result<void>();
  });
  if (!kept) spdlog::error("uplink: keeping count of the day's bytes: {}", kept.error().sentence());
}

// Batches that nobody receipts, and those that the receiver wants again, on the backfill lane.
asio::awaitable<void> Conversation::repeat() {
  std::deque<Payload>& queue = ready_[index(Lane::backfill)];
  while (queue.empty() && !again_.empty()) {
    const Again asked = again_.front();
    again_.pop_front();
    auto batches = co_await read(asked.batches);
    drop_unsendable(batches);
    const std::uint64_t through = batches.empty() ? asked.batches.range.last : batches.back().number;
    forget_missing({asked.batches.epoch, {asked.batches.range.first, through}}, batches);
    if (through < asked.batches.range.last)
      again_.push_front({{asked.batches.epoch, {through + 1, asked.batches.range.last}}, asked.is_wanted});
    std::erase_if(batches, [&](const StoredBatch& batch) {
      return !is_open(batch.class_) ||
             !outstanding_.may_repeat({batch.epoch, batch.number}, asked.is_wanted, boot_now());
    });
    queue = bundle(std::move(batches), message_bytes_);
  }
}

// What the outbox does not hold any more is not waited for: a loss record speaks for it, or a receipt has been there.
void Conversation::forget_missing(EpochRange asked, const std::vector<StoredBatch>& found) {
  RangeSet missing;
  missing.add(asked.range);
  for (const StoredBatch& batch : found) missing.remove({batch.number, batch.number});
  for (const Range range : missing.ranges()) outstanding_.gone({asked.epoch, range});
}

asio::awaitable<std::vector<StoredBatch>> Conversation::take(Lane lane) {
  const std::size_t most = std::min(kMostBatches, credit_for(lane));
  co_return found(co_await run_on(parts_.storage, [&] { return parts_.outbox.take(lane, message_bytes_, most); }));
}

asio::awaitable<std::vector<StoredBatch>> Conversation::read(EpochRange batches) {
  co_return found(co_await run_on(parts_.storage,
                                  [&] { return parts_.outbox.read(batches.epoch, batches.range, message_bytes_); }));
}

// A batch that the broker would never take must not end every connection: it stays in the outbox.
void Conversation::drop_unsendable(std::vector<StoredBatch>& batches) const {
  std::erase_if(batches, [&](const StoredBatch& batch) {
    if (batch.bytes.size() <= largest_) return false;
    spdlog::error("uplink: batch {} of epoch {:016x} has {} bytes, the broker takes {}", batch.number, batch.epoch,
                  batch.bytes.size(), largest_);
    return true;
  });
}

std::size_t Conversation::credit_for(Lane lane) const {
  const std::size_t credit = lane == Lane::alarm ? credit_ + kAlarmCredit : credit_;
  return credit > outstanding_.size() ? credit - outstanding_.size() : 0;
}

void Conversation::send(Lane lane, const Payload& payload) {
  InFlight message{lane, payload.bytes.size(), {}};
  for (const Payload::Part& part : payload.parts) {
    if (outstanding_.published(part.batch, part.readings)) ++parts_.status.resent;
    message.batches.push_back(part.batch);
  }
  parts_.status.published += payload.parts.size();
  charge(payload);
  publish(std::move(message), kRoles[index(lane)], payload.bytes);
}

void Conversation::charge(const Payload& payload) {
  BytesByClass bytes{};
  for (const Payload::Part& part : payload.parts) bytes[static_cast<std::size_t>(part.class_) - 1] += part.bytes;
  parts_.budget.published(bytes);
}

void Conversation::publish(InFlight message, std::string_view role, std::string bytes) {
  parts_.status.bytes_published += bytes.size();
  window_.sent(message.lane, message.bytes, boot_now());
  pace_.sent(bytes.size(), boot_now());
  in_flight_.emplace(++next_publish_, std::move(message));
  const auto sent =
      parts_.session.publish(next_publish_, topic(parts_.settings, parts_.device, role), std::move(bytes));
  if (!sent) spdlog::debug("uplink: {}", sent.error().sentence());  // Lost follows and ends this conversation
}

// So that the receiver knows what can still come and what never will.
asio::awaitable<void> Conversation::say_inventory() {
  auto inventory = co_await run_on(parts_.storage, [&] {
    return parts_.authenticator.inventory(parts_.outbox.inventory(), parts_.boot, boot_now());
  });
  if (inventory) {
    const std::size_t bytes = inventory->size();
    publish({Lane::alarm, bytes, {}}, "status", std::move(*inventory));
  } else {
    spdlog::error("uplink: making the inventory: {}", inventory.error().sentence());
  }
}

}  // namespace vitald
