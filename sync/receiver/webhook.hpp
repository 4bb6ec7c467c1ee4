#pragma once

// Pushes alarms to a webhook, oldest first, each until the webhook takes it (a status of 2xx). On the loop.

#include <boost/asio/awaitable.hpp>
#include <string>

#include "platform/linux/strand_thread.hpp"
#include "sync/receiver/alarm_queue.hpp"
#include "sync/receiver/receiver_settings.hpp"
#include "sync/uplink/backoff.hpp"

namespace vitald {

class Webhook {
 public:
  Webhook(StrandThread& storage, ReceiverStore& store, WebhookSettings settings, std::uint64_t seed);

  // For ever; ended by cancellation. Returns at once without a URL.
  asio::awaitable<void> run();

 private:
  asio::awaitable<Result<bool>> push_one();
  asio::awaitable<Result<void>> call(const AlarmCall& alarm);

  StrandThread& storage_;
  ReceiverStore& store_;
  const WebhookSettings settings_;
  Backoff backoff_;
};

}  // namespace vitald
