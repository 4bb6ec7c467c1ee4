#pragma once

// One connection of a process that says it is a driver. It is read only as fast as its readings are committed and its
// settings allow: what it sends faster waits in the kernel's buffer, then in its own send().

#include "drivers/socket/group.hpp"

namespace vitald::socket {

class Connection {
 public:
  Connection(std::string driver_id, PacketSocket socket, std::vector<std::unique_ptr<Peer>>& peers, ReadingSink& sink,
             Now now);

  // Until the other end goes, or is sent away.
  asio::awaitable<void> run();

 private:
  asio::awaitable<Result<void>> converse();
  asio::awaitable<Result<Peer*>> greet();
  asio::awaitable<Result<Hello>> hear_hello();
  Result<Peer*> peer_of(const Hello& hello) const;
  Result<void> is_known_process() const;
  asio::awaitable<Result<void>> serve(Peer& peer);
  asio::awaitable<Result<void>> settle(Peer& peer, const Group& group);
  asio::awaitable<Result<void>> store(Peer& peer, const Group& group);
  asio::awaitable<void> pace(const Peer& peer, const Group& group);
  asio::awaitable<Result<void>> send(Answer answer);

  std::string driver_id_;
  PacketSocket socket_;
  std::vector<std::unique_ptr<Peer>>& peers_;
  ReadingSink& sink_;
  Now now_;
  PeerProcess process_;
  Encoding encoding_ = Encoding::json;
  BootTime paid_until_;  // of what its rates allow
  std::uint64_t refused_ = 0;
  bool slowed_ = false;
};

}  // namespace vitald::socket
