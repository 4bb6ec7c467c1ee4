#include "sync/uplink/conversation.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

namespace vitald {

namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr Lane kLanes[] = {Lane::alarm, Lane::live, Lane::backfill};  // in the order of sending
constexpr std::string_view kRoles[] = {"alarm", "live", "backfill"};

constexpr std::size_t kMostBatches = 64;  // of one message
constexpr std::size_t kAlarmCredit = 16;  // beyond the receiver's: an alarm does not wait behind a backlog's receipts
constexpr std::size_t kPublishOverhead = 256;  // of the broker's largest packet: header, topic, properties
constexpr std::size_t kMostReceipts = 256;     // not yet taken in; losing one causes a resend
constexpr std::size_t kMostRepairs = 1024;     // ranges
constexpr auto kNameAgain = 5s;                // whoever sends receipts under wrong keys must not make us talk
constexpr auto kLook = 5s;                     // how often a dry lane is looked at although nobody woke us

std::size_t index(Lane lane) { return static_cast<std::size_t>(lane); }

std::vector<StoredBatch> found(Result<std::vector<StoredBatch>> batches) {
  if (batches) return std::move(*batches);
  spdlog::error("uplink: reading the outbox: {}", batches.error().sentence());
  return {};
}

}  // namespace

Conversation::Conversation(asio::any_io_executor loop, UplinkParts parts, const Connected& broker)
    : parts_(parts),
      largest_(broker.maximum_packet > kPublishOverhead ? broker.maximum_packet - kPublishOverhead : 0),
      message_bytes_(std::min<std::size_t>(parts.settings.message_bytes, largest_)),
      window_({std::min(parts.settings.window_messages, broker.receive_maximum), parts.settings.window_bytes}),
      outstanding_({parts.settings.resend, parts.settings.resend_longest}),
      credit_(parts.settings.first_credit),
      work_(loop),
      mail_(loop) {}

asio::awaitable<Error> Conversation::run() {
  co_await say_inventory();
  const auto end = co_await (listen() || confirm() || deliver() || watch());
  co_return std::visit([](const Error& why) { return why; }, end);
}

void Conversation::wake() {
  dry_.fill(false);
  look_again();
}

void Conversation::look_again() {
  has_work_ = true;
  work_.notify();
}

// --- what the broker says

asio::awaitable<Error> Conversation::listen() {
  for (;;) {
    Event event = co_await parts_.session.next();
    if (const auto* lost = std::get_if<Lost>(&event)) co_return lost->why;
    if (const auto* ack = std::get_if<PubAck>(&event)) on_puback(*ack);
    if (auto* message = std::get_if<Message>(&event)) on_message(std::move(*message));
  }
}

// The broker has it; whether the receiver has, only a receipt says. What it refused is due again like what it lost.
void Conversation::on_puback(const PubAck& ack) {
  const auto found = in_flight_.find(ack.publish);
  if (found == in_flight_.end()) return;
  const InFlight message = std::move(in_flight_.extract(found).mapped());
  const BootTime now = boot_now();
  window_.acknowledged(message.lane, message.bytes, now);
  for (const BatchId batch : message.batches) outstanding_.acknowledged(batch, now);
  if (ack.reason == 0) {
    parts_.status.last_puback = now;
  } else {
    parts_.status.last_error = "the broker refuses a publish with reason " + std::to_string(ack.reason);
    spdlog::warn("uplink: {}", parts_.status.last_error);
  }
  look_again();
}

void Conversation::on_message(Message message) {
  if (receipts_.size() >= kMostReceipts) receipts_.pop_front();
  receipts_.push_back(std::move(message.payload));
  mail_.notify();
}

// --- what the receiver says

asio::awaitable<Error> Conversation::confirm() {
  for (;;) {
    while (receipts_.empty()) co_await mail_.wait();
    std::string receipt = std::move(receipts_.front());
    receipts_.pop_front();
    co_await take_in(std::move(receipt));
  }
}

asio::awaitable<void> Conversation::take_in(std::string bytes) {
  RangeSet stored;
  bool other_recipient = false;
  const auto receipt = co_await run_on(parts_.storage, [&]() -> Result<Receipt> {
    auto authentic = parts_.authenticator.receipt(bytes);
    other_recipient = !authentic && authentic.error().code() == Code::unavailable;
    if (!authentic) return authentic;
    if (authentic->through > 0) stored.add({1, authentic->through});
    for (const Range range : authentic->ranges) stored.add(range);
    if (const auto moved = parts_.outbox.receipted(authentic->epoch, stored); !moved) return moved.error();
    return authentic;
  });
  if (receipt) {
    settle(*receipt, stored);
  } else {
    refuse(receipt.error());
  }
  if (other_recipient) co_await name_our_recipient();
}

// A receiver with several keys has not heard which one is ours, or has heard it from before our key was changed: the
// inventory says it.
asio::awaitable<void> Conversation::name_our_recipient() {
  if (recipient_named_ && boot_now() - *recipient_named_ < kNameAgain) co_return;
  recipient_named_ = boot_now();
  co_await say_inventory();
}

void Conversation::settle(const Receipt& receipt, const RangeSet& stored) {
  const auto [batches, readings] = outstanding_.settled(receipt.epoch, stored);
  const BootTime now = boot_now();
  parts_.drained.add(readings, now);
  parts_.status.batches_receipted += batches;
  parts_.status.last_receipt = now;
  credit_ = std::max(receipt.credit, 1U);
  // The receiver's last word on an epoch replaces the one before.
  std::erase_if(again_, [&](const Again& asked) { return asked.is_wanted && asked.batches.epoch == receipt.epoch; });
  for (const Range wanted : receipt.wanted)
    if (again_.size() < kMostRepairs) again_.push_back({{receipt.epoch, wanted}, true});
  look_again();
}

// Nothing moves. Counted always, logged at the first and then at each doubling: a hostile broker must not fill the log.
void Conversation::refuse(const Error& why) {
  const std::uint64_t count = ++parts_.status.refused_receipts;
  if ((count & (count - 1)) == 0) spdlog::warn("uplink: receipt refused ({} so far): {}", count, why.sentence());
}

// --- what goes out

asio::awaitable<Error> Conversation::deliver() {
  for (;;) {
    has_work_ = false;
    for (const EpochRange& due : outstanding_.due(boot_now())) again_.push_back({due, false});
    for (bool sent = true; sent;) sent = co_await send_one();
    co_await wait_for_work();
  }
}

asio::awaitable<void> Conversation::wait_for_work() {
  const BootTime until = std::min<BootTime>(boot_now() + kLook, outstanding_.next_due());
  while (!has_work_ && boot_now() < until) co_await work_.wait_until(until);
  if (!has_work_) dry_.fill(false);
}

// The first lane in order that may send and has something: so an alarm overtakes whatever was next.
asio::awaitable<bool> Conversation::send_one() {
  for (const Lane lane : kLanes) {
    if (!window_.slot(lane)) continue;
    co_await fill(lane);
    std::deque<Payload>& queue = ready_[index(lane)];
    if (queue.empty() || !window_.room(lane, queue.front().bytes.size())) continue;
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
      return !outstanding_.may_repeat({batch.epoch, batch.number}, asked.is_wanted, boot_now());
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
  publish(std::move(message), kRoles[index(lane)], payload.bytes);
}

void Conversation::publish(InFlight message, std::string_view role, std::string bytes) {
  parts_.status.bytes_published += bytes.size();
  window_.sent(message.lane, message.bytes, boot_now());
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

// --- the dead-link watchdog

// PUBACKs must keep coming while one is due. Waiting for receipts never ends a link.
asio::awaitable<Error> Conversation::watch() {
  for (;;) {
    const BootTime now = boot_now();
    const BootTime heard = window_.messages() == 0 ? now : window_.progress();
    if (now - heard >= parts_.settings.dead_link) co_return silence();
    co_await sleep_until(heard + parts_.settings.dead_link);
  }
}

Error Conversation::silence() const {
  const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(boot_now() - window_.progress());
  return {Code::timeout, "no PUBACK for " + std::to_string(span.count()) + " ms with " +
                             std::to_string(window_.messages()) + " messages in flight"};
}

}  // namespace vitald
