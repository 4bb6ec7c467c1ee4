#pragma once

// Hands the outbox over: connects, says what it holds, keeps the window full by lane, takes receipts in, and starts again.
//
// Runs on the loop; the outbox and all cryptography are used on the storage strand only.

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "platform/crypto/keys.hpp"
#include "platform/linux/strand_thread.hpp"
#include "platform/model/instant.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/session.hpp"
#include "sync/uplink/uplink_settings.hpp"

namespace vitald {

// What authenticates receipts and inventories: the device's own key and the recipient's public one.
struct UplinkKeys {
  crypto::KeyPair device;
  crypto::PublicKey recipient;
};

struct UplinkStatus {
  enum class State { waiting, connecting, connected, stopped };
  State state = State::waiting;
  std::string endpoint;                 // "broker.example:8883"
  std::string last_error;               // why it is not connected
  std::optional<BootTime> connected_at, last_puback, last_receipt, next_attempt;
  std::uint64_t published = 0, resent = 0, batches_receipted = 0, connects = 0;
  std::uint64_t bytes_published = 0;    // MQTT payload
  std::uint64_t refused_receipts = 0;   // malformed or not authentic
  double readings_per_s = 0;            // receipted, mean of the last minute
};

class Uploader {
 public:
  Uploader(Session& session, StrandThread& storage, Outbox& outbox, UplinkSettings settings, std::string device,
           BootId boot, UplinkKeys keys);
  ~Uploader();

  // Until cancelled; then disconnects. Returns only then.
  asio::awaitable<void> run();
  // The outbox has new batches.
  void wake();
  UplinkStatus status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitald
