#pragma once

// Batches of alarms that the webhook has not taken yet: in the database since the transaction that stored them. On the
// storage strand.

#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/result.hpp"
#include "sync/receiver/receiver_store.hpp"

namespace vitald {

struct AlarmCall {
  std::int64_t batch = 0;
  std::string id;    // "DEVICE-EPOCH-NUMBER": the same at each attempt
  std::string body;  // JSON
};

// The oldest one.
Result<std::optional<AlarmCall>> next_alarm(ReceiverStore& store);
Result<void> alarm_taken(ReceiverStore& store, std::int64_t batch);

// "t=SECONDS,v1=HEX": HMAC-SHA-256 of "SECONDS.BODY" under the secret.
Result<std::string> alarm_signature(const std::string& secret, std::int64_t seconds, const std::string& body);

}  // namespace vitald
