#pragma once

// One connection's worth of uplink: says what the store holds, keeps the window full by lane, frees a slot at each
// PUBACK, takes receipts in, sends again what nobody receipts, and gives the link up when the broker falls silent.
// Where PUBACKs confirm, they stand for receipts. Where the link is to close once all is sent, it ends then.
// Where PUBACKs confirm, they take the receipts' place. Where the link is to close when all is sent, it ends then.
//
// On the loop; the outbox and all cryptography on the storage strand.

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "platform/linux/condition.hpp"
#include "platform/linux/strand_thread.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/authenticator.hpp"
#include "sync/uplink/bundle.hpp"
#include "sync/uplink/day_budget.hpp"
#include "sync/uplink/outstanding.hpp"
#include "sync/uplink/pace.hpp"
#include "sync/uplink/rate.hpp"
#include "sync/uplink/session.hpp"
#include "sync/uplink/uplink_settings.hpp"
#include "sync/uplink/uplink_status.hpp"
#include "sync/uplink/window.hpp"

namespace vitald {

// Why run() returns when all is sent and the link is to close then: an error's kind, though nothing is wrong.
constexpr std::string_view kDrained = "drained";

// What outlives a connection.
struct UplinkParts {
  Session& session;
  StrandThread& storage;
  Outbox& outbox;
  Authenticator& authenticator;
  const UplinkSettings& settings;
  const std::string& device;
  BootId boot;
  UplinkStatus& status;
  MinuteRate& drained;
  DayBudget& budget;
  std::deque<EpochRange>& replays;  // asked for by an operator, not yet sent
};

class Conversation {
 public:
  Conversation(asio::any_io_executor loop, UplinkParts parts, const Connected& broker);

  // Until the link is lost or given up: why. Or until cancelled.
  asio::awaitable<Error> run();
  // The outbox has new batches.
  void wake();

 private:
  struct InFlight {
    Lane lane = Lane::alarm;
    std::size_t bytes = 0;
    std::vector<BatchId> batches;
  };
  struct Again {
    EpochRange batches;
    bool is_wanted = false;  // by the receiver or an operator; else due, since nobody receipted it
  };

  asio::awaitable<Error> listen();
  void on_puback(const PubAck& ack);
  void on_message(Message message);
  void complain(int reason);

  asio::awaitable<Error> confirm();
  asio::awaitable<void> take_in(std::string receipt);
  void settle(const Receipt& receipt, const RangeSet& stored);
  void settle(std::uint64_t epoch, const RangeSet& stored);
  asio::awaitable<void> take_in_pubacks();
  void refuse(const Error& why);
  asio::awaitable<void> name_our_recipient();

  asio::awaitable<Error> deliver();
  asio::awaitable<void> wait_for_work();
  void look_again();
  void collect_repeats();
  bool is_drained() const;
  asio::awaitable<void> account();
  bool is_open(Class class_) const { return open_[static_cast<std::size_t>(class_) - 1]; }
  asio::awaitable<bool> send_one();
  asio::awaitable<void> fill(Lane lane);
  asio::awaitable<void> repeat();
  void forget_missing(EpochRange asked, const std::vector<StoredBatch>& found);
  asio::awaitable<std::vector<StoredBatch>> take(Lane lane);
  asio::awaitable<std::vector<StoredBatch>> read(EpochRange batches);
  void drop_unsendable(std::vector<StoredBatch>& batches) const;
  std::size_t credit_for(Lane lane) const;
  void send(Lane lane, const Payload& payload);
  void publish(InFlight message, std::string_view role, std::string bytes);
  void charge(const Payload& payload);

  asio::awaitable<Error> watch();
  Error silence() const;
  asio::awaitable<void> say_inventory();

  UplinkParts parts_;
  std::size_t largest_, message_bytes_;  // a batch that the broker can take; a message of several batches
  Window window_;
  Pace pace_;
  BootTime paced_until_;  // what is next may leave then
  Outstanding outstanding_;
  std::uint32_t credit_;
  std::uint32_t next_publish_ = 0;
  std::map<std::uint32_t, InFlight> in_flight_;
  std::array<std::deque<Payload>, 3> ready_;  // by lane: taken, not yet published
  std::array<bool, 3> dry_{};                 // by lane: nothing there at the last look
  std::deque<Again> again_;
  std::optional<BootTime> recipient_named_;
  std::array<bool, 3> open_{true, true, true};  // by class: the day's bytes are not spent
  std::deque<std::string> receipts_;            // arrived, not yet taken in
  std::map<std::uint64_t, RangeSet> pubacked_;  // by epoch; the same where a PUBACK confirms
  BootTime last_heard_;                         // a PUBACK or a receipt, or the begin
  bool has_work_ = false;                       // something has changed since deliver() last looked
  Condition work_, mail_;
};

}  // namespace vitald
