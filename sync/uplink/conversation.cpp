#include "sync/uplink/conversation.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "sync/uplink/cloud_profile.hpp"
#include "sync/uplink/trouble.hpp"

namespace vitald {

namespace {

using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr std::size_t kPublishOverhead = 256;  // of the broker's largest packet: header, topic, properties
constexpr std::size_t kMostReceipts = 256;     // not yet taken in; losing one causes a resend
constexpr std::size_t kMostRepairs = 1024;     // ranges
constexpr std::uint32_t kPubackCredit = 4096;  // batches: PUBACKs come by themselves
constexpr int kNoPermission = 0x87;            // MQTT 5 reason code
constexpr auto kNameAgain = 5s;                // whoever sends receipts under wrong keys must not make us talk

}  // namespace

Conversation::Conversation(asio::any_io_executor loop, UplinkParts parts, const Connected& broker)
    : parts_(parts),
      largest_(broker.maximum_packet > kPublishOverhead ? broker.maximum_packet - kPublishOverhead : 0),
      message_bytes_(std::min<std::size_t>(parts.settings.message_bytes, largest_)),
      window_({std::min(parts.settings.window_messages, broker.receive_maximum), parts.settings.window_bytes}),
      pace_(cloud_profile(parts.settings.profile).limits.messages_per_s,
            cloud_profile(parts.settings.profile).limits.bytes_per_s),
      outstanding_({parts.settings.resend, parts.settings.resend_longest}),
      credit_(parts.settings.confirmed_by_puback() ? kPubackCredit : parts.settings.first_credit),
      last_heard_(boot_now()),
      work_(loop),
      mail_(loop) {
  parts_.budget.begin_link();
}

asio::awaitable<Error> Conversation::run() {
  if (!parts_.settings.confirmed_by_puback()) co_await say_inventory();
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
    parts_.status.last_puback = last_heard_ = now;
    if (parts_.settings.confirmed_by_puback())
      for (const BatchId batch : message.batches) pubacked_[batch.epoch].add({batch.number, batch.number});
    mail_.notify();
  } else {
    complain(ack.reason);
  }
  look_again();
}

void Conversation::complain(int reason) {
  parts_.status.last_error = "the broker refuses a publish with reason " + std::to_string(reason);
  parts_.status.trouble = reason == kNoPermission ? trouble::kNotAuthorised : trouble::kBroker;
  if (reason == kNoPermission) parts_.status.alert = "the broker does not authorise this device to publish";
  spdlog::warn("uplink: {}", parts_.status.last_error);
}

void Conversation::on_message(Message message) {
  if (receipts_.size() >= kMostReceipts) receipts_.pop_front();
  receipts_.push_back(std::move(message.payload));
  mail_.notify();
}

// --- what the receiver says

asio::awaitable<Error> Conversation::confirm() {
  for (;;) {
    while (receipts_.empty() && pubacked_.empty()) co_await mail_.wait();
    if (!pubacked_.empty()) co_await take_in_pubacks();
    if (receipts_.empty()) continue;
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

// What the broker has acknowledged counts as stored.
asio::awaitable<void> Conversation::take_in_pubacks() {
  const auto acknowledged = std::exchange(pubacked_, {});
  const auto moved = co_await run_on(parts_.storage, [&]() -> Result<void> {
    for (const auto& [epoch, batches] : acknowledged)
      if (auto done = parts_.outbox.receipted(epoch, batches); !done) return done;
    return {};
  });
  if (!moved) spdlog::error("uplink: confirming: {}", moved.error().sentence());
  for (const auto& [epoch, batches] : acknowledged) settle(epoch, batches);
  look_again();
}

void Conversation::settle(std::uint64_t epoch, const RangeSet& stored) {
  const auto [batches, readings] = outstanding_.settled(epoch, stored);
  parts_.drained.add(readings, boot_now());
  parts_.status.batches_receipted += batches;
}

void Conversation::settle(const Receipt& receipt, const RangeSet& stored) {
  settle(receipt.epoch, stored);
  parts_.status.last_receipt = last_heard_ = boot_now();
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
  return Error(Code::timeout, "no PUBACK for " + std::to_string(span.count()) + " ms with " +
                                  std::to_string(window_.messages()) + " messages in flight")
      .named(trouble::kDeadLink);
}

}  // namespace vitald
