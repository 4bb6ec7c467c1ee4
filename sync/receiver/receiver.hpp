#pragma once

// The receiver's loop: messages from the broker into the queue, groups of them into the database, receipts out. Nothing
// is receipted before its commit returned; whatever ends a link, a group or this process early only makes devices send
// again.
//
// Runs on the loop; Intake is used on the storage strand only.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>

#include "platform/linux/condition.hpp"
#include "platform/linux/strand_thread.hpp"
#include "sync/receiver/arrival_queue.hpp"
#include "sync/receiver/intake.hpp"
#include "sync/receiver/metrics.hpp"
#include "sync/receiver/receipt_window.hpp"
#include "sync/receiver/receiver_settings.hpp"
#include "sync/uplink/backoff.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

class Receiver {
 public:
  Receiver(asio::any_io_executor loop, Session& session, StrandThread& storage, Intake& intake,
           ReceiverSettings settings, std::uint64_t seed);

  // Until stop(); then writes what has arrived, sends its receipts and disconnects, within 4 s.
  asio::awaitable<void> run();
  void stop();
  // Why it ended by itself: the broker cannot do what the settings ask for.
  const std::optional<Error>& failure() const { return failure_; }
  ProcessCounters counters() const;

 private:
  asio::awaitable<void> stay_connected();
  asio::awaitable<void> connect_once();
  asio::awaitable<void> listen();
  bool usable(const Connected& broker);
  void take_in(Message message);

  asio::awaitable<void> store_groups();
  asio::awaitable<void> gather();
  asio::awaitable<Result<void>> store_group();
  asio::awaitable<void> store_rest();

  asio::awaitable<void> ask_for_missing();
  asio::awaitable<void> stopped();

  Session& session_;
  StrandThread& storage_;
  Intake& intake_;
  const ReceiverSettings settings_;
  ArrivalQueue queue_;
  ReceiptWindow receipts_;
  Backoff connect_backoff_, store_backoff_;
  Condition arrived_, stop_;
  std::uint64_t dropped_ = 0;  // since the last commit
  bool stopping_ = false;
  std::optional<Error> failure_;
  bool connected_ = false;
  std::uint64_t groups_ = 0, failed_groups_ = 0;
};

}  // namespace vitald
