#pragma once

// Hands the outbox over: connects, says what it holds, keeps the window full by lane, takes receipts in, and starts
// again.
//
// Runs on the loop; the outbox and all cryptography are used on the storage strand only.

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "platform/linux/strand_thread.hpp"
#include "platform/model/instant.hpp"
#include "sync/outbox/outbox.hpp"
#include "sync/uplink/authenticator.hpp"
#include "sync/uplink/session.hpp"
#include "sync/uplink/uplink_settings.hpp"
#include "sync/uplink/uplink_status.hpp"

namespace vitald {

class Uploader {
 public:
  Uploader(asio::any_io_executor loop, Session& session, StrandThread& storage, Outbox& outbox, UplinkSettings settings,
           std::string device, BootId boot, UplinkKeys keys);
  ~Uploader();

  // Until cancelled; then disconnects, within a second. Returns only then.
  asio::awaitable<void> run();
  // The outbox has new batches.
  void wake();
  // Sends everything that the outbox still holds again, confirmed or not; how many batches. For a cloud that lost what
  // it had acknowledged.
  asio::awaitable<std::uint64_t> replay();
  UplinkStatus status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitald
