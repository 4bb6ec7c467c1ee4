#pragma once

// What the uplink tells of itself.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "platform/model/instant.hpp"

namespace vitald {

struct UplinkStatus {
  enum class State { waiting, connecting, connected, stopped };
  State state = State::waiting;
  std::string endpoint;    // "broker.example:8883"
  std::string last_error;  // why it is not connected
  std::string trouble;     // the same as a word (trouble.hpp)
  std::string alert;       // what somebody must act on; stays until a link has been stable
  std::optional<BootTime> connected_at, last_puback, last_receipt, next_attempt;
  std::uint64_t published = 0, resent = 0, batches_receipted = 0, connects = 0;  // batches; connects
  std::uint64_t bytes_published = 0;                                             // MQTT payload
  std::uint64_t refused_receipts = 0;                      // malformed, not authentic, or for batches that never were
  std::array<std::uint64_t, 3> day_bytes{}, day_limits{};  // on the wire, by class; limits 0 = none
  std::uint64_t replayed = 0;                              // batches confirmed before and sent again on request
  double readings_per_s = 0;                               // receipted, mean of the last minute
};

}  // namespace vitald
