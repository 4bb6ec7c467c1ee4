#pragma once

// A driver's end of the driver socket: a sink for a driver that runs in a process of its own. Lives on the loop.

#include <deque>
#include <set>

#include "drivers/socket/protocol.hpp"
#include "platform/linux/condition.hpp"
#include "platform/linux/packet_socket.hpp"

namespace vitald::socket {

class Client final : public ReadingSink {
 public:
  Client(asio::any_io_executor loop, std::string path, std::string name, const Driver& driver);

  // Keeps a connection to the agent until cancelled. Returns an error when the agent refuses this driver.
  asio::awaitable<Result<void>> run();
  // Until the cursors are known.
  asio::awaitable<void> welcomed();
  // Until everything is with the agent, at most until then.
  asio::awaitable<void> flushed(BootTime by);

  // What is recorded while the agent is away is kept in memory, up to a limit.
  void record(std::span<const Reading> readings) override;
  // Waits for the agent's acknowledgement, over restarts of it.
  asio::awaitable<Result<void>> commit(std::span<const Reading> readings, const Cursor& cursor) override;
  Cursor cursor(std::string_view name) const override;

 private:
  struct Queued {
    Delivery delivery;  // without its columns: those are in the message
    std::string message;
    std::size_t readings;
  };

  asio::awaitable<Result<void>> converse();
  asio::awaitable<Result<Welcome>> introduce(PacketSocket& socket);
  void take_welcome(const Welcome& welcome);
  asio::awaitable<Result<void>> send_queue(PacketSocket& socket);
  asio::awaitable<Result<void>> hear_answers(PacketSocket& socket);
  void take_answer(const Answer& answer);
  void settle_front(const std::string& refusal);
  std::vector<SensorName> sensors() const;
  std::vector<SensorName> undeclared();
  void queue(Delivery delivery, std::size_t readings);

  asio::any_io_executor loop_;
  std::string path_, name_;
  const Driver& driver_;
  std::map<std::string, std::string> cursors_;
  std::set<std::string> declared_;  // in this connection
  std::deque<Queued> queue_;
  std::size_t sent_ = 0;  // of queue_, at its front: numbered and not yet answered
  std::size_t queued_bytes_ = 0;
  std::uint64_t number_ = 0, dropped_ = 0;
  std::uint64_t settled_ = 0;                     // every number up to it has been answered
  std::map<std::uint64_t, std::string> refused_;  // and not yet told
  bool welcomed_ = false;
  Condition changed_;
};

}  // namespace vitald::socket
