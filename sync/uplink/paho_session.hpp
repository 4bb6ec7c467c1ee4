#pragma once

// A session over Eclipse Paho MQTT C++, as a plain pipe: one client object for the life of the process, no persistence, no
// buffering, no reconnect of its own, clean sessions. Paho's calls can block on its lock (a look-up of a name holds it), so
// they are made from a thread of ours; its callbacks hold that lock, so they only post to the loop.
//
// MQTT 5 is tried first. A broker that does not speak it gets 3.1.1, which is remembered for that endpoint.

#include <memory>

#include "sync/uplink/session.hpp"

namespace vitald {

class PahoSession : public Session {
 public:
  explicit PahoSession(asio::any_io_executor loop);
  ~PahoSession() override;

  asio::awaitable<Result<Connected>> connect(const Endpoint& endpoint, std::chrono::milliseconds within) override;
  void publish(std::uint32_t publish, const std::string& topic, std::string payload) override;
  asio::awaitable<Event> next() override;
  asio::awaitable<void> disconnect(std::chrono::milliseconds within) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitald
