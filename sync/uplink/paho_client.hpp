#pragma once

// Paho's client and its threads, brought to the loop. Commands (connect, subscribe, disconnect) go one at a time; each
// ends with an outcome, though perhaps after the caller's deadline.
//
// Paho's calls can block on its lock (it holds it while it looks up a name or writes), so they are made on a thread of
// ours. Its callbacks hold that lock, so they only post.

#include <memory>
#include <optional>

#include "platform/linux/strand_thread.hpp"
#include "platform/model/instant.hpp"
#include "sync/uplink/session.hpp"

namespace vitald {

// How a command ended, in Paho's terms.
struct Outcome {
  bool ok = false;
  int code = 0;       // of a failure: Paho's, or the CONNACK's under MQTT 3.1.1
  int reason = 0;     // MQTT 5 reason code
  bool late = false;  // a failed connect: nobody answered in time
  std::string text;   // Paho's, often empty
  Connected connected;
};

class PahoClient {
 public:
  explicit PahoClient(asio::any_io_executor loop);
  ~PahoClient();  // waits for Paho to let go

  // Nothing when `until` passes first: the command goes on, and no other can begin before it ends.
  asio::awaitable<std::optional<Outcome>> connect(const Endpoint& endpoint, int mqtt_version, BootTime until);
  asio::awaitable<std::optional<Outcome>> subscribe(const std::string& topic, BootTime until);
  asio::awaitable<std::optional<Outcome>> disconnect(BootTime until);
  // Waits for a command that went on beyond its deadline; false when it still does.
  asio::awaitable<bool> idle(BootTime until);

  // Only after a connect.
  void publish(std::uint32_t publish, const std::string& topic, std::string payload);
  asio::awaitable<Event> next();
  bool connected() const;
  // Forgets the events of an earlier connection.
  void clear();

 private:
  struct Inbox;
  class Commands;
  class Publishes;
  struct Paho;

  template <class F>
  asio::awaitable<std::optional<Outcome>> command(F call, BootTime until);

  // Shared with what Paho's threads have posted: that may run when this is gone.
  std::shared_ptr<Inbox> inbox_;
  std::unique_ptr<Paho> paho_;
  StrandThread thread_;  // all calls into Paho; joined first
};

}  // namespace vitald
